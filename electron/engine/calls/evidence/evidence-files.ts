import type { EvidenceDocument } from '#shared/contract/evidence-document.ts';
import { encodeBase64 } from '#engine/core/base64.ts';
import type { ImportRow } from '#engine/registry/imports.ts';
import { KnownFolder } from '#engine/store/known-folder.ts';
import { findEvidence } from '#engine/trust/find-evidence.ts';
import type { EngineContext } from '../../context.ts';
import { heldImport, placeOf } from '../scan/held.ts';

/** Larger signatures and lists are named by their digest alone. */
const MAX_BYTES = 4 * 1024 * 1024;

/** The files of an import by path: digests of all, and the bytes of signatures and lists, as far as they still lie here. */
export async function evidenceFiles(
  context: EngineContext,
  row: ImportRow,
): Promise<EvidenceDocument['files']> {
  const held = heldImport(context.registry, row);
  const digests = context.registry.imports.digests(row.id);
  const known = held.files.map((file) => ({
    path: file.path,
    sizeBytes: file.sizeBytes,
    file: placeOf(context, held, file),
    digests: digests.get(file.path) ?? new Map<string, string>(),
  }));
  const folder = new KnownFolder({ label: row.source, files: known, problems: [] });
  const { signatures, lists } = await findEvidence(folder, known);
  const wanted = new Set([...signatures, ...lists].map(({ path }) => path));
  const files: EvidenceDocument['files'] = [];
  for (const { path, role, digest, sizeBytes } of context.registry.imports.files(row.id)) {
    const isKept = wanted.has(path) && sizeBytes <= MAX_BYTES;
    const bytes = isKept ? await folder.read(path, MAX_BYTES).catch(() => null) : null;
    files.push({
      path,
      role,
      digest,
      sizeBytes,
      digests: Object.fromEntries(digests.get(path) ?? []),
      bytes: bytes === null ? null : encodeBase64(bytes),
    });
  }
  return files;
}
