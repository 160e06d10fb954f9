import type { Check, Signer } from '#shared/contract/evidence.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import type { Verification } from './verification-record.ts';

/** What this site proved about the same bytes before. */
export interface EarlierRecords {
  /** Those that count, oldest first. */
  readonly counting: readonly Verification[];
  /** Why others do not, a sentence each. */
  readonly refused: readonly string[];
}

/** Checks of the time of a certificate or key. The time for which this site relies on an anchor is none: the site ends it. */
const ofItsTime: ReadonlySet<string> = new Set(['time', 'time.certificate', 'time.key']);

/**
 * The checks of one signer, looked at again in the light of the site's own records. A certificate that was good when the same
 * bytes were verified here has proven what it had to, though it has expired since: its time then is a warning, and says so.
 * Whatever was revoked, is not valid yet, or is without a record that counts stays failed.
 */
export function excuseExpiry(
  checks: readonly Check[],
  signer: Signer,
  at: Date,
  records: (() => EarlierRecords) | undefined,
): Check[] {
  const { validUntil } = signer;
  const hasExpired = validUntil !== undefined && Date.parse(validUntil) <= at.getTime();
  const isRevoked = checks.some(({ status, code }) => status === 'failed' && code === 'SIGNER-REVOKED');
  if (records === undefined || !hasExpired || isRevoked || !checks.some(isExpired)) return [...checks];
  const { counting, refused } = records();
  const record = counting.find((each) => covers(each, signer, validUntil));
  const excuse = (check: Check): Check => {
    if (!isExpired(check)) return check;
    if (record !== undefined) return { ...check, status: 'warning', detail: sentence(record, validUntil) };
    return { ...check, detail: [check.detail, ...refused].filter(Boolean).join(' ') };
  };
  return checks.map(excuse);
}

/** The time of a signer whose signature was checked before, by now: null while it lasts. */
export function checkLasting(signer: Signer, at: Date, records: () => EarlierRecords): Check | null {
  const { validUntil } = signer;
  if (validUntil === undefined || at.getTime() < Date.parse(validUntil)) return null;
  const [check] = excuseExpiry(
    [
      {
        id: 'time',
        status: 'failed',
        code: 'SIGNER-EXPIRED',
        expected: `a time before ${validUntil}`,
        found: at.toISOString(),
        detail: `What ${signer.name ?? signer.fingerprint} signed with has expired.`,
      },
    ],
    signer,
    at,
    records,
  );
  return check ?? null;
}

function isExpired({ id, status, code }: Check): boolean {
  return ofItsTime.has(id) && status === 'failed' && code === 'SIGNER-EXPIRED';
}

/** Is the record about this very signer, good, and made before the end? */
function covers({ verdict, verifiedAt, signers }: Verification, signer: Signer, validUntil: string): boolean {
  return (
    (verdict === 'verified' || verdict === 'warning') &&
    Date.parse(verifiedAt) < Date.parse(validUntil) &&
    signers.some(
      ({ fingerprint, certificate = signer.certificate }) =>
        fingerprint === signer.fingerprint && certificate === signer.certificate,
    )
  );
}

function sentence({ verifiedAt, verifiedBy, trustAgeDays }: Verification, validUntil: string): string {
  const age = trustAgeDays === null ? 'of unknown age' : `${formatNoun(trustAgeDays, 'day')} old`;
  return `Valid at import at ${verifiedAt}, verified by ${verifiedBy} with trust data ${age}; expired since, on ${validUntil}. This site signed that record, and it is in the log.`;
}
