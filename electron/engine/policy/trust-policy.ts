import type { Check, Signer } from '#shared/contract/evidence.ts';
import type { SignersRule, TrustPolicy } from '#shared/contract/trust-policy.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { matchesModel } from '#engine/core/model-glob.ts';

const DAY_MS = 86_400_000;

/** Before anybody set another: one signer is enough, and trust data that nobody looked at for a year is pointed out. */
export const defaultTrustPolicy: TrustPolicy = {
  signers: [],
  freshness: { warnDays: 365, failDays: null, rootWarnDays: null },
  expired: 'proven-at-import',
};

/** Somebody whose signature holds and whose anchor counts for the model. */
export interface ProvenSigner {
  readonly owner: string;
  /** Id of the format of the signature. */
  readonly format: string;
}

/** One check `policy.signers` for every rule that names the model; none when no rule does. Pure. */
export function checkSigners(policy: TrustPolicy, model: string, signers: readonly ProvenSigner[]): Check[] {
  return policy.signers
    .filter((rule) => matchesModel(rule.models, model))
    .map((rule) => checkRule(rule, model, signers));
}

function checkRule(rule: SignersRule, model: string, signers: readonly ProvenSigner[]): Check {
  const counting = signers.filter(
    ({ owner, format }) =>
      (rule.owners.length === 0 || rule.owners.includes(owner)) &&
      (rule.formats.length === 0 || rule.formats.some((wanted) => isOfFormat(format, wanted))),
  );
  const owners = [...new Set(counting.map(({ owner }) => owner))].sort();
  const check = {
    id: 'policy.signers',
    expected: expectation(rule),
    found: owners.length === 0 ? 'none' : `${owners.length}: ${owners.join(', ')}`,
  };
  if (owners.length >= rule.required) return { ...check, status: 'verified' };
  const missing = formatNoun(rule.required - owners.length, 'signature');
  const detail = `The policy asks for more for ${model}: ${missing} by other owners ${rule.required - owners.length === 1 ? 'is' : 'are'} missing.`;
  return { ...check, status: 'failed', code: 'SIGNERS-TOO-FEW', detail };
}

/** `sha256sums+minisign` is of the format `minisign` too: the list only carries the signature to the files. */
function isOfFormat(format: string, wanted: string): boolean {
  return format === wanted || format.split('+').includes(wanted);
}

function expectation({ required, owners, formats }: SignersRule): string {
  const whom = owners.length === 0 ? 'any owners' : owners.join(', ');
  const how = formats.length === 0 ? '' : ` as ${formats.join(' or ')}`;
  return `${required} of ${whom}${how}`;
}

/** How old is the oldest trust data that was used? Null when none was. Pure. */
export function checkFreshness({ freshness }: TrustPolicy, trustAgeDays: number | null): Check | null {
  if (trustAgeDays === null) return null;
  const { warnDays, failDays } = freshness;
  const limit = failDays ?? warnDays;
  const check = {
    id: 'freshness',
    expected: limit === null ? 'no limit' : `confirmed within ${formatNoun(limit, 'day')}`,
    found: `${formatNoun(trustAgeDays, 'day')} old`,
  };
  if (failDays !== null && trustAgeDays > failDays) {
    const detail =
      'The trust data is older than the policy allows. Confirm it anew from media: anchors refresh.';
    return { ...check, status: 'failed', code: 'TRUST-OUTDATED', detail };
  }
  if (warnDays !== null && trustAgeDays > warnDays) {
    const detail = `Nobody confirmed this trust data for more than ${formatNoun(warnDays, 'day')}.`;
    return { ...check, status: 'warning', code: 'TRUST-OUTDATED', detail };
  }
  return { ...check, status: 'verified' };
}

/**
 * One check for each Sigstore root that was used: whose it is, and how old its youngest date. An authority that was withdrawn
 * since then is not known to be. Pure.
 */
export function checkRoots({ freshness }: TrustPolicy, signers: readonly Signer[], at: Date): Check[] {
  const roots = new Map(signers.flatMap(({ root }) => (root === undefined ? [] : [[root.label, root]])));
  const limit = freshness.rootWarnDays;
  return [...roots.values()].map(({ label, newestEntry }): Check => {
    const days = newestEntry === null ? null : daysBetween(newestEntry, at);
    const age = days === null ? 'of unknown age' : `newest entry ${formatNoun(days, 'day')} old`;
    const check = { id: 'freshness.root', found: `${label}, ${age}` };
    if (limit === null) return { ...check, status: 'verified', expected: 'no limit' };
    const expected = `a root whose newest entry is at most ${formatNoun(limit, 'day')} old`;
    if (days !== null && days <= limit) return { ...check, status: 'verified', expected };
    const detail = 'Bring a newer trusted root by media, and accept it as an anchor.';
    return { ...check, status: 'warning', code: 'TRUST-OUTDATED', expected, detail };
  });
}

/** Was a record of this site made on trust data that was fresh enough to rely on for good? Pure. */
export function wasFreshEnough({ freshness }: TrustPolicy, trustAgeDays: number | null): boolean {
  const limit = freshness.failDays ?? freshness.warnDays;
  return limit === null || (trustAgeDays !== null && trustAgeDays <= limit);
}

function daysBetween(from: string, to: Date): number {
  return Math.max(0, Math.floor((to.getTime() - Date.parse(from)) / DAY_MS));
}

/** How a policy contradicts itself, as a sentence; null when it does not. */
export function findPolicyProblem({ signers, freshness }: TrustPolicy): string | null {
  const impossible = signers.find(
    ({ owners, required }) => owners.length > 0 && new Set(owners).size < required,
  );
  if (impossible !== undefined) {
    return `A rule asks for ${impossible.required} owners and names ${new Set(impossible.owners).size}.`;
  }
  const { warnDays, failDays } = freshness;
  if (warnDays !== null && failDays !== null && warnDays > failDays) {
    return 'Trust data would fail before anybody was warned.';
  }
  return null;
}
