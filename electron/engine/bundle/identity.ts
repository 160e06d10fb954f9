import type { Check, Signer } from '#shared/contract/evidence.ts';
import type { AnchorPurpose } from '#shared/contract/trust.ts';
import { matchesModel } from '#engine/core/model-glob.ts';
import { anchorsWithKey, type TrustAnchor } from '#engine/trust/anchor.ts';
import { ageInDays, identify as identifySigner } from '#engine/trust/identify.ts';
import { SSH_ED25519 } from '#engine/trust/openssh-key.ts';
import type { TrustBasis, TrustQuestion } from '#engine/trust/trust-question.ts';
import type { DocumentSigner } from './signed-document.ts';

/** Who signed, by the anchors of this site, and whether they may sign for these models. */
export interface Identity {
  readonly signer: Signer | null;
  /** Checks `identity`, `revocation`, `purpose`, `time` and `models`. */
  readonly checks: readonly Check[];
  /** Whole days since the oldest anchor used was last confirmed; null when none was used. */
  readonly trustAgeDays: number | null;
}

/** A signed document as far as its signer matters. */
interface Signed {
  readonly signature: 'valid' | 'invalid';
  readonly signer: DocumentSigner | null;
  /** When the signer says it was made; null when the content cannot be read. */
  readonly createdAt: string | null;
}

/**
 * Compares a document's key with the anchors by its bytes, never by name or fingerprint, as for every other signature.
 * Without a valid signature nothing is known about who signed. `models`: what is in the document; null when that does not matter.
 */
export function identify(
  { signature, signer, createdAt }: Signed,
  basis: TrustBasis & Pick<TrustQuestion, 'records'>,
  purpose: Extract<AnchorPurpose, 'transfer-sets' | 'receipts'>,
  models: readonly string[] | null,
): Identity {
  if (signature === 'invalid' || signer === null) {
    const detail = 'Without a valid signature nobody is known to have signed.';
    return { signer: null, checks: [{ id: 'identity', status: 'not-checked', detail }], trustAgeDays: null };
  }
  const anchors = anchorsWithKey(basis.anchors, signer.publicKey);
  const format = purpose === 'receipts' ? 'receipt' : 'transfer-set';
  const finding = {
    outcome: 'valid' as const,
    expected: '',
    found: '',
    detail: '',
    key: { fingerprint: signer.fingerprint, keyType: SSH_ED25519, anchors },
    comment: signer.name,
    ...(createdAt === null ? {} : { claimedAt: new Date(createdAt) }),
  };
  const identity = identifySigner({ path: '', format }, finding, { ...basis, purpose });
  return {
    signer: identity.signer,
    checks: [
      ...identity.checks.map(({ path: _path, ...check }) => check),
      ...(anchors.length === 0 || models === null ? [] : [checkModels(anchors, models)]),
    ],
    trustAgeDays:
      anchors.length === 0 ? null : Math.max(...anchors.map((anchor) => ageInDays(anchor, basis.at))),
  };
}

function checkModels(anchors: readonly TrustAnchor[], models: readonly string[]): Check {
  const used = anchors.filter(
    ({ revokedAt, purposes }) => revokedAt === null && purposes.includes('transfer-sets'),
  );
  const globs = [...new Set(used.flatMap((anchor) => anchor.models))];
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
