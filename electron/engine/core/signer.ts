/** An unlocked Ed25519 key of a person (or of the log). The secret never leaves the object that implements this. */
export interface Signer {
  readonly name: string;
  /** `SHA256:<base64>` of the OpenSSH public key blob, as `ssh-keygen -l` prints it. */
  readonly fingerprint: string;
  /** Raw 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Ed25519 (RFC 8032) signature, 64 bytes. */
  sign(bytes: Uint8Array): Uint8Array;
}
