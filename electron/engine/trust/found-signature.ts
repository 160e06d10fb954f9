import type { OpenSignature } from './formats/signature-format.ts';

/** A signature that is present. Either it could be opened, or `problem` says why not; never is it passed over. */
export interface FoundSignature {
  /** Where it lies; for one handed in from elsewhere, its name. */
  readonly path: string;
  /** Id of its format; `unknown` when no format recognises it. */
  readonly format: string;
  /** What it signs; null when nothing says so. */
  readonly subject: string | null;
  readonly opened: OpenSignature | null;
  readonly problem: string;
}
