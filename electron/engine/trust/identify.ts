import type { Check, Signer } from '#shared/contract/evidence.ts';
import { matchesModel } from '#engine/core/model-glob.ts';
import type { TrustAnchor } from './anchor.ts';
import type { SignatureFinding, SigningKey } from './formats/signature-format.ts';

const DAY_MS = 86_400_000;

export interface Identity {
  readonly signer: Signer | null;
  /** The anchor that counts for the signer; null when none does. */
  readonly anchor: TrustAnchor | null;
  readonly checks: readonly Check[];
}

/** Who made a signature, and does that count here? Each question is a check of its own. */
export function identify(
  path: string,
  finding: SignatureFinding,
  question: { readonly model?: string | undefined; readonly at: Date },
): Identity {
  const { key } = finding;
  if (key === null) return { signer: null, anchor: null, checks: [nobodyProven(path, finding)] };
  const anchor = chooseAnchor(key.anchors, question.model);
  return {
    signer: describe(key, anchor, finding.comment),
    anchor,
    checks: [
      checkKnown(path, key, anchor, question.model),
      ...(anchor === null ? [] : [checkRevocation(path, key)]),
      ...(anchor === null || question.model === undefined
        ? []
        : [checkModels(path, key, anchor, question.model)]),
      checkTime(path, finding, question.at),
    ],
  };
}

/** Whole days since an anchor was accepted. */
export function ageInDays(anchor: TrustAnchor, at: Date): number {
  return Math.max(0, Math.floor((at.getTime() - Date.parse(anchor.addedAt)) / DAY_MS));
}

/** One that counts for the model, if there is one: the same key may be accepted for several. */
function chooseAnchor(anchors: readonly TrustAnchor[], model: string | undefined): TrustAnchor | null {
  const usable = anchors.filter((anchor) => anchor.revokedAt === null);
  const fitting = usable.find((anchor) => model === undefined || matchesModel(anchor.models, model));
  return fitting ?? usable[0] ?? anchors[0] ?? null;
}

function describe(key: SigningKey, anchor: TrustAnchor | null, comment: string | undefined): Signer {
  return {
    fingerprint: key.fingerprint,
    keyType: key.keyType,
    ...(anchor === null ? {} : { anchor: { id: anchor.id, owner: anchor.owner, addedAt: anchor.addedAt } }),
    ...(comment === undefined || comment === '' ? {} : { comment }),
  };
}

function nobodyProven(path: string, finding: SignatureFinding): Check {
  if (finding.unknownKey === undefined) {
    const detail = 'The signature does not hold, so nobody is proven to have signed.';
    return { id: 'identity', status: 'not-checked', path, detail };
  }
  return {
    id: 'identity',
    status: 'failed',
    code: 'SIGNER-UNKNOWN',
    path,
    expected: 'the key of an anchor',
    found: finding.unknownKey,
    detail: 'No anchor of this site has the key that the signature names.',
  };
}

function checkKnown(
  path: string,
  key: SigningKey,
  anchor: TrustAnchor | null,
  model: string | undefined,
): Check {
  if (anchor === null) {
    return {
      id: 'identity',
      status: 'failed',
      code: 'SIGNER-UNKNOWN',
      path,
      expected: 'the key of an anchor',
      found: key.fingerprint,
      detail: 'The signature holds, and no anchor of this site knows its key.',
    };
  }
  const limit = model === undefined ? ` It counts for ${anchor.models.join(', ')}; no model was named.` : '';
  return {
    id: 'identity',
    status: 'verified',
    path,
    expected: anchor.fingerprint,
    found: key.fingerprint,
    detail: `Signed with the key of ${anchor.owner}.${limit}`,
  };
}

/** A key that any anchor holds as revoked is revoked: there is no trusted time that could show a signature to be older. */
function checkRevocation(path: string, key: SigningKey): Check {
  const revoked = key.anchors.find((anchor) => anchor.revokedAt !== null);
  const check = { id: 'revocation', path, expected: 'a key that is not revoked' };
  if (revoked === undefined) return { ...check, status: 'verified', found: 'not revoked at this site' };
  return {
    ...check,
    status: 'failed',
    code: 'SIGNER-REVOKED',
    found: `revoked at ${revoked.revokedAt ?? ''}`,
    detail: `The key of ${revoked.owner} was revoked: ${revoked.revokedReason ?? 'no reason given'}`,
  };
}

function checkModels(path: string, key: SigningKey, anchor: TrustAnchor, model: string): Check {
  const globs = [...new Set(key.anchors.flatMap((each) => (each.revokedAt === null ? each.models : [])))];
  const check = { id: 'models', path, expected: globs.join(', '), found: model };
  if (matchesModel(globs, model)) return { ...check, status: 'verified' };
  const detail = `${anchor.owner} may not sign for ${model} at this site.`;
  return { ...check, status: 'failed', code: 'SIGNER-NOT-ALLOWED', detail };
}

/** These formats have no validity period; but a signature that says it is younger than now speaks against the clock. */
function checkTime(path: string, { claimedAt }: SignatureFinding, at: Date): Check {
  const check = { id: 'time', path, expected: `signed no later than ${at.toISOString()}` };
  if (claimedAt === undefined) {
    return {
      ...check,
      status: 'verified',
      found: 'no time in the signature',
      detail: 'Neither it nor its key expires.',
    };
  }
  const found = `${claimedAt.toISOString()}, as the signer says`;
  if (claimedAt.getTime() <= at.getTime() + DAY_MS) return { ...check, status: 'verified', found };
  const detail = 'The signer says a later time than this check is made for: one of the two clocks is wrong.';
  return { ...check, status: 'warning', code: 'CLOCK-BEHIND', found, detail };
}
