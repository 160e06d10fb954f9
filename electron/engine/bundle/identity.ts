import type { Check, Signer } from '#shared/contract/evidence.ts';
import { matchesModel } from '#engine/core/model-glob.ts';
import { anchorsWithKey, type TrustAnchor } from '#engine/trust/anchor.ts';
import { SSH_ED25519 } from '#engine/trust/openssh-key.ts';
import type { DocumentSigner } from './signed-document.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** Who signed, by the anchors of this site, and whether they may sign for these models. */
export interface Identity {
  readonly signer: Signer | null;
  /** Checks `identity`, `models` and `revocation`. */
  readonly checks: readonly Check[];
  /** Whole days since the oldest anchor used was added; null when none was used. */
  readonly trustAgeDays: number | null;
}

/**
 * Compares a document's key with the anchors by its bytes, never by name or fingerprint. A key that any anchor holds as
 * revoked is revoked, whatever other anchors say. Without a valid signature nothing is known about who signed.
 */
export function identify(
  signature: 'valid' | 'invalid',
  signer: DocumentSigner | null,
  anchors: readonly TrustAnchor[],
  models: readonly string[] | null,
  at: Date,
): Identity {
  if (signature === 'invalid' || signer === null) {
    const detail = 'Without a valid signature nobody is known to have signed.';
    return { signer: null, checks: [{ id: 'identity', status: 'not-checked', detail }], trustAgeDays: null };
  }
  const known = anchorsWithKey(anchors, signer.publicKey);
  const used = known.filter((anchor) => anchor.revokedAt === null);
  return {
    signer: describe(signer, used[0] ?? known[0]),
    checks: [
      checkKnown(signer, known),
      ...(known.length === 0 ? [] : [checkRevoked(known)]),
      ...(known.length === 0 || models === null ? [] : [checkModels(used, models)]),
    ],
    trustAgeDays: ageInDays(known, at),
  };
}

function describe(signer: DocumentSigner, anchor: TrustAnchor | undefined): Signer {
  return {
    fingerprint: signer.fingerprint,
    keyType: SSH_ED25519,
    comment: signer.name,
    ...(anchor === undefined
      ? {}
      : { anchor: { id: anchor.id, owner: anchor.owner, addedAt: anchor.addedAt } }),
  };
}

function checkKnown(signer: DocumentSigner, known: readonly TrustAnchor[]): Check {
  const found = signer.fingerprint;
  if (known[0] !== undefined)
    return { id: 'identity', status: 'verified', found, detail: `Signed by ${known[0].owner}.` };
  return {
    id: 'identity',
    status: 'failed',
    code: 'SIGNER-UNKNOWN',
    found,
    detail: 'The signature holds, and no anchor of this site knows its key.',
  };
}

function checkRevoked(known: readonly TrustAnchor[]): Check {
  const revoked = known.find((anchor) => anchor.revokedAt !== null);
  if (revoked === undefined)
    return { id: 'revocation', status: 'verified', detail: 'This site has not revoked the key.' };
  return {
    id: 'revocation',
    status: 'failed',
    code: 'SIGNER-REVOKED',
    found: revoked.fingerprint,
    detail: `The key of ${revoked.owner} was revoked on ${revoked.revokedAt ?? ''}: ${revoked.revokedReason ?? ''}.`,
  };
}

function checkModels(used: readonly TrustAnchor[], models: readonly string[]): Check {
  const globs = used.flatMap((anchor) => anchor.models);
  const beyond = models.filter((model) => !matchesModel(globs, model));
  if (beyond.length === 0) return { id: 'models', status: 'verified', expected: globs.join(', ') };
  return {
    id: 'models',
    status: 'failed',
    code: 'SIGNER-NOT-ALLOWED',
    expected: globs.join(', '),
    found: beyond.join(', '),
    detail: `The signer may not sign for ${beyond.join(', ')} here.`,
  };
}

function ageInDays(known: readonly TrustAnchor[], at: Date): number | null {
  if (known.length === 0) return null;
  const oldest = Math.min(...known.map((anchor) => Date.parse(anchor.addedAt)));
  return Math.max(0, Math.floor((at.getTime() - oldest) / DAY_MS));
}
