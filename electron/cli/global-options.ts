/** Options that every command takes. */
export interface GlobalOptions {
  readonly home?: string;
  readonly json?: boolean;
  /** The person whose key signs and is recorded. */
  readonly as?: string;
  readonly passphraseFile?: string;
  readonly passphraseFd?: string;
}
