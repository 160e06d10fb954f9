import type { Check } from '#shared/contract/evidence.ts';
import type { Revocation } from '#shared/contract/trust.ts';
import { findKeyWeakness } from '../verify-with-key.ts';
import type { Certificate } from './certificate.ts';
import { certificateIds } from './certificate-ids.ts';
import { hasWeakHash } from './certificate-signature.ts';
import { forbiddenName } from './name-constraints.ts';

const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
const ANY_USAGE = '2.5.29.37.0';

/** One rule that a path breaks: what was expected, and what was found instead. */
type Objection = { readonly expected: string; readonly found: string } | null;

/** The moment at which certificates have to be valid, and how it is known. */
export interface Moment {
  readonly at: Date;
  readonly source: string;
}

/** Every rule for a path as a check of its own (RFC 5280, section 6.1). `path` begins with the leaf. */
export function checkPath(
  path: readonly Certificate[],
  moment: Moment,
  revocations: readonly Revocation[],
): Check[] {
  return [
    timeCheck(path, moment),
    rule('chain.usage', findWrongUsage(path), 'Each certificate is made for what it is used for here.'),
    rule('chain.ca', findNoAuthority(path), 'Each certificate above the leaf is that of an authority.'),
    rule('chain.path-length', findTooLong(path), 'The path is no longer than its authorities allow.'),
    rule('chain.names', findForbiddenName(path), 'No name is outside what the authorities may give.'),
    rule('chain.critical', findUnknownCritical(path), 'Every critical extension is understood.'),
    rule('chain.strength', findWeakness(path), 'Keys and hashes are strong enough to rely on.'),
    checkRevoked(path, revocations),
  ];
}

/** Is any certificate on the way, or the key of one, revoked here? */
export function checkRevoked(path: readonly Certificate[], revocations: readonly Revocation[]): Check {
  const detail = 'No certificate is revoked at this site.';
  return rule('chain.revocation', findRevoked(path, revocations), detail, 'SIGNER-REVOKED');
}

function rule(
  id: string,
  objection: Objection,
  detail: string,
  code: Check['code'] = 'CHAIN-INVALID',
): Check {
  if (objection === null) return { id, status: 'verified', detail };
  return { id, status: 'failed', code, ...objection };
}

/** The leaf and everything above it has to be valid at the moment. */
export function timeCheck(path: readonly Certificate[], { at, source }: Moment): Check {
  const from = new Date(Math.max(...path.map(({ notBefore }) => notBefore.getTime())));
  const until = endOfPath(path);
  const check = {
    id: 'time',
    expected: `a time from ${from.toISOString()} to ${until.toISOString()}`,
    found: `${at.toISOString()}, ${source}`,
  };
  if (from <= at && at <= until) return { ...check, status: 'verified' };
  const isEarly = at < from;
  const detail = isEarly
    ? 'At that time a certificate was not valid yet.'
    : 'At that time a certificate had expired, and nothing proves that the signature is older.';
  return { ...check, status: 'failed', code: 'SIGNER-EXPIRED', detail };
}

/** When the first of them ends. */
export function endOfPath(path: readonly Certificate[]): Date {
  return new Date(Math.min(...path.map(({ notAfter }) => notAfter.getTime())));
}

/** The leaf signs, and may sign code; authorities are not limited to something else. */
function findWrongUsage(path: readonly Certificate[]): Objection {
  for (const [index, certificate] of path.entries()) {
    const { keyUsage, extendedKeyUsage } = certificate.extensions;
    const who = index === 0 ? 'the leaf' : certificate.subjectText;
    if (
      extendedKeyUsage !== null &&
      !extendedKeyUsage.some((oid) => oid === CODE_SIGNING || oid === ANY_USAGE)
    ) {
      return { expected: `${who} for code signing`, found: `only for ${extendedKeyUsage.join(', ')}` };
    }
    if (index > 0) continue;
    if (keyUsage?.has('digitalSignature') === false) {
      return { expected: 'the leaf for digital signatures', found: 'another key usage' };
    }
    if (keyUsage === null && extendedKeyUsage === null) {
      return { expected: 'the leaf for digital signatures or code signing', found: 'no usage' };
    }
  }
  return null;
}

function findNoAuthority(path: readonly Certificate[]): Objection {
  for (const { subjectText, extensions } of path.slice(1)) {
    const expected = `${subjectText} as a certificate authority`;
    if (!isAuthority({ extensions })) return { expected, found: 'no authority' };
    if (extensions.keyUsage?.has('keyCertSign') === false) {
      return { expected, found: 'a key that may not sign certificates' };
    }
  }
  return null;
}

function isAuthority({ extensions }: Pick<Certificate, 'extensions'>): boolean {
  return extensions.basicConstraints?.isCa === true;
}

/** Certificates between an authority and the leaf; those issued to the same name do not count (section 4.2.1.9). */
function findTooLong(path: readonly Certificate[]): Objection {
  for (const [index, { subjectText, extensions }] of path.entries()) {
    const allowed = extensions.basicConstraints?.pathLength ?? null;
    if (index === 0 || allowed === null) continue;
    const between = path.slice(1, index).filter(({ subject, issuer }) => subject !== issuer).length;
    if (between > allowed) {
      return { expected: `at most ${allowed} authorities below ${subjectText}`, found: `${between}` };
    }
  }
  return null;
}

/** Only authorities have name constraints (section 4.2.1.10). */
function findForbiddenName(path: readonly Certificate[]): Objection {
  const [leaf] = path;
  if (leaf !== undefined && leaf.extensions.nameConstraints !== null && !isAuthority(leaf)) {
    return { expected: 'name constraints in authorities only', found: `some in ${leaf.subjectText}` };
  }
  for (const [index, authority] of path.entries()) {
    const constraints = authority.extensions.nameConstraints;
    if (constraints === null) continue;
    for (const [depth, certificate] of path.slice(0, index).entries()) {
      if (depth > 0 && certificate.subject === certificate.issuer) continue;
      const name = forbiddenName(certificate, constraints);
      if (name === null) continue;
      const found = `${name} in ${certificate.subjectText}`;
      return { expected: `only names that ${authority.subjectText} may give`, found };
    }
  }
  return null;
}

function findUnknownCritical(path: readonly Certificate[]): Objection {
  const certificate = path.find(({ extensions }) => extensions.unknownCritical.length > 0);
  if (certificate === undefined) return null;
  const found = `${certificate.extensions.unknownCritical.join(', ')} in ${certificate.subjectText}`;
  return { expected: 'critical extensions that are understood', found };
}

/** The signature on the certificate of the trust store itself is not relied on. */
function findWeakness(path: readonly Certificate[]): Objection {
  for (const [index, certificate] of path.entries()) {
    const weakness = findKeyWeakness(certificate.publicKey);
    const expected = 'RSA of 2048 bits or more, a NIST curve or Ed25519, and SHA-2';
    if (weakness !== null) return { expected, found: `${weakness} in ${certificate.subjectText}` };
    const isRelied = index < path.length - 1;
    if (isRelied && hasWeakHash(certificate))
      return { expected, found: `SHA-1 under ${certificate.subjectText}` };
  }
  return null;
}

function findRevoked(path: readonly Certificate[], revocations: readonly Revocation[]): Objection {
  const ids = certificateIds(path);
  for (const [index, certificate] of path.entries()) {
    const hit = revocations.find(({ kind, value }) => kind !== 'digest' && ids[index]?.includes(value));
    if (hit === undefined) continue;
    const found = `${certificate.subjectText}, revoked at ${hit.revokedAt}: ${hit.reason}`;
    return { expected: 'certificates that are not revoked', found };
  }
  return null;
}
