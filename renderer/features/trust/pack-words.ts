import type { Check } from '#shared/contract/evidence.ts';
import type {
  PackAnchorChange,
  PackQuorum,
  PackRevocationChange,
  TrustPackInspection,
} from '#shared/contract/trust-pack.ts';

/** What can be done with a pack that was looked at, and what to know or do first. */
export interface PackJudgement {
  /** `confirm`: the fingerprints of its roots are not compared yet. `go-back`: a person may, with a reason. */
  readonly way: 'accept' | 'confirm' | 'go-back' | 'refused';
  /** A sentence for the person; empty when nothing stands against it. */
  readonly why: string;
}

/** Judges an inspection; `confirmed` are the fingerprints of roots that the person compared with their holders. */
export function judgePack(inspection: TrustPackInspection, confirmed: readonly string[]): PackJudgement {
  const { pack, current, checks } = inspection;
  const isConfirmed = pack?.roots.keys.every(({ fingerprint }) => confirmed.includes(fingerprint)) === true;
  const failed = checks.filter(({ status }) => status === 'failed');
  const open = failed.filter((check) => !isUnconfirmed(check) || !isConfirmed);
  const [first] = open.filter((check) => !isUnconfirmed(check));
  if (open.length === 0) return { way: 'accept', why: '' };
  if (first === undefined) {
    return { way: 'confirm', why: 'Compare the fingerprint of every root key with its holder first.' };
  }
  const isOlder = pack !== null && current !== null && pack.number < current.number;
  if (isOlder && open.every(({ id }) => id === 'pack.number'))
    return { way: 'go-back', why: first.detail ?? '' };
  return { way: 'refused', why: first.detail ?? `${first.code ?? first.id}: see the checks.` };
}

/** What the first pack of a site asks of a person; the roots themselves are shown with a box each instead. */
export function isUnconfirmed({ code }: Check): boolean {
  return code === 'FINGERPRINT-UNCONFIRMED';
}

/** Whether enough of the keys signed. */
export function quorumState({ threshold, keys }: PackQuorum): { isMet: boolean; words: string } {
  const signed = keys.filter((key) => key.signed).length;
  const words = `${signed} of ${keys.length} signed, ${threshold} have to`;
  return { isMet: signed >= threshold, words };
}

/** Whose keys they are. */
export const rootsWords: Record<PackQuorum['roots'], string> = {
  'in-force': 'Roots in force here',
  named: 'Roots that the pack names',
};

export const anchorChangeWords: Record<PackAnchorChange['change'], string> = {
  added: 'comes',
  limited: 'counts otherwise',
  dropped: 'goes',
};

export const revocationChangeWords: Record<PackRevocationChange['change'], string> = {
  added: 'revoked',
  'left-out': 'not repeated; stays',
};

/** What an anchor counts for, with what it counted for before where that is something else. */
export function limitsText({ models, formats, purposes, before }: PackAnchorChange): string {
  const now = describe(models, formats, purposes);
  if (before === null) return now;
  return `${describe(before.models, before.formats, before.purposes)} → ${now}`;
}

function describe(
  models: readonly string[],
  formats: readonly string[],
  purposes: readonly string[],
): string {
  const narrowed = [
    ...(formats.length === 0 ? [] : [`in ${formats.join(', ')}`]),
    ...(purposes.length === 4 ? [] : [`only ${purposes.join(', ')}`]),
  ];
  return [models.join(', '), ...narrowed].join('; ');
}
