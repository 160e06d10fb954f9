import type { Finding } from '#shared/contract/scan.ts';
import type { FactKind, FactOf } from '../facts.ts';
import type { ScannedFile } from '../scan-file.ts';
import { ruleOf } from '../rules/index.ts';
import { shown } from '../shown.ts';

/** A finding about several files; `path` names the one it is about. */
export type AcrossFinding = Finding & { readonly path: string };

/** So many findings of one kind about one file; the rest is counted. */
const MAX_OF_A_KIND = 10;

/** Scanned files by where they lie. Paths have slashes, and no dots for segments. */
export class FolderView {
  readonly files: readonly ScannedFile[];
  readonly #byPath: ReadonlyMap<string, ScannedFile>;
  readonly #byFolder: ReadonlyMap<string, readonly ScannedFile[]>;

  constructor(files: readonly ScannedFile[]) {
    this.files = files;
    this.#byPath = new Map(files.map((file) => [file.path, file]));
    const byFolder = new Map<string, ScannedFile[]>();
    for (const file of files) {
      const folder = folderOf(file.path);
      const beside = byFolder.get(folder);
      if (beside === undefined) byFolder.set(folder, [file]);
      else beside.push(file);
    }
    this.#byFolder = byFolder;
  }

  file(path: string): ScannedFile | undefined {
    return this.#byPath.get(path);
  }

  /** The files of each folder, folders in it left out. */
  folders(): Iterable<readonly ScannedFile[]> {
    return this.#byFolder.values();
  }

  inFolder(folder: string): readonly ScannedFile[] {
    return this.#byFolder.get(folder) ?? [];
  }
}

/** With the slash behind it; empty for the top. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

export function factsOf<K extends FactKind>({ facts }: ScannedFile, kind: K): FactOf<K>[] {
  return facts.filter((fact): fact is FactOf<K> => fact.kind === kind);
}

export function across(path: string, rule: string, detail: string, subject?: string): AcrossFinding {
  const { severity } = ruleOf(rule);
  return { path, rule, severity, detail, ...(subject === undefined ? {} : { subject: shown(subject) }) };
}

/** One finding a subject, up to a number that a person reads. */
export function acrossEach(
  path: string,
  rule: string,
  detail: string,
  subjects: readonly string[],
): AcrossFinding[] {
  const findings = subjects.slice(0, MAX_OF_A_KIND).map((subject) => across(path, rule, detail, subject));
  const rest = subjects.length - findings.length;
  return rest > 0
    ? [...findings, across(path, rule, `${detail} The same holds for ${rest} more.`)]
    : findings;
}
