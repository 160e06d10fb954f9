import type { ScannedFile } from '../scan-file.ts';
import { across, type AcrossFinding, factsOf, folderOf, type FolderView } from './folder-view.ts';

/** Exporters align data to pages of up to 64 KiB. */
const MAX_PADDING = 64 * 1024;

/** Data outside a model are here and long enough, and raw data are described by a model to their end. */
export function compareExternalData(view: FolderView): AcrossFinding[] {
  const findings: AcrossFinding[] = [];
  const described = new Map<string, number>();
  for (const file of view.files) {
    const ends = new Map<string, number>();
    for (const { role, path, endBytes = 0 } of factsOf(file, 'reference')) {
      if (role === 'external-data') ends.set(path, Math.max(ends.get(path) ?? 0, endBytes));
    }
    for (const [path, end] of ends) {
      const target = view.file(folderOf(file.path) + path);
      if (target === undefined) {
        findings.push(
          across(file.path, 'external-data.missing', 'A file with its tensors is not here.', path),
        );
        continue;
      }
      described.set(target.path, Math.max(described.get(target.path) ?? 0, end));
      if (target.sizeBytes < end) {
        const detail = `Its tensors end at byte ${end}, and the file has ${target.sizeBytes}.`;
        findings.push(across(file.path, 'external-data.short', detail, path));
      } else if (!['raw-data', 'unknown', 'empty', 'not-a-file'].includes(target.format)) {
        const detail = `Its tensors are in a file that is ${target.format}.`;
        findings.push(across(file.path, 'external-data.other-format', detail, path));
      }
    }
  }
  for (const file of view.files) {
    const { path, format, sizeBytes } = file;
    const end = described.get(path);
    if (format === 'unknown' && end !== undefined && isPlainData(file, end)) {
      findings.push(across(path, 'data.described', `A model here says what its ${end} bytes are.`));
    }
    if (format !== 'raw-data') continue;
    if (end === undefined) {
      findings.push(across(path, 'data.undescribed', 'No model here says what lies in it.'));
    } else if (sizeBytes > end + MAX_PADDING) {
      findings.push(across(path, 'data.tail', `What describes it ends at byte ${end} of ${sizeBytes}.`));
    }
  }
  return findings;
}

/** Nothing was wrong with it but that its content has no format, and a model describes all of it. */
function isPlainData({ sizeBytes, bytesRead, findings }: ScannedFile, end: number): boolean {
  const isRead = bytesRead === sizeBytes && sizeBytes >= end && sizeBytes <= end + MAX_PADDING;
  return isRead && findings.every(({ rule }) => rule === 'file.unidentified');
}
