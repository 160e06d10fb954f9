import { z } from 'zod';
import { Digest } from '#shared/contract/basics.ts';
import type { Check } from '#shared/contract/evidence.ts';
import { asAppError } from '#engine/core/app-error.ts';
import { digestOf, hexOf } from '#engine/core/digest.ts';
import type { EntryProblem } from '#engine/core/folder-port.ts';
import { findPathProblem } from '#engine/core/release-path.ts';
import { parseStrictJson } from '#engine/core/strict-json.ts';
import { explainIssues } from '#engine/core/zod-issues.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import type { KeptReads } from '../kept-reads.ts';
import { makeVisible, refusedLink } from '../walk.ts';
import { type LaidOutFile, type Layout, settle, type SourceLayer } from './layout.ts';
import type { SourceTree, TreeListing } from './source-tree.ts';
import { TarTree } from './tar-tree.ts';

const MAX_JSON_BYTES = 4 * 1024 * 1024;
const INDEX = 'application/vnd.oci.image.index.v1+json';
const NAME = 'org.opencontainers.image.ref.name';
/** The CNCF ModelPack specification, annotations.md; the title is what other tools write. */
const FILE_PATHS = ['org.cncf.model.filepath', 'org.opencontainers.image.title'];
/** Layers that hold files of their own (ModelPack and KitOps: `….v1.tar`; OCI images: `….layer.v1.tar`). */
const TAR = /\.tar$/;
/** Packed ones would have to be unpacked to know what is in them. */
const PACKED = /\.tar\+|\+(?:gzip|zstd)$/;

const Descriptor = z.object({
  mediaType: z.string().max(255),
  digest: Digest,
  size: z.number().int().nonnegative(),
  annotations: z.record(z.string(), z.string()).optional(),
});
type Descriptor = z.infer<typeof Descriptor>;
const Index = z.object({ schemaVersion: z.literal(2), manifests: z.array(Descriptor).max(10_000) });
const Manifest = z.object({
  schemaVersion: z.literal(2),
  artifactType: z.string().optional(),
  config: Descriptor,
  layers: z.array(Descriptor).max(100_000),
});

/** Does an OCI image layout lie here (image-layout.md)? A transfer set is one too, and is taken in as what it is. */
export function isOciLayout({ files }: TreeListing): boolean {
  const has = (name: string) => files.some((file) => file.path === name);
  return has('oci-layout') && has('index.json') && !has('set.dsse.json');
}

/**
 * A model in an OCI image layout of another tool: ModelPack and KitOps media types, raw layers (one file each) and tar
 * layers (several). The manifest is checked against its digest here, and every layer against its own while it is copied.
 */
export async function ociLayout(tree: SourceTree, listing: TreeListing, kept: KeptReads): Promise<Layout> {
  const reader = new LayoutReader(tree, listing, kept);
  const found = await reader.manifest();
  if (found !== null) await reader.addLayers(found.layers);
  const which = found?.name ?? tree.label;
  return settle({
    kind: 'oci-layout',
    title: `OCI layout ${makeVisible(which)}, ${found === null ? 'unreadable' : flavour(found.type)}`,
    facts: found === null ? [] : [manifestFact(found), ...reader.leftOut()],
    files: reader.files,
    problems: [...reader.problems, ...listing.links.map(refusedLink)],
    layers: reader.layers,
    notes: new Map(),
    isContentAddressed: true,
  });
}

interface FoundManifest {
  readonly digest: Digest;
  readonly name: string | null;
  readonly type: string;
  readonly layers: readonly Descriptor[];
}

class LayoutReader {
  readonly files: LaidOutFile[] = [];
  readonly layers: SourceLayer[] = [];
  readonly problems: EntryProblem[] = [];
  readonly #tree: SourceTree;
  readonly #kept: KeptReads;
  readonly #sizes: ReadonlyMap<string, number>;
  /** Blobs that say what the release is; they are not files of it. */
  readonly #descriptions = new Set<string>();

  constructor(tree: SourceTree, { files }: TreeListing, kept: KeptReads) {
    this.#tree = tree;
    this.#kept = kept;
    this.#sizes = new Map(files.map((file) => [file.path, file.sizeBytes]));
  }

  /** The one manifest that the index leads to, checked; null with a problem when there is none or a choice to make. */
  async manifest(): Promise<FoundManifest | null> {
    let candidates = (await this.#json('index.json', Index))?.manifests ?? null;
    // Some tools put an index between.
    const [only] = candidates ?? [];
    if (candidates?.length === 1 && only?.mediaType === INDEX) {
      candidates = (await this.#blobJson(only, Index))?.manifests ?? null;
    }
    if (candidates === null) return null;
    const [chosen, ...others] = candidates;
    if (chosen === undefined || others.length > 0) {
      const names = candidates.map((each) => makeVisible(each.annotations?.[NAME] ?? each.digest));
      const detail = `lists ${formatNoun(names.length, 'manifest')}; one is needed${names.length > 0 ? ` (${names.join(', ')})` : ''}`;
      return this.#refuse('index.json', 'FORMAT-INVALID', detail);
    }
    const manifest = await this.#blobJson(chosen, Manifest);
    if (manifest === null) return null;
    this.#descriptions.add(blobPath(manifest.config.digest));
    const type = manifest.artifactType ?? manifest.config.mediaType;
    return { digest: chosen.digest, name: chosen.annotations?.[NAME] ?? null, type, layers: manifest.layers };
  }

  async addLayers(layers: readonly Descriptor[]): Promise<void> {
    const known = new Set<Digest>();
    for (const layer of layers) {
      const blob = blobPath(layer.digest);
      const size = this.#sizes.get(blob);
      if (size === undefined) this.#refuse(blob, 'FILE-UNREADABLE', 'is listed in the manifest and not here');
      else if (size !== layer.size) {
        this.#refuse(blob, 'DIGEST-MISMATCH', `has ${size} bytes; the manifest says ${layer.size}`);
      } else if (PACKED.test(layer.mediaType)) {
        this.#refuse(
          blob,
          'FORMAT-INVALID',
          `is compressed (${makeVisible(layer.mediaType)}); have it packed without`,
        );
      } else if (!TAR.test(layer.mediaType)) this.#addRaw(layer, blob);
      // The same tar twice brings nothing new, and every file of it twice.
      else if (!known.has(layer.digest)) await this.#addTar(layer, blob);
      known.add(layer.digest);
    }
  }

  /** What of the layout is no part of the release. */
  leftOut(): Check[] {
    const used = new Set([
      ...this.#descriptions,
      ...this.files.map((file) => file.treePath),
      ...this.layers.map((layer) => layer.name),
    ]);
    const others = [...this.#sizes.keys()].filter(
      (name) => name.startsWith('blobs/') && !used.has(name),
    ).length;
    if (others === 0) return [];
    const detail = `Left out: ${formatNoun(others, 'blob')} that the manifest does not list.`;
    return [{ id: 'source.left-out', status: 'verified', detail }];
  }

  #addRaw(layer: Descriptor, blob: string): void {
    const named = FILE_PATHS.map((name) => layer.annotations?.[name]).find((name) => name !== undefined);
    if (named === undefined)
      return void this.#refuse(blob, 'FORMAT-INVALID', 'has no annotation that names its file');
    const path = named.replace(/^(?:\.\/)+/, '');
    const unsafe = findPathProblem(path);
    if (unsafe !== null) return void this.#refuse(path, 'PATH-UNSAFE', unsafe);
    this.files.push({
      path,
      sizeBytes: layer.size,
      stated: hexOf(layer.digest),
      tree: this.#tree,
      treePath: blob,
    });
  }

  async #addTar(layer: Descriptor, blob: string): Promise<void> {
    const extent = await this.#tree.extentOf(blob);
    const tar = new TarTree(extent, layer.size, this.#kept, blob);
    const { files, links, problems } = await tar.tree();
    for (const each of [...problems, ...links.map(refusedLink)]) {
      this.problems.push({ ...each, path: `${blob}: ${each.path}` });
    }
    for (const file of files) this.files.push({ ...file, stated: null, tree: tar, treePath: file.path });
    const paths = files.map((file) => file.path);
    this.layers.push({ name: blob, extent, sizeBytes: layer.size, sha256: hexOf(layer.digest), paths });
  }

  async #blobJson<T>(descriptor: Descriptor, schema: z.ZodType<T>): Promise<T | null> {
    const blob = blobPath(descriptor.digest);
    this.#descriptions.add(blob);
    return await this.#json(blob, schema, descriptor.digest);
  }

  async #json<T>(path: string, schema: z.ZodType<T>, digest?: Digest): Promise<T | null> {
    try {
      const bytes = await this.#tree.read(path, MAX_JSON_BYTES);
      if (digest !== undefined && digestOf(bytes) !== digest) {
        return this.#refuse(path, 'DIGEST-MISMATCH', `has the digest ${digestOf(bytes)}`);
      }
      const parsed = schema.safeParse(parseStrictJson(bytes, { maxBytes: MAX_JSON_BYTES }));
      if (parsed.success) return parsed.data;
      return this.#refuse(path, 'FORMAT-INVALID', explainIssues(parsed.error));
    } catch (error) {
      const { code, message } = asAppError(error, path);
      if (code === 'MEDIA-GONE') throw error;
      return this.#refuse(path, code === 'FORMAT-INVALID' ? code : 'FILE-UNREADABLE', message);
    }
  }

  #refuse(path: string, code: EntryProblem['code'], detail: string): null {
    this.problems.push({ path: makeVisible(path), code, detail: makeVisible(detail) });
    return null;
  }
}

function manifestFact(found: FoundManifest): Check {
  const detail = `OCI manifest ${found.digest} of type ${makeVisible(found.type)}, ${formatNoun(found.layers.length, 'layer')}.`;
  return { id: 'source.layout', status: 'verified', detail };
}

function flavour(type: string): string {
  if (type.startsWith('application/vnd.cncf.model.')) return 'ModelPack';
  if (type.startsWith('application/vnd.kitops.modelkit.')) return 'KitOps';
  return 'OCI artifact';
}

function blobPath(digest: Digest): string {
  return `blobs/sha256/${hexOf(digest)}`;
}
