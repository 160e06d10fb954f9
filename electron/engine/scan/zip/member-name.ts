import type { ScanContext } from '../format-scanner.ts';
import { shown } from '../shown.ts';
import type { CentralHeader } from './zip-local.ts';

const MAX_NAME = 1_024;

/** May an archive's member have this name: relative, of plain segments, the same path on every system? */
export function isMemberName(name: string): boolean {
  const path = name.endsWith('/') ? name.slice(0, -1) : name;
  return (
    path.length > 0 &&
    path.length <= MAX_NAME &&
    !/[\0-\x1f\x7f\\:]/.test(path) &&
    path.split('/').every((segment) => segment !== '' && segment !== '.' && segment !== '..')
  );
}

/** What two names have in common that some file system takes for one. */
export function foldedName(name: string): string {
  return name.normalize('NFC').toLowerCase().replace(/\/$/, '');
}

/** Names that are paths out of the archive, and names that come twice. */
export function checkNames(headers: readonly CentralHeader[], { find }: Pick<ScanContext, 'find'>): void {
  const seen = new Set<string>();
  for (const { name, isNameText, renames, offset, sizeBytes } of headers) {
    const place = { offset, subject: name };
    const isEmptyDirectory = !name.endsWith('/') || sizeBytes === 0;
    if (!isNameText || renames || !isMemberName(name) || !isEmptyDirectory) {
      find('zip.name', `A member is called ${shown(name)}.`, place);
    }
    const folded = foldedName(name);
    if (seen.has(folded)) find('zip.duplicate', `Two members are called ${shown(name)}.`, place);
    seen.add(folded);
  }
}
