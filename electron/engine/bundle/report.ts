import type { Check, VerifyReport } from '#shared/contract/evidence.ts';
import { judge } from '#engine/trust/judge.ts';
import { nameOnVolume } from './names.ts';
import type { OpenedSet } from './open-set.ts';
import type { SetVolume } from './set-volume.ts';
import type { PartTrouble } from './part-digest.ts';

interface ReportInput {
  readonly opened: Pick<OpenedSet, 'signature' | 'signer' | 'trustAgeDays' | 'volumes'>;
  readonly checks: readonly Check[];
  readonly troubles: readonly PartTrouble[];
  /** Payload files; control files are covered by checks of their own. */
  readonly listed: number;
  readonly verified: number;
  readonly at: Date;
}

/** What was found out about a set, in the form that every verification has. */
export function reportOf({ opened, checks, troubles, listed, verified, at }: ReportInput): VerifyReport {
  const named = (id: string) =>
    troubles.filter(({ check }) => check.id === id).map(({ part }) => nameOnVolume(part.volume, part.path));
  return {
    verdict: judge(checks),
    format: 'transfer-set',
    signature: opened.signature,
    signer: opened.signer,
    signers: opened.signer === null ? [] : [opened.signer],
    checks: [...checks],
    files: {
      listed,
      verified,
      missing: named('files.missing'),
      extra: extraFiles(opened.volumes),
      mismatched: named('files.digest'),
      ignored: [],
    },
    provenAt: null,
    checkedAt: at.toISOString(),
    trustAgeDays: opened.trustAgeDays,
  };
}

/**
 * Files beside the set's own are a warning and no failure: a medium passes through many hands and systems, nothing of them
 * is ever read or taken in, and a failure would make the good bytes beside them unusable. Links, devices and the like are
 * another matter (check `files.kind`): no honest system leaves them in a set.
 */
export function extraCheck(volumes: readonly SetVolume[]): Check {
  const extra = extraFiles(volumes);
  if (extra.length === 0) return { id: 'files.extra', status: 'verified' };
  const shown = extra.slice(0, 20).join(', ');
  const more = extra.length > 20 ? ` and ${extra.length - 20} more` : '';
  const detail =
    'These files are not part of the set. They are ignored: nothing of them is read or taken in.';
  return { id: 'files.extra', status: 'warning', found: `${shown}${more}`, detail };
}

function extraFiles(volumes: readonly SetVolume[]): string[] {
  return volumes.flatMap((volume) => volume.extra.map((path) => nameOnVolume(volume.number, path)));
}
