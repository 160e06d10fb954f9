import { z } from 'zod';
import { Digest } from '#shared/contract/basics.ts';
import type { FileRole, ReleaseFile } from '#shared/contract/releases.ts';
import { AppError } from '#engine/core/app-error.ts';
import { canonicalBytes, canonicalText } from '#engine/core/canonical-json.ts';
import { digestOf } from '#engine/core/digest.ts';
import { findCollisions, findPathProblem } from '#engine/core/release-path.ts';
import { explainIssues } from '#engine/core/zod-issues.ts';

const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const MODEL_MANIFEST = 'application/vnd.cncf.model.manifest.v1+json';
const MODEL_CONFIG = 'application/vnd.cncf.model.config.v1+json';
const FILE_PATH = 'org.cncf.model.filepath';
const TITLE = 'org.opencontainers.image.title';

/** Media types of raw layers (CNCF ModelPack spec), by what the file is for. */
const mediaTypes: Readonly<Record<FileRole, string>> = {
  weight: 'application/vnd.cncf.model.weight.v1.raw',
  config: 'application/vnd.cncf.model.weight.config.v1.raw',
  doc: 'application/vnd.cncf.model.doc.v1.raw',
  code: 'application/vnd.cncf.model.code.v1.raw',
  dataset: 'application/vnd.cncf.model.dataset.v1.raw',
  provenance: 'application/vnd.in-toto+json',
};

const Descriptor = z.object({ mediaType: z.string(), digest: Digest, size: z.number().int().nonnegative() });

const Manifest = z.object({
  schemaVersion: z.literal(2),
  mediaType: z.literal(OCI_MANIFEST),
  artifactType: z.literal(MODEL_MANIFEST),
  config: Descriptor.extend({ mediaType: z.literal(MODEL_CONFIG) }),
  layers: z.array(Descriptor.extend({ annotations: z.record(z.string(), z.string()) })),
});

export interface BuiltManifest {
  /** Canonical JSON; its digest is the release's identity. */
  readonly text: string;
  readonly digest: Digest;
  /** The ModelPack config, itself a blob. */
  readonly config: Uint8Array;
  readonly configDigest: Digest;
}

export interface ParsedManifest {
  readonly files: readonly ReleaseFile[];
  readonly configDigest: Digest;
  readonly configSizeBytes: number;
}

/** The media type of a release's file by what it is for. */
export function mediaTypeOf(role: FileRole): string {
  return mediaTypes[role];
}

/**
 * The OCI image manifest in ModelPack terms for these files. It holds no times and no names of people: the same bytes under
 * the same name and version always have the same identity.
 */
export function buildManifest(
  release: { model: string; version: string },
  files: readonly ReleaseFile[],
): BuiltManifest {
  const sorted = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const config = canonicalBytes({
    descriptor: { name: release.model, version: release.version },
    config: {},
    modelfs: { type: 'layers', diffIds: sorted.map((file) => file.digest) },
  });
  const configDigest = digestOf(config);
  const text = canonicalText({
    schemaVersion: 2,
    mediaType: OCI_MANIFEST,
    artifactType: MODEL_MANIFEST,
    config: { mediaType: MODEL_CONFIG, digest: configDigest, size: config.length },
    layers: sorted.map((file) => ({
      mediaType: file.mediaType,
      digest: file.digest,
      size: file.sizeBytes,
      annotations: { [FILE_PATH]: file.path, [TITLE]: file.path },
    })),
  });
  return { text, digest: digestOf(new TextEncoder().encode(text)), config, configDigest };
}

/** Reads a manifest that this app (or another ModelPack tool with raw layers) made. Throws FORMAT-INVALID, PATH-UNSAFE, PATH-COLLISION. */
export function parseManifest(text: string): ParsedManifest {
  const manifest = Manifest.safeParse(tryJson(text));
  if (!manifest.success) {
    const found = explainIssues(manifest.error);
    throw new AppError('FORMAT-INVALID', 'The manifest does not follow its format.', { found });
  }
  const files = manifest.data.layers.map((layer): ReleaseFile => {
    const path = layer.annotations[FILE_PATH] ?? layer.annotations[TITLE] ?? '';
    const problem = findPathProblem(path);
    if (problem !== null)
      throw new AppError('PATH-UNSAFE', `The manifest names a path that ${problem}.`, { path });
    return {
      path,
      role: roleOf(layer.mediaType),
      mediaType: layer.mediaType,
      digest: layer.digest,
      sizeBytes: layer.size,
    };
  });
  const collision = findCollisions(files.map((file) => file.path))[0];
  if (collision !== undefined) {
    throw new AppError('PATH-COLLISION', 'The manifest names paths that cannot stand together.', {
      items: collision,
    });
  }
  return { files, configDigest: manifest.data.config.digest, configSizeBytes: manifest.data.config.size };
}

function roleOf(mediaType: string): FileRole {
  for (const [role, known] of Object.entries(mediaTypes)) if (known === mediaType) return role as FileRole;
  throw new AppError('FORMAT-INVALID', 'The manifest has a layer of a kind that is not known.', {
    found: mediaType,
  });
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
