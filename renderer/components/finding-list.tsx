import { useMemo, useState } from 'react';
import type { Waiver } from '#shared/contract/policy.ts';
import type { ScanReport, ScanRule } from '#shared/contract/scan.ts';
import { formatCount, formatNoun } from '#shared/format/bytes.ts';
import { Button } from './button.tsx';
import { ChoiceInput } from './choice-input.tsx';
import { EffectMark } from './effect-mark.tsx';
import {
  effects,
  filterFindings,
  groupFindings,
  placeFindings,
  severities,
  type FindingFilter,
  type FindingGroup,
  type GroupBy,
  type Hits,
  type PlacedFinding,
} from './finding-groups.ts';
import { findingRows, type FindingRow, type OpenGroups } from './finding-rows.ts';
import { LongList } from './long-list.tsx';
import { PlainText } from './plain-text.tsx';
import { TimeText } from './time-text.tsx';
import styles from './finding-list.module.css';

export interface FindingListProps {
  report: ScanReport;
  rules: readonly ScanRule[];
  waivers: readonly Waiver[];
  /** Opens the dialog that accepts these hits; left out where nothing is held that a waiver could name. */
  onWaive?: ((hits: Hits) => void) | undefined;
}

const choose = (values: readonly string[]) => values.map((value) => ({ value, label: value }));
const effectChoices = choose(['all', ...effects]);
const severityChoices = choose(['all', ...severities]);
const groupChoices = [
  { value: 'rule', label: 'rule, then file' },
  { value: 'path', label: 'file, then rule' },
];

/** What a scan found, by rule and file: what, where, why it matters, what can be done. Waived findings stay visible. */
export function FindingList({ report, rules, waivers, onWaive }: FindingListProps) {
  const [filter, setFilter] = useState<FindingFilter>({ effect: 'all', severity: 'all' });
  const [by, setBy] = useState<GroupBy>('rule');
  const findings = useMemo(() => placeFindings(report), [report]);
  const shown = useMemo(() => filterFindings(findings, filter), [findings, filter]);
  const groups = useMemo(() => groupFindings(shown, by), [shown, by]);
  const [opened, setOpened] = useState<OpenGroups>(new Map());
  const rows = useMemo(() => findingRows(groups, by, opened), [groups, by, opened]);
  const known = useMemo(() => new Map(rules.map((rule) => [rule.id, rule])), [rules]);
  const granted = useMemo(() => new Map(waivers.map((waiver) => [waiver.id, waiver])), [waivers]);
  if (findings.length === 0) return null;
  const setPart = (part: keyof FindingFilter) => (value: string) =>
    setFilter((now) => ({ ...now, [part]: value }));
  const renderRow = (row: FindingRow) => {
    switch (row.kind) {
      case 'group': {
        const { group, isOpen } = row;
        const toggle = () => setOpened((now) => new Map([...now, [group.name, !isOpen]]));
        const rule = known.get(group.name);
        return <GroupHead group={group} by={by} isOpen={isOpen} rule={rule} onToggle={toggle} />;
      }
      case 'why':
        return <Explanation rule={known.get(row.rule)} />;
      case 'hits': {
        const { hits } = row;
        const waiver = hits.waiver === undefined ? undefined : granted.get(hits.waiver);
        return <HitsHead hits={hits} by={by} rule={known.get(hits.rule)} waiver={waiver} onWaive={onWaive} />;
      }
      case 'finding':
        return <FindingLine finding={row.finding} />;
    }
  };
  return (
    <section aria-label="Findings" className={styles.findings}>
      <div className={styles.filters}>
        <ChoiceInput
          label="Effect"
          choices={effectChoices}
          value={filter.effect}
          onChange={setPart('effect')}
        />
        <ChoiceInput
          label="Severity"
          choices={severityChoices}
          value={filter.severity}
          onChange={setPart('severity')}
        />
        <ChoiceInput
          label="Grouped by"
          choices={groupChoices}
          value={by}
          onChange={(value) => {
            setBy(value === 'path' ? 'path' : 'rule');
            setOpened(new Map());
          }}
        />
        <p className={styles.shown} role="status">
          {shown.length === findings.length
            ? formatNoun(findings.length, 'finding')
            : `${formatCount(shown.length)} of ${formatNoun(findings.length, 'finding')} shown`}
        </p>
      </div>
      <div className={styles.rows}>
        <LongList label="Findings in groups" items={rows} keyOf={keyOfRow} render={renderRow} />
      </div>
    </section>
  );
}

const keyOfRow = (row: FindingRow) => row.key;

interface GroupHeadProps {
  group: FindingGroup;
  by: GroupBy;
  isOpen: boolean;
  rule: ScanRule | undefined;
  onToggle: () => void;
}

function GroupHead({ group, by, isOpen, rule, onToggle }: GroupHeadProps) {
  return (
    <button type="button" className={styles.group} aria-expanded={isOpen} onClick={onToggle}>
      <EffectMark effect={group.effect} />
      <span className={styles.title}>
        {by === 'rule' ? (
          <RuleName rule={rule} id={group.name} />
        ) : (
          <PlainText mono text={group.name === '' ? '(the folder)' : group.name} />
        )}
      </span>
      <span className={styles.count}>{describeGroup(group, by)}</span>
    </button>
  );
}

function describeGroup({ count, hits }: FindingGroup, by: GroupBy): string {
  const others = new Set(hits.map((each) => (by === 'rule' ? each.path : each.rule))).size;
  const where = by === 'rule' ? `in ${formatNoun(others, 'file')}` : `of ${formatNoun(others, 'rule')}`;
  return `${formatNoun(count, 'finding')} ${where}`;
}

/** A rule that a newer version found has no words here; its id says what it can. */
function RuleName({ rule, id }: { rule: ScanRule | undefined; id: string }) {
  return (
    <>
      {rule ? <strong>{rule.title}</strong> : null}
      <code>{id}</code>
      {rule ? <span className={styles.quiet}>{rule.severity}</span> : null}
    </>
  );
}

function Explanation({ rule }: { rule: ScanRule | undefined }) {
  if (!rule) return null;
  return (
    <p className={styles.why}>
      {rule.why} <span className={styles.next}>{rule.next}</span>
    </p>
  );
}

interface HitsHeadProps {
  hits: Hits;
  by: GroupBy;
  rule: ScanRule | undefined;
  waiver: Waiver | undefined;
  onWaive: FindingListProps['onWaive'];
}

function HitsHead({ hits, by, rule, waiver, onWaive }: HitsHeadProps) {
  const { effect } = hits;
  const isOpen = effect === 'block' || effect === 'review';
  return (
    <div className={styles.hits}>
      <div className={styles.hitsHead}>
        <span className={styles.title}>
          {by === 'rule' ? (
            <PlainText mono text={hits.path === '' ? '(the folder)' : hits.path} />
          ) : (
            <RuleName rule={rule} id={hits.rule} />
          )}
        </span>
        {onWaive && isOpen ? (
          <Button
            variant="quiet"
            aria-label={`Waive ${hits.rule} for ${hits.path}…`}
            onClick={() => onWaive(hits)}
          >
            Waive…
          </Button>
        ) : null}
      </div>
      {effect === 'waived' ? <WaivedBy waiver={waiver} id={hits.waiver ?? ''} /> : null}
    </div>
  );
}

function WaivedBy({ waiver, id }: { waiver: Waiver | undefined; id: string }) {
  if (!waiver) return <p className={styles.quiet}>Waived by {id}.</p>;
  return (
    <p className={styles.waived}>
      Waived by {waiver.grantedBy} on <TimeText at={waiver.grantedAt} />
      {waiver.expiresAt === null ? '' : ', until '}
      {waiver.expiresAt === null ? null : <TimeText at={waiver.expiresAt} />}: “
      <PlainText text={waiver.reason} />”
    </p>
  );
}

/** One finding: what, and where in the file. Values from the file come escaped, and are shown as nothing but text. */
function FindingLine({ finding }: { finding: PlacedFinding }) {
  const { detail, member, offset, subject } = finding;
  const hasPlace = member !== undefined || offset !== undefined || subject !== undefined;
  return (
    <div className={styles.finding}>
      <PlainText text={detail} />
      {hasPlace ? (
        <span className={styles.where}>
          {member === undefined ? null : (
            <span>
              in <PlainText mono text={member} />
            </span>
          )}
          {offset === undefined ? null : <span>at byte {formatCount(offset)}</span>}
          {subject === undefined ? null : (
            <span>
              name <PlainText mono text={subject} />
            </span>
          )}
        </span>
      ) : null}
    </div>
  );
}
