import type { Budget } from './budget.ts';
import type { ByteSource } from './byte-source.ts';
import type { Fact } from './facts.ts';

/** A file, or something inside one, that is to be identified and scanned. */
export interface ScanTarget {
  /** Its path or member name as it stands in the folder or archive: a hint for texts, which have no magic; never proof. */
  readonly name: string;
  readonly source: ByteSource;
  /** The first bytes, up to HEAD_BYTES. */
  readonly head: Uint8Array;
  /** 0 for a file, one more for each archive around it. */
  readonly depth: number;
}

export const HEAD_BYTES = 64 * 1024;

/** Where a finding lies; all of it optional. */
export interface FindingPlace {
  readonly offset?: number | undefined;
  readonly subject?: string | undefined;
}

/** What a scanner may do beside looking at bytes. */
export interface ScanContext {
  readonly budget: Budget;
  /** `all`: every byte is read. `structure`: tensor data is left out, and the verdict says so. */
  readonly extent: 'all' | 'structure';
  /** Adds a finding of a rule of the table; its severity is the rule's. Text from the file has to be escaped (`shown`). */
  readonly find: (rule: string, detail: string, place?: FindingPlace) => void;
  readonly learn: (fact: Fact) => void;
  /**
   * Identifies and scans what is inside (an archive's member, a stream in a stream) as if it were a file; its findings name
   * the member. Returns the format that was identified.
   */
  scanInside(member: string, source: ByteSource): string;
  /** The same context with findings that name the member: for members that the scanner itself knows how to look at. */
  inside(member: string): ScanContext;
}

/** One format: a file in formats/, a row in formats/index.ts, its rules in rules/. */
export interface FormatScanner {
  /** As reports name it, e.g. `safetensors`, `pickle`, `torch-zip`. */
  readonly format: string;
  /**
   * What else its files are by nature, and its scanner looks at. A file that a loader of zips or pickles would take too, and
   * whose scanner does not say so here, is blocked as `file.polyglot`.
   */
  readonly alsoReads?: readonly ('zip' | 'pickle')[];
  /** Is it of this format? By content; the name decides only among texts. Cheap, and never throws. */
  recognises(target: ScanTarget): boolean;
  /**
   * Looks at all of it. Throws Malformed where the bytes do not follow the format, which ends the scan of this target; any
   * other error is a defect, and blocks as `scan.crashed`.
   */
  scan(target: ScanTarget, context: ScanContext): void;
}
