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

/** Why an act on an anchor is not possible, as a sentence; null where it is. */
export interface AnchorRefusals {
  readonly limit: string | null;
  readonly refresh: string | null;
  readonly revoke: string | null;
  readonly remove: string | null;
}

/** What cannot be done to an anchor: a revoked one stays on record, one of a pack follows the packs. */
export function anchorRefusals({ revokedAt, pack }: Pick<Anchor, 'revokedAt' | 'pack'>): AnchorRefusals {
  if (revokedAt !== null) {
    const stays = 'The anchor is revoked, and stays on record as revoked.';
    return { limit: stays, refresh: stays, revoke: 'The anchor is revoked already.', remove: stays };
  }
  if (pack === null) return { limit: null, refresh: null, revoke: null, remove: null };
  const came = `It came with trust pack ${pack}`;
  return {
    limit: `${came}, which says what it counts for.`,
    refresh: `${came}, and is as old as the pack.`,
    revoke: null,
    remove: `${came}: the next pack would bring it back. Revoke it, or have the pack leave it out.`,
  };
}

const acts: Readonly<Record<string, string>> = {
  'anchor.add': 'added it',
  'anchor.limit': 'changed what it counts for',
  'anchor.refresh': 'confirmed it anew',
  'anchor.revoke': 'revoked it',
  'anchor.remove': 'removed it',
};

/** An act of the log on an anchor, as a verb; the act's own name where it has no words here. */
export function actWords(act: string): string {
  return acts[act] ?? act;
}
