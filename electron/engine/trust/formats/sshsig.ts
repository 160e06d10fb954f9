import type { Check } from '#shared/contract/evidence.ts';
import { anchorsWithKey, type TrustAnchor } from '../anchor.ts';
import { parseOpensshLine } from '../openssh-key.ts';
import type { SshCertificate } from '../ssh-certificate.ts';
import { matchesPatternList } from '../ssh-pattern.ts';
import { FILE_NAMESPACE, findSshsigProblem, looksLikeSshsig, parseSshsig, type Sshsig } from '../sshsig.ts';
import type { TrustQuestion } from '../trust-question.ts';
import type { SignatureFinding, SignatureFormat, SignedContent } from './signature-format.ts';

/**
 * `ssh-keygen -Y sign -n file`, with keys of every type that signs files, also in security keys and with certificates. The
 * key is in the signature, so it can be checked before anybody vouches for it.
 */
export const sshsigFormat: SignatureFormat = {
  id: 'sshsig',
  recognises: looksLikeSshsig,
  open(content) {
    const sig = parseSshsig(content);
    if (typeof sig === 'string') return sig;
    return {
      signs: { kind: 'file', need: { kind: 'digest', algorithm: sig.hash } },
      check: (signed, question) => [checkSshsig(sig, signed, question)],
    };
  },
};

function checkSshsig(sig: Sshsig, signed: SignedContent, question: TrustQuestion): SignatureFinding {
  if (signed.kind !== 'digest') throw new TypeError('an SSH signature is checked against a digest');
  const problem = findSshsigProblem(sig, signed.digest, [FILE_NAMESPACE]);
  if (problem !== null) return { outcome: 'invalid', key: null, ...problem };
  const { key, certificate, namespace, hash } = sig;
  const holders = findHolders(sig, question.anchors);
  const counting = holders.filter((anchor) => countsForNamespace(anchor, namespace));
  const touched = sig.signature.securityKey === null ? '' : ', by the touch of a security key';
  return {
    outcome: 'valid',
    expected: `a signature by ${key.fingerprint}`,
    found: `a signature by ${key.fingerprint}`,
    detail: `The signature holds (${key.keyType}, ${hash}, namespace ${namespace}${touched}).`,
    key: {
      fingerprint: key.fingerprint,
      keyType: key.keyType,
      anchors: counting,
      ...(certificate === null
        ? {}
        : {
            name: certificate.principals.join(', '),
            issuer: certificate.issuer.fingerprint,
            certificate: nameOf(certificate),
            ...(certificate.validBefore === null ? {} : { validUntil: certificate.validBefore }),
          }),
    },
    checks: [
      ...(holders.length > 0 && counting.length === 0 ? [wrongNamespace(holders, namespace)] : []),
      ...(certificate === null ? [] : certificateChecks(certificate, question)),
    ],
  };
}

/** Anchors that are this very key; for a certificate, the authorities that issued it and may speak for whom it names. */
function findHolders({ key, certificate }: Sshsig, anchors: readonly TrustAnchor[]): TrustAnchor[] {
  const holds = (anchor: TrustAnchor, blob: Uint8Array) => {
    const held = parseOpensshLine(anchor.material)?.blob;
    return held !== undefined && Buffer.compare(held, blob) === 0;
  };
  if (certificate === null) {
    const same = anchors.filter((anchor) => anchor.kind === 'ssh' && holds(anchor, key.blob));
    // The same Ed25519 key can be known from another tool.
    return key.ed25519 === null ? same : anchorsWithKey(anchors, key.ed25519);
  }
  return anchors.filter(
    (anchor) =>
      anchor.kind === 'ssh-ca' &&
      holds(anchor, certificate.issuer.blob) &&
      certificate.principals.some((principal) => speaksFor(anchor, principal)),
  );
}

function speaksFor({ principals }: TrustAnchor, principal: string): boolean {
  return principals.length === 0 || matchesPatternList(principals.join(','), principal);
}

function countsForNamespace({ namespaces }: TrustAnchor, namespace: string): boolean {
  return namespaces.length === 0 || matchesPatternList(namespaces.join(','), namespace);
}

function wrongNamespace(holders: readonly TrustAnchor[], namespace: string): Check {
  return {
    id: 'namespace',
    status: 'failed',
    code: 'SIGNER-NOT-ALLOWED',
    expected: [...new Set(holders.flatMap(({ namespaces }) => namespaces))].join(', '),
    found: namespace,
    detail: 'The anchor of this key counts for other namespaces only.',
  };
}

function certificateChecks(certificate: SshCertificate, question: TrustQuestion): Check[] {
  return [checkValidity(certificate, question), ...checkSerial(certificate, question)];
}

function checkValidity({ validAfter, validBefore }: SshCertificate, { at }: TrustQuestion): Check {
  const check = {
    id: 'time.certificate',
    expected: `a time from ${shownTime(validAfter)} to ${shownTime(validBefore)}`,
    found: at.toISOString(),
  };
  const isInside = (validAfter === null || at >= validAfter) && (validBefore === null || at < validBefore);
  if (isInside) return { ...check, status: 'verified' };
  const detail = 'The certificate of the signer does not count at that time.';
  return { ...check, status: 'failed', code: 'SIGNER-EXPIRED', detail };
}

function shownTime(time: Date | null): string {
  return time === null ? 'any' : time.toISOString();
}

/** A single certificate can be revoked without its authority or its key. */
function checkSerial(certificate: SshCertificate, { revocations }: TrustQuestion): Check[] {
  const { serial, keyId } = certificate;
  const value = nameOf(certificate);
  const listed = revocations.find((each) => each.kind === 'certificate' && each.value === value);
  if (listed === undefined) return [];
  return [
    {
      id: 'revocation.certificate',
      status: 'failed',
      code: 'SIGNER-REVOKED',
      expected: 'a certificate that is not revoked',
      found: `serial ${serial}, revoked at ${listed.revokedAt}`,
      detail: `The certificate “${keyId}” was revoked: ${listed.reason}`,
    },
  ];
}

function nameOf({ serial, issuer }: SshCertificate): string {
  return `${serial.toString(16)}@${issuer.fingerprint}`;
}
