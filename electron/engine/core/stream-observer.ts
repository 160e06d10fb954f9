/**
 * Watches the bytes of a file as they pass by in one sequential read, e.g. while a copy is made and hashed, so that nothing
 * has to be read twice. One observer sees one file, from its first byte to its last.
 */
export interface StreamObserver {
  /** The next bytes, in blocks of any length. The memory is the caller's again as soon as this returns. Never throws for bad input. */
  update(bytes: Uint8Array): void;
  /** After the last byte: what was learnt, as plain data that can be posted to another thread. Called once. */
  finish(): unknown;
}
