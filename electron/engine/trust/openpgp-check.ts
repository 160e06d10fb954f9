import { createHash } from 'node:crypto';
import type { Check } from '#shared/contract/evidence.ts';
import type { TrustAnchor } from './anchor.ts';
import type { SignatureFinding } from './formats/signature-format.ts';
import type { OpenpgpCertificate } from './openpgp-certificate.ts';
import type { OpenpgpSignature } from './openpgp-signature.ts';
import type { OpenpgpOutcome } from './openpgp-verify.ts';
import type { TrustQuestion } from './trust-question.ts';

const DAY_MS = 86_400_000;

/** A signature with what it is over: the bytes, or the digest of them in their frame. */
export interface OpenpgpPair {
  readonly signature: OpenpgpSignature;
  readonly content: Uint8Array | { readonly digest: Uint8Array };
}

/** One finding for each signature, against the OpenPGP certificates among the anchors. */
export async function checkOpenpgp(
  pairs: readonly OpenpgpPair[],
  question: TrustQuestion,
): Promise<SignatureFinding[]> {
  // The library is large, so it is loaded when there is something to check.
  const { verifyOpenpgp } = await import('./openpgp-verify.ts');
  const known = await readAnchors(question.anchors);
  const findings: SignatureFinding[] = [];
  for (const { signature, content } of pairs) {
    const digest = content instanceof Uint8Array ? digestOf(signature, content) : content.digest;
    const certificates = known.map(({ certificate }) => certificate);
    const outcome = await verifyOpenpgp(signature, digest, certificates, question.at);
    findings.push(describe(signature, outcome, known, question));
  }
  return findings;
}

interface KnownCertificate {
  readonly anchor: TrustAnchor;
  readonly certificate: OpenpgpCertificate;
}

async function readAnchors(anchors: readonly TrustAnchor[]): Promise<KnownCertificate[]> {
  const { parseOpenpgpCertificates } = await import('./openpgp-certificate.ts');
  const known: KnownCertificate[] = [];
  for (const anchor of anchors) {
    if (anchor.kind !== 'openpgp') continue;
    const certificates = await parseOpenpgpCertificates(new TextEncoder().encode(anchor.material));
    known.push(...certificates.map((certificate) => ({ anchor, certificate })));
  }
  return known;
}

function digestOf({ hash, prefix, suffix }: OpenpgpSignature, content: Uint8Array): Uint8Array {
  return new Uint8Array(createHash(hash).update(prefix).update(content).update(suffix).digest());
}

function describe(
  signature: OpenpgpSignature,
  outcome: OpenpgpOutcome,
  known: readonly KnownCertificate[],
  question: TrustQuestion,
): SignatureFinding {
  const { named, issuer } = outcome;
  const expected = `a signature by OpenPGP key ${named}`;
  const refused = { outcome: 'invalid', expected, found: 'none that holds', key: null } as const;
  if (outcome.problem !== null) return { ...refused, detail: outcome.problem };
  if (issuer === null) {
    const detail = `No anchor of this site has the OpenPGP key ${named}, so the signature cannot be checked.`;
    return { ...refused, detail, unknownKey: `OpenPGP key ${named}` };
  }
  if (outcome.bindingProblem !== null) {
    const detail = `The key may not sign for its certificate: ${outcome.bindingProblem}.`;
    return { ...refused, found: 'one by a key that may not sign', detail };
  }
  const { certificate, fingerprint } = issuer;
  const anchors = known.flatMap((each) =>
    each.certificate.fingerprint === certificate.fingerprint ? [each.anchor] : [],
  );
  const [userId] = certificate.userIds;
  return {
    outcome: 'valid',
    expected,
    found: expected,
    detail: `The signature holds (${signature.keyAlgorithm}, ${signature.hash}, version ${signature.version}).`,
    key: {
      fingerprint,
      keyType: certificate.keyType,
      anchors,
      ...(outcome.keyExpiresAt === null ? {} : { validUntil: outcome.keyExpiresAt }),
    },
    ...(userId === undefined ? {} : { comment: userId }),
    ...(outcome.createdAt === null ? {} : { claimedAt: outcome.createdAt }),
    checks: [
      ...checkRevoked(outcome),
      ...checkCreation(outcome, question.at),
      ...checkEnd('time.signature', 'The signature', outcome.expiresAt, question),
      ...checkEnd('time.key', 'The key', outcome.keyExpiresAt, question),
    ],
  };
}

function checkRevoked({ isRevoked }: OpenpgpOutcome): Check[] {
  const check = { id: 'revocation.key', expected: 'a key that its owner did not revoke' };
  if (!isRevoked) return [{ ...check, status: 'verified', found: 'no revocation in its certificate' }];
  const detail = 'The certificate that this site holds says that its owner revoked the key.';
  return [{ ...check, status: 'failed', code: 'SIGNER-REVOKED', found: 'revoked by its owner', detail }];
}

/** A signature from the future was made on a clock that is wrong, or this one is. */
function checkCreation({ createdAt }: OpenpgpOutcome, at: Date): Check[] {
  if (createdAt !== null && createdAt.getTime() <= at.getTime() + DAY_MS) return [];
  return [
    {
      id: 'time.created',
      status: 'failed',
      code: 'CLOCK-BEHIND',
      expected: `made no later than ${at.toISOString()}`,
      found: createdAt?.toISOString() ?? 'no time',
      detail: 'The signature says that it was made later than this check is for.',
    },
  ];
}

function checkEnd(id: string, what: string, end: Date | null, { at }: TrustQuestion): Check[] {
  if (end === null) return [];
  const check = { id, expected: `a time before ${end.toISOString()}`, found: at.toISOString() };
  if (at < end) return [{ ...check, status: 'verified' }];
  return [
    {
      ...check,
      status: 'failed',
      code: 'SIGNER-EXPIRED',
      detail: `${what} does not count any more at that time.`,
    },
  ];
}
