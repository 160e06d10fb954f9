import type { Check } from '#shared/contract/evidence.ts';
import type { TrustAnchor } from '../anchor.ts';
import type { TrustQuestion } from '../trust-question.ts';
import type { Certificate } from './certificate.ts';
import { checkPath, type Moment } from './check-path.ts';
import { anchorCertificates, type CertificatePath, findPaths } from './find-path.ts';

/** A path that breaks one of these does not prove who signed; being expired or revoked is another matter. */
const structural: ReadonlySet<string> = new Set([
  'chain.usage',
  'chain.ca',
  'chain.path-length',
  'chain.names',
  'chain.critical',
  'chain.strength',
]);

/** What was found out about the certificate that a signature was made with. */
export interface ChainFinding {
  /** The anchors at the end of the path; none when there is no path, or it breaks a rule. */
  readonly anchors: readonly TrustAnchor[];
  /** The leaf and, where it is known, what certifies it up to the anchor. */
  readonly path: readonly Certificate[];
  readonly checks: readonly Check[];
}

/**
 * Follows a leaf to the certificates among the anchors, over those that came with it, and checks every rule on the way. Of
 * several paths the best counts: one to an anchor in force that breaks no rule.
 */
export function checkChain(
  leaf: Certificate,
  others: readonly Certificate[],
  moment: Moment,
  question: TrustQuestion,
): ChainFinding {
  const { revocations } = question;
  const judged = findPaths(leaf, others, anchorCertificates(question.anchors)).map((path) => ({
    path,
    checks: checkPath(path.certificates, moment, revocations),
  }));
  const sound = judged.find(
    ({ path, checks }) => isInForce(path) && checks.every(({ status }) => status === 'verified'),
  );
  const best = sound ?? judged.find(({ path }) => isInForce(path)) ?? judged[0];
  if (best === undefined) {
    const checks = [noPath(leaf, others), ...checkPath([leaf], moment, revocations)];
    return { anchors: [], path: [leaf], checks };
  }
  const isBroken = best.checks.some(({ id, status }) => status === 'failed' && structural.has(id));
  return {
    anchors: isBroken ? [] : best.path.anchors,
    path: best.path.certificates,
    checks: [foundPath(best.path), ...best.checks],
  };
}

function isInForce({ anchors }: CertificatePath): boolean {
  return anchors.some(({ revokedAt }) => revokedAt === null);
}

function foundPath({ certificates }: CertificatePath): Check {
  const found = certificates.map(({ subjectText }) => subjectText).join(' < ');
  return { id: 'chain', status: 'verified', expected: 'a path to a certificate of the trust store', found };
}

function noPath(leaf: Certificate, others: readonly Certificate[]): Check {
  const names = [...new Set([leaf, ...others].map(({ issuerText }) => issuerText))].join('; ');
  return {
    id: 'chain',
    status: 'failed',
    code: 'SIGNER-UNKNOWN',
    expected: 'a path to a certificate of the trust store',
    found: `issued by ${names}`,
    detail:
      'No authority of this site issued the certificate. One that comes with a signature proves nothing.',
  };
}
