import type { Anchor, AnchorCandidate } from '#shared/contract/trust.ts';
import { parseMinisignKey } from './minisign-key.ts';
import { parseOpensshLine } from './openssh-key.ts';
import { parseSpkiPem, rawEd25519 } from './spki.ts';

/** A candidate together with what it was read from. Nobody has accepted it. */
export interface AnchorMaterial extends AnchorCandidate {
  /**
   * Text as its tool writes it: an OpenSSH line, the base64 line of a minisign or signify key, PEM of one public key or
   * certificate, an armored OpenPGP certificate, the JSON of a trusted root (empty: the one that comes with the app).
   */
  readonly material: string;
}

/** Somebody whose signatures count, and for what. */
export interface TrustAnchor extends Anchor {
  /** See AnchorMaterial. Public by nature. */
  readonly material: string;
}

/** The anchor as the outside sees it. */
export function toAnchor(anchor: TrustAnchor): Anchor {
  const { material: _, ...shown } = anchor;
  return shown;
}

/** The same for what a file holds. */
export function toCandidate(found: AnchorMaterial): AnchorCandidate {
  const { material: _, ...shown } = found;
  return shown;
}

/** The fields that most kinds do not use. */
export const unlimited = {
  identity: null,
  issuer: null,
  principals: [],
  namespaces: [],
  validFrom: null,
  validUntil: null,
} satisfies Partial<AnchorCandidate>;

/** The raw 32-byte Ed25519 key of an anchor that is one such key, whatever wrote it; null for every other anchor. */
export function ed25519KeyOf({ kind, material }: Pick<TrustAnchor, 'kind' | 'material'>): Uint8Array | null {
  switch (kind) {
    case 'ssh':
      return parseOpensshLine(material)?.ed25519 ?? null;
    case 'minisign':
    case 'signify':
      return parseMinisignKey(material)?.publicKey ?? null;
    case 'public-key': {
      const key = parseSpkiPem(material);
      return key === null ? null : rawEd25519(key);
    }
    default:
      return null;
  }
}

/** The anchors that are this very Ed25519 key, in any state. */
export function anchorsWithKey(anchors: readonly TrustAnchor[], key: Uint8Array): TrustAnchor[] {
  return anchors.filter((anchor) => {
    const held = ed25519KeyOf(anchor);
    return held !== null && Buffer.compare(held, key) === 0;
  });
}
