import type { Check } from '#shared/contract/evidence.ts';
import type { ErrorCode } from '#shared/contract/errors.ts';

/** What a person does about a check that is not good, gravest first. */
const steps: readonly (readonly [ErrorCode, string])[] = [
  [
    'DIGEST-REVOKED',
    'Keep these bytes out. The revocation names its reason; ask whoever revoked them for a good version.',
  ],
  ['SIGNER-REVOKED', 'Keep these bytes out until their owner signs them anew with a key that counts.'],
  [
    'SIGNATURE-INVALID',
    'Do not use these bytes: they, or the signature, were changed. Ask the sender for a good copy over another way.',
  ],
  [
    'DIGEST-MISMATCH',
    'Do not use the files named. Copy them again from the source, or ask the sender for a good copy.',
  ],
  ['CHAIN-INVALID', 'Ask the signer for a certificate that follows from its authority as it must.'],
  [
    'SIGNER-UNKNOWN',
    'If you expect this signer: get their key or certificate over another way, compare the fingerprint, and accept it (anchors add FILE).',
  ],
  [
    'SIGNER-NOT-ALLOWED',
    'The anchor counts for other models, purposes or formats. The security officer can widen it, with a reason.',
  ],
  [
    'SIGNERS-TOO-FEW',
    'The policy asks for more signers. Ask the missing ones to sign, or see trust policy show.',
  ],
  [
    'SIGNER-EXPIRED',
    'Ask the signer for a new signature. --at TIME says what held at another time; it does not make these bytes good now.',
  ],
  ['TRUST-OUTDATED', 'Confirm the anchor anew from media (anchors refresh), or bring a newer trust pack.'],
  ['CLOCK-BEHIND', 'Set the clock of this machine, and check again.'],
  ['SET-INCOMPLETE', 'Bring the missing volumes, or ask for the missing parts (bundle re-request).'],
  ['FILE-UNREADABLE', 'What could not be read was not checked. Try another reader or another copy.'],
  ['PATH-UNSAFE', 'Have the file renamed or removed on the sending side.'],
  [
    'SIGNATURE-ABSENT',
    'Ask the sender for a signature, or compare the digests over another way before anybody relies on them.',
  ],
];

/** What to do next, one sentence for each kind of trouble, gravest first; empty when all is good. */
export function nextSteps(checks: readonly Check[]): string[] {
  const open = new Set(checks.flatMap(({ status, code }) => (status === 'verified' ? [] : [code])));
  return steps.flatMap(([code, sentence]) => (open.has(code) ? [sentence] : []));
}
