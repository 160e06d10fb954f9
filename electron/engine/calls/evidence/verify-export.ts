import type { EvidenceDocument } from '#shared/contract/evidence-document.ts';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import { KnownFolder } from '#engine/store/known-folder.ts';
import { findEvidence } from '#engine/trust/find-evidence.ts';
import { verifyFolder } from '#engine/trust/verify-folder.ts';
import { PROVENANCE_PATH } from '../imports/import-job.ts';

/**
 * The verification of an export's files as of the time of a report: by the anchors in it, over the bytes of its signatures and
 * lists and the digests of everything else. Null when a signature needs the bytes of a file that are not in it.
 */
export async function verifyAgain(
  { files, trust, subject }: EvidenceDocument,
  { checkedAt }: VerifyReport,
): Promise<VerifyReport | null> {
  const known = files
    .filter(({ path }) => path !== PROVENANCE_PATH)
    .map(({ path, sizeBytes, digests, bytes }) => ({
      path,
      sizeBytes,
      // What is not in the export is no signature and no list: the digests say all there is to say about it.
      file: new Uint8Array(Buffer.from(bytes ?? '', 'base64')),
      digests: new Map(Object.entries(digests)),
    }));
  const folder = new KnownFolder({ label: subject.name, files: known, problems: [] });
  const { signatures } = await findEvidence(folder, known);
  const absent = new Set(files.flatMap(({ path, bytes }) => (bytes === null ? [path] : [])));
  const needsBytes = signatures.some(({ opened, subject: signed }) => {
    if (opened?.signs.kind !== 'file' || signed === null || !absent.has(signed)) return false;
    return opened.signs.need.kind === 'stream' || opened.signs.need.kind === 'bytes';
  });
  if (needsBytes) return null;
  const [release] = subject.releases;
  return await verifyFolder(folder, {
    anchors: trust.anchors,
    at: new Date(checkedAt),
    ...(release === undefined ? {} : { model: release.model }),
  });
}
