import type { Check, Signer } from '#shared/contract/evidence.ts';
import { matchesModel } from '#engine/core/model-glob.ts';
import type { TrustAnchor } from './anchor.ts';
import { excuseExpiry } from './excuse-expiry.ts';
import type { FoundSignature } from './found-signature.ts';
import type { SignatureFinding, SigningKey } from './formats/signature-format.ts';
import type { TrustQuestion } from './trust-question.ts';

const DAY_MS = 86_400_000;

export interface Identity {
  readonly signer: Signer | null;
  /** The anchor that counts for the signer; null when none does. */
  readonly anchor: TrustAnchor | null;
  readonly checks: readonly Check[];
}

/** Who made a signature, and does that count here? Each question is a check of its own. */
export function identify(
  { path, format }: Pick<FoundSignature, 'path' | 'format'>,
  finding: SignatureFinding,
  question: TrustQuestion,
): Identity {
  const { key } = finding;
  const ownChecks = (finding.checks ?? []).map((check) => ({ path, ...check }));
  if (key === null)
    return { signer: null, anchor: null, checks: [nobodyProven(path, finding), ...ownChecks] };
  const asked = { ...question, format };
  const anchor = chooseAnchor(key.anchors, asked);
  const signer = describe(key, format, anchor, finding.comment);
  const checks = [
    checkKnown(path, key, anchor, question.model),
    ...(anchor === null
      ? []
      : [
          checkRevocation(path, key, question),
          ...checkLimits(path, key, anchor, asked),
          ...checkReliance(path, anchor, question.at),
        ]),
    ...(ownChecks.some(({ id }) => id === 'time') ? [] : [checkTime(path, finding, anchor, question.at)]),
    ...ownChecks,
  ];
  return { signer, anchor, checks: excuseExpiry(checks, signer, question.at, question.records) };
}

/** Whole days since an anchor was last confirmed. */
export function ageInDays(anchor: TrustAnchor, at: Date): number {
  return Math.max(0, Math.floor((at.getTime() - Date.parse(anchor.refreshedAt)) / DAY_MS));
}

/** The question together with the format that the signature is in. */
interface Asked extends TrustQuestion {
  readonly format: string;
}

/** One that counts for all that is asked, if there is one: the same key may be accepted for several. */
function chooseAnchor(anchors: readonly TrustAnchor[], asked: Asked): TrustAnchor | null {
  const usable = anchors.filter((anchor) => anchor.revokedAt === null);
  return usable.find((anchor) => countsFor(anchor, asked)) ?? usable[0] ?? anchors[0] ?? null;
}

function countsFor(anchor: TrustAnchor, { model, format, purpose }: Asked): boolean {
  return (
    (model === undefined || matchesModel(anchor.models, model)) &&
    anchor.purposes.includes(purpose) &&
    (anchor.formats.length === 0 || anchor.formats.includes(format))
  );
}

function describe(
  key: SigningKey,
  format: string,
  anchor: TrustAnchor | null,
  comment: string | undefined,
): Signer {
  return {
    fingerprint: key.fingerprint,
    keyType: key.keyType,
    format,
    ...(key.name === undefined ? {} : { name: key.name }),
    ...(key.issuer === undefined ? {} : { issuer: key.issuer }),
    ...(key.certificate === undefined ? {} : { certificate: key.certificate }),
    ...(key.certificatePath === undefined ? {} : { certificatePath: [...key.certificatePath] }),
    ...endOf(key, anchor),
    ...(key.root === undefined ? {} : { root: shownRoot(key.root) }),
    ...(anchor === null ? {} : { anchor: shownAnchor(anchor) }),
    ...(comment === undefined || comment === '' ? {} : { comment }),
  };
}

/** The key's own end, or that which came with its anchor, whichever is first. */
function endOf({ validUntil }: SigningKey, anchor: TrustAnchor | null): Pick<Signer, 'validUntil'> {
  const isOwnKey = anchor !== null && anchor.kind !== 'certificate' && anchor.kind !== 'sigstore';
  const ends = [validUntil?.toISOString(), isOwnKey ? anchor.validUntil : null];
  const [first] = ends.filter((end) => typeof end === 'string').sort();
  return first === undefined ? {} : { validUntil: first };
}

function shownRoot({ label, newestEntry }: NonNullable<SigningKey['root']>): NonNullable<Signer['root']> {
  return { label, newestEntry: newestEntry?.toISOString() ?? null };
}

function shownAnchor({ id, owner, addedAt, fingerprint }: TrustAnchor): NonNullable<Signer['anchor']> {
  return { id, owner, addedAt, fingerprint };
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
    expected: 'an anchor of this site',
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
  const found = key.name === undefined ? key.fingerprint : `${key.name} (${key.fingerprint})`;
  if (anchor === null) {
    return {
      id: 'identity',
      status: 'failed',
      code: 'SIGNER-UNKNOWN',
      path,
      expected: 'an anchor of this site',
      found,
      detail: 'The signature holds, and no anchor of this site vouches for who made it.',
    };
  }
  const limit = model === undefined ? ` It counts for ${anchor.models.join(', ')}; no model was named.` : '';
  return {
    id: 'identity',
    status: 'verified',
    path,
    expected: anchor.fingerprint,
    found,
    detail: `${vouching(anchor)} ${anchor.owner}.${limit}`,
  };
}

function vouching({ kind }: TrustAnchor): string {
  switch (kind) {
    case 'certificate':
    case 'ssh-ca':
      return 'Signed with a key that is certified by';
    case 'sigstore':
      return 'Signed under the identity of';
    default:
      return 'Signed with the key of';
  }
}

/** A key that any anchor holds as revoked is revoked: there is no trusted time that could show a signature to be older. */
function checkRevocation(path: string, key: SigningKey, { revocations }: TrustQuestion): Check {
  const revoked = key.anchors.find((anchor) => anchor.revokedAt !== null);
  const fingerprints = [key.fingerprint, ...key.anchors.map(({ fingerprint }) => fingerprint)];
  const listed = revocations.find(({ kind, value }) => kind === 'key' && fingerprints.includes(value));
  const check = { id: 'revocation', path, expected: 'a key that is not revoked' };
  if (revoked === undefined && listed === undefined) {
    return { ...check, status: 'verified', found: 'not revoked at this site' };
  }
  const at = revoked?.revokedAt ?? listed?.revokedAt ?? '';
  const reason = revoked?.revokedReason ?? listed?.reason ?? 'no reason given';
  const owner = revoked?.owner ?? key.anchors[0]?.owner ?? key.fingerprint;
  return {
    ...check,
    status: 'failed',
    code: 'SIGNER-REVOKED',
    found: `revoked at ${at}`,
    detail: `The key of ${owner} was revoked: ${reason}`,
  };
}

/** What the anchors of the signer are accepted for: models, this purpose, this format. */
function checkLimits(path: string, key: SigningKey, anchor: TrustAnchor, asked: Asked): Check[] {
  const inForce = key.anchors.filter(({ revokedAt }) => revokedAt === null);
  if (inForce.length === 0) return [];
  const globs = [...new Set(inForce.flatMap(({ models }) => models))];
  const checks: Check[] = [];
  const add = (id: string, isAllowed: boolean, expected: string, found: string, detail: string) => {
    const check = { id, path, expected, found };
    if (isAllowed) checks.push({ ...check, status: 'verified' });
    else checks.push({ ...check, status: 'failed', code: 'SIGNER-NOT-ALLOWED', detail });
  };
  const { model, format, purpose } = asked;
  if (model !== undefined) {
    const detail = `${anchor.owner} may not sign for ${model} at this site.`;
    add('models', matchesModel(globs, model), globs.join(', '), model, detail);
  }
  const purposes = inForce.flatMap((each) => each.purposes);
  if (!purposes.includes(purpose)) {
    const detail = `${anchor.owner} may not sign ${purpose} at this site.`;
    add('purpose', false, [...new Set(purposes)].join(', '), purpose, detail);
  }
  if (inForce.every(({ formats }) => formats.length > 0)) {
    const formats = [...new Set(inForce.flatMap((each) => each.formats))];
    const detail = `${anchor.owner} may not sign in the format ${format} at this site.`;
    add('format', formats.includes(format), formats.join(', '), format, detail);
  }
  return checks;
}

/**
 * Bare keys have no time of their own, but the anchor may have one; and a signature that says it is younger than now speaks
 * against the clock.
 */
function checkTime(
  path: string,
  { claimedAt }: SignatureFinding,
  anchor: TrustAnchor | null,
  at: Date,
): Check {
  const check = { id: 'time', path, expected: `signed no later than ${at.toISOString()}` };
  const outside = anchor === null ? null : outsideOf(anchor, at);
  if (outside !== null) return { ...check, status: 'failed', code: 'SIGNER-EXPIRED', ...outside };
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

function outsideOf(
  anchor: TrustAnchor,
  at: Date,
): { expected: string; found: string; detail: string } | null {
  const { validFrom, validUntil } = anchor;
  const now = at.toISOString();
  if ((validFrom === null || validFrom <= now) && (validUntil === null || now < validUntil)) return null;
  const expected = `a time from ${validFrom ?? 'the beginning'} to ${validUntil ?? 'any'}`;
  const detail = `The anchor of ${anchor.owner} does not count at that time.`;
  return { expected, found: now, detail };
}

/** From a day on, which a person or a trust pack named, this site relies on the anchor no longer, whatever proves its key. */
function checkReliance(path: string, { owner, expiresAt }: TrustAnchor, at: Date): Check[] {
  if (expiresAt === null || at.getTime() < Date.parse(expiresAt)) return [];
  return [
    {
      id: 'time.anchor',
      status: 'failed',
      code: 'SIGNER-EXPIRED',
      path,
      expected: `a time before ${expiresAt}`,
      found: at.toISOString(),
      detail: `This site relied on the anchor of ${owner} until then. Confirm it anew from media: anchors refresh.`,
    },
  ];
}
