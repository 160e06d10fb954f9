import { useMemo } from 'react';
import type { Check } from '#shared/contract/evidence.ts';
import { formatCount } from '#shared/format/bytes.ts';
import { Comparison } from './comparison.tsx';
import { worstFirst } from './evidence-words.ts';
import { PlainText } from './plain-text.tsx';
import { VerdictMark } from './verdict.tsx';
import styles from './check-list.module.css';

/** More good checks of one kind than this stand behind one line that opens. */
const foldFrom = 4;
/** Rows of one group that are put into the page; the rest is counted, never silently left out. */
const groupLimit = 500;

interface Group {
  readonly key: string;
  readonly checks: readonly Check[];
  readonly folded: boolean;
}

/** Neighbours of the same kind and outcome; good ones fold when they are many, bad ones never do. */
function groupChecks(checks: readonly Check[]): Group[] {
  const byKind = new Map<string, Check[]>();
  for (const check of worstFirst(checks)) {
    const key = `${check.status} ${check.id}`;
    byKind.set(key, [...(byKind.get(key) ?? []), check]);
  }
  return [...byKind].map(([key, group]) => ({
    key,
    checks: group,
    folded: group.length >= foldFrom && group[0]?.status === 'verified',
  }));
}

/** Every check with its outcome, what was expected and what was found. The worst stand first. */
export function CheckList({ checks, label }: { checks: readonly Check[]; label: string }) {
  const groups = useMemo(() => groupChecks(checks), [checks]);
  return (
    <div className={styles.list} role="group" aria-label={label}>
      {groups.map((group) =>
        group.folded ? (
          <details key={group.key} className={styles.fold}>
            <summary>
              <VerdictMark verdict="verified" />
              <code>{group.checks[0]?.id}</code>
              <span>{formatCount(group.checks.length)} checks</span>
            </summary>
            <Rows checks={group.checks} />
          </details>
        ) : (
          <Rows key={group.key} checks={group.checks} />
        ),
      )}
    </div>
  );
}

function Rows({ checks }: { checks: readonly Check[] }) {
  const rest = checks.length - groupLimit;
  return (
    <ul>
      {checks.slice(0, groupLimit).map((check, index) => (
        <CheckRow key={`${check.path ?? ''} ${index}`} check={check} />
      ))}
      {rest > 0 ? <li className={styles.row}>and {formatCount(rest)} more of the same kind</li> : null}
    </ul>
  );
}

function CheckRow({ check }: { check: Check }) {
  const hasSides = check.expected !== undefined || check.found !== undefined;
  return (
    <li className={styles.row}>
      <VerdictMark verdict={check.status} />
      <div className={styles.what}>
        <p className={styles.id}>
          <code>{check.id}</code>
          {check.path === undefined ? null : <PlainText mono text={check.path} />}
          {check.code === undefined ? null : <code className={styles.code}>{check.code}</code>}
        </p>
        {check.detail === undefined ? null : (
          <p>
            <PlainText text={check.detail} />
          </p>
        )}
        {hasSides ? (
          <Comparison expected={check.expected} found={check.found} isGood={check.status === 'verified'} />
        ) : null}
      </div>
    </li>
  );
}
