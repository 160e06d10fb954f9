import type { Check } from '#shared/contract/evidence.ts';
import type { ErrorCode } from '#shared/contract/errors.ts';
import { AppError } from '#engine/core/app-error.ts';

/** Which of several failures is told first: whose set it is comes before what is in it. */
const order: readonly ErrorCode[] = [
  'SET-NOT-FOUND',
  'SET-FOREIGN',
  'FORMAT-NEWER',
  'SIGNATURE-INVALID',
  'SIGNATURE-ABSENT',
  'FORMAT-INVALID',
  'SIGNER-REVOKED',
  'SIGNER-UNKNOWN',
  'SIGNER-NOT-ALLOWED',
  'SET-OUTDATED',
  'SEMVER-INVALID',
  'RELEASE-CONFLICT',
  'SET-NEEDS-BLOBS',
];

/** Throws one error for all failed checks: the most telling code first, the rest as items. Does nothing without any. */
export function refuseFailed(checks: readonly Check[], state: string): void {
  const rank = ({ code }: Check) => {
    const place = code === undefined ? -1 : order.indexOf(code);
    return place < 0 ? order.length : place;
  };
  const failed = checks.filter((check) => check.status === 'failed').sort((a, b) => rank(a) - rank(b));
  const [first] = failed;
  if (first === undefined) return;
  throw new AppError(first.code ?? 'FORMAT-INVALID', sentence(first), {
    ...(first.expected === undefined ? {} : { expected: first.expected }),
    ...(first.found === undefined ? {} : { found: first.found }),
    ...(first.path === undefined ? {} : { path: first.path }),
    items: failed.map(sentence),
    state,
    next: advice[first.code ?? 'FORMAT-INVALID'] ?? 'Ask the sender for a good copy of the set.',
  });
}

const advice: Partial<Record<ErrorCode, string>> = {
  'SET-FOREIGN': 'Name the folders of one set only.',
  'FORMAT-NEWER': 'Update Sallyport here, or have the set made by an older one.',
  'SIGNER-UNKNOWN': "If you have the signer's key from a trusted source, add it as an anchor first.",
  'SIGNER-REVOKED': 'Do not use this set. Ask the sender what happened to the key.',
  'SIGNER-NOT-ALLOWED': 'Ask the security officer whether this signer may sign for the model.',
  'SET-OUTDATED': 'Ask the sender for a new set.',
  'RELEASE-CONFLICT': 'Ask the sender which bytes are right; other bytes need another version.',
  'SET-NEEDS-BLOBS': 'Ask for a full set, or send a new receipt and ask for a delta against it.',
};

function sentence({ detail, path, id }: Check): string {
  const text = detail ?? id;
  return path === undefined || text.includes(path) ? text : `${path}: ${text}`;
}
