import type { Verdict } from '#shared/contract/evidence.ts';
import type { Anchor, AnchorKind, AnchorPurpose } from '#shared/contract/trust.ts';

/** What an anchor is made of, in words. */
export const kindWords: Record<AnchorKind, string> = {
  ssh: 'SSH key',
  'ssh-ca': 'SSH authority',
  minisign: 'minisign key',
  signify: 'signify key',
  'public-key': 'bare key',
  certificate: 'certificate',
  sigstore: 'keyless identity',
  openpgp: 'OpenPGP',
};

/** What an anchor may vouch for, in words. */
export const purposeWords: Record<AnchorPurpose, string> = {
  models: 'models',
  'transfer-sets': 'transfer sets',
  receipts: 'receipts',
  attestations: 'attestations',
};

/** Whether an anchor counts at a moment, worst first: revoked, past its time, not yet valid, in force. */
export function anchorState(anchor: Anchor, now: Date): { verdict: Verdict; word: string } {
  const { revokedAt, expiresAt, validFrom, validUntil } = anchor;
  const isPast = (time: string | null) => time !== null && new Date(time) <= now;
  if (revokedAt !== null) return { verdict: 'failed', word: 'revoked' };
  if (isPast(expiresAt) || isPast(validUntil)) return { verdict: 'warning', word: 'past its time' };
  if (validFrom !== null && !isPast(validFrom)) return { verdict: 'warning', word: 'not yet valid' };
  return { verdict: 'verified', word: 'in force' };
}

/** Splits formats parted by commas or spaces; empty: any format. */
export function splitFormats(text: string): string[] {
  return [...new Set(text.split(/[\s,]+/).filter((id) => id !== ''))];
}
