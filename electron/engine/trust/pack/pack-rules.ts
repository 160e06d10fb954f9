import type { Digest, Timestamp } from '#shared/contract/basics.ts';
import type { Check } from '#shared/contract/evidence.ts';
import type { OpenedPack, PackSignature } from './open-pack.ts';
import { type PackRoots, parseRoots, sameRoots, type TrustPack } from './trust-pack.ts';

const DAY_MS = 86_400_000;

/** The pack that counts at this site now. */
export interface CurrentPack {
  readonly authority: string;
  readonly number: number;
  readonly digest: Digest;
  readonly roots: PackRoots;
}

export interface PackSituation {
  /** Null before the first pack: then a person has to confirm every root key. */
  readonly current: CurrentPack | null;
  /** Fingerprints that a person compared with what the holders of the root keys told. */
  readonly confirmed: readonly string[];
  /** A person decided, with a reason, to go back to an older number. */
  readonly allowOlder: boolean;
  readonly at: Date;
}

/**
 * May this pack replace the one that counts? Every question is a check of its own; it is accepted when none failed. Pure.
 * The rules of roots and versions are those of The Update Framework (specification 1.0, section 5.3), with packs in the
 * place of root metadata: a new set of roots is signed by the old threshold and by the new one.
 */
export function checkPack(opened: OpenedPack, situation: PackSituation): Check[] {
  const { content, problem, signatures } = opened;
  if (content === null) {
    return [{ id: 'pack.format', status: 'failed', code: 'FORMAT-INVALID', detail: problem ?? '' }];
  }
  const { current } = situation;
  return [
    { id: 'pack.format', status: 'verified', found: `trust pack ${content.number} of ${content.authority}` },
    ...signatures.map(checkSignature),
    checkAuthority(content, current),
    ...(current === null
      ? [checkConfirmed(content, situation.confirmed)]
      : [checkThreshold('pack.roots', current.roots, signatures, 'the roots that this site accepted')]),
    ...(current !== null && sameRoots(current.roots, content.roots)
      ? []
      : [checkThreshold('pack.new-roots', content.roots, signatures, 'the roots that it names itself')]),
    ...checkNumber(opened.digest, content, situation),
    checkAge(content, situation.at),
  ];
}

/** One signature that does not hold spoils the pack, also when enough others do. */
function checkSignature({ keyId, root, holds }: PackSignature): Check {
  const check = { id: 'signature', path: keyId === '' ? 'a signature without a key id' : keyId };
  if (holds)
    return {
      ...check,
      status: 'verified',
      found: root?.name ?? '',
      detail: `Signed by ${root?.name ?? ''}.`,
    };
  if (root !== null) {
    const detail = `The signature of ${root.name} does not hold.`;
    return { ...check, status: 'failed', code: 'SIGNATURE-INVALID', detail };
  }
  const detail = 'It is by a key that is a root neither here nor in the pack, so it cannot be checked.';
  return { ...check, status: 'failed', code: 'SIGNER-UNKNOWN', found: keyId, detail };
}

function checkAuthority({ authority }: TrustPack, current: CurrentPack | null): Check {
  const check = { id: 'pack.authority', found: authority };
  if (current === null || current.authority === authority) return { ...check, status: 'verified' };
  const detail = `This site takes its trust packs from ${current.authority}.`;
  return { ...check, status: 'failed', code: 'PACK-UNAUTHORISED', expected: current.authority, detail };
}

function checkConfirmed({ roots }: TrustPack, confirmed: readonly string[]): Check {
  const keys = parseRoots(roots) ?? [];
  const open = keys.filter(({ fingerprint }) => !confirmed.includes(fingerprint));
  const check = { id: 'pack.roots', expected: keys.map(({ fingerprint }) => fingerprint).join(', ') };
  if (open.length === 0) {
    const detail = 'The fingerprint of every root key was confirmed by a person.';
    return { ...check, status: 'verified', found: confirmed.join(', '), detail };
  }
  return {
    ...check,
    status: 'failed',
    code: 'FINGERPRINT-UNCONFIRMED',
    found: confirmed.length === 0 ? 'none confirmed' : confirmed.join(', '),
    detail: `This is the first pack here. Not confirmed: ${open.map(({ name, fingerprint }) => `${name} ${fingerprint}`).join(', ')}.`,
  };
}

function checkThreshold(
  id: string,
  roots: PackRoots,
  signatures: readonly PackSignature[],
  whose: string,
): Check {
  const keys = parseRoots(roots) ?? [];
  const signed = keys.filter(({ fingerprint }) =>
    signatures.some(({ root, holds }) => holds && root?.fingerprint === fingerprint),
  );
  const check = {
    id,
    expected: `${roots.threshold} of ${keys.map(({ name }) => name).join(', ')}`,
    found: signed.length === 0 ? 'none' : `${signed.length}: ${signed.map(({ name }) => name).join(', ')}`,
  };
  if (signed.length >= roots.threshold)
    return { ...check, status: 'verified', detail: `Signed by enough of ${whose}.` };
  const detail = `Too few of ${whose} signed it. Packs that changed the roots have to be accepted one after the other.`;
  return { ...check, status: 'failed', code: 'PACK-UNAUTHORISED', detail };
}

/** Numbers only grow. Going back takes a decision with a reason; one number for two packs is never accepted. */
function checkNumber(
  digest: Digest | null,
  content: TrustPack,
  { current, allowOlder }: PackSituation,
): Check[] {
  if (current === null) return [];
  const check = { id: 'pack.number', expected: `above ${current.number}`, found: String(content.number) };
  if (content.number > current.number) return [{ ...check, status: 'verified' }];
  if (content.number === current.number) {
    const isSame = digest === current.digest;
    const detail = isSame
      ? 'This very pack is in force already.'
      : `Another pack with the number ${content.number} is in force: its issuer used one number twice.`;
    return [{ ...check, status: 'failed', code: isSame ? 'ALREADY-EXISTS' : 'PACK-OUTDATED', detail }];
  }
  if (allowOlder) {
    const detail = `Pack ${current.number} is in force; a person decided to go back. Revocations stay.`;
    return [{ ...check, status: 'warning', code: 'PACK-OUTDATED', detail }];
  }
  const detail = `Pack ${current.number} is in force. An older pack could bring back keys that were withdrawn since.`;
  return [{ ...check, status: 'failed', code: 'PACK-OUTDATED', detail }];
}

function checkAge({ createdAt, maxAgeDays }: TrustPack, at: Date): Check {
  const ageDays = Math.floor((at.getTime() - Date.parse(createdAt)) / DAY_MS);
  const check = { id: 'freshness', expected: `at most ${maxAgeDays} days old` };
  if (ageDays < -1) {
    const detail = 'It was made later than now: one of the two clocks is wrong.';
    return { ...check, status: 'warning', code: 'CLOCK-BEHIND', found: `made at ${createdAt}`, detail };
  }
  const found = `${Math.max(0, ageDays)} days old`;
  if (ageDays <= maxAgeDays) return { ...check, status: 'verified', found };
  const detail = 'It is past the age limit that it sets itself. Ask its issuer for a newer one.';
  return { ...check, status: 'failed', code: 'TRUST-OUTDATED', found, detail };
}

/** The moment from which on a pack's anchors no longer count. */
export function packExpiry({
  createdAt,
  maxAgeDays,
}: Pick<TrustPack, 'createdAt' | 'maxAgeDays'>): Timestamp {
  return new Date(Date.parse(createdAt) + maxAgeDays * DAY_MS).toISOString();
}
