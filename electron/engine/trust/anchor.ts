import type { Anchor } from '#shared/contract/trust.ts';

/** A public key in the trust store, limited to the models it may sign for. */
export interface TrustAnchor extends Anchor {
  /** Raw 32-byte Ed25519 key. */
  readonly publicKey: Uint8Array;
}

/** The anchor as the outside sees it. */
export function toAnchor(anchor: TrustAnchor): Anchor {
  const { publicKey: _, ...shown } = anchor;
  return shown;
}
