import { useMemo, useState } from 'react';
import type { PolicyPreview, RuleImpact } from '#shared/contract/policy.ts';
import type { ScanRule } from '#shared/contract/scan.ts';
import { formatCount, formatNoun } from '#shared/format/bytes.ts';
import { DataTable } from '#renderer/components/data-table.tsx';
import { EffectMark } from '#renderer/components/effect-mark.tsx';
import { Field, TextInput } from '#renderer/components/field.tsx';
import { effects, severities } from '#renderer/components/finding-groups.ts';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { type Column, compareBy } from '#renderer/components/table-columns.ts';
import type { PolicyPartProps } from './policy-conditions.tsx';
import { RuleInspector } from './rule-inspector.tsx';
import { describeEntry, type RuleRow } from './rule-row.ts';
import styles from './policy.module.css';

const columns: readonly Column<RuleRow>[] = [
  {
    id: 'rule',
    header: 'Rule',
    width: '230px',
    compare: compareBy((row) => row.id),
    cell: (row) => <code title={row.id}>{row.id}</code>,
  },
  {
    id: 'title',
    header: 'Finds',
    keepFrom: 'middle',
    cell: (row) => <span title={row.title}>{row.title}</span>,
  },
  {
    id: 'severity',
    header: 'Severity',
    width: '84px',
    keepFrom: 'middle',
    compare: compareBy((row) => severities.indexOf(row.severity)),
    cell: (row) => row.severity,
  },
  {
    id: 'effect',
    header: 'Effect',
    width: '92px',
    compare: compareBy((row) => effects.indexOf(row.setting.effect)),
    cell: (row) => <EffectMark effect={row.setting.effect} />,
  },
  {
    id: 'by',
    header: 'By',
    width: '96px',
    keepFrom: 'wide',
    compare: compareBy((row) => row.setting.entry ?? ''),
    cell: (row) => describeEntry(row.setting),
  },
  {
    id: 'hits',
    header: 'In releases held',
    width: '190px',
    keepFrom: 'middle',
    compare: compareBy((row) => countHits(row.impact)),
    cell: (row) => describeImpact(row.impact),
  },
];

const countHits = (impact: RuleImpact | undefined) => (impact ? impact.findings + impact.waived : 0);

function describeImpact(impact: RuleImpact | undefined) {
  if (!impact) return <span className={styles.quiet}>not hit</span>;
  const { findings, waived, releases } = impact;
  const where = `in ${formatNoun(releases.length, 'release')}`;
  if (findings === 0) return `${formatCount(waived)} waived ${where}`;
  const also = waived > 0 ? `, ${formatCount(waived)} waived,` : '';
  return `${formatNoun(findings, 'finding')}${also} ${where}`;
}

export interface PolicyRulesProps extends PolicyPartProps {
  rules: readonly ScanRule[];
  preview: PolicyPreview | undefined;
}

function joinRows(rules: readonly ScanRule[], preview: PolicyPreview): RuleRow[] {
  const impacts = new Map(preview.rules.map((impact) => [impact.rule, impact]));
  const known = new Map(rules.map((rule) => [rule.id, rule]));
  return preview.settings.flatMap((setting) => {
    const rule = known.get(setting.rule);
    return rule ? [{ ...rule, setting, impact: impacts.get(rule.id) }] : [];
  });
}

/** Every rule of the scan, what it comes to, and what it hit in the releases held. */
export function PolicyRules({ rules, document, preview, onChange }: PolicyRulesProps) {
  const [text, setText] = useState('');
  const [opened, setOpened] = useState<string | null>(null);
  const [last, setLast] = useState<PolicyPreview | undefined>(preview);
  // While a draft is worked out, what was known before stays on screen.
  if (preview && preview !== last) setLast(preview);
  const all = useMemo(() => (last ? joinRows(rules, last) : []), [rules, last]);
  const rows = useMemo(() => {
    const words = text.toLowerCase().split(/\s+/);
    return all.filter(({ id, title }) =>
      words.every((word) => `${id} ${title}`.toLowerCase().includes(word)),
    );
  }, [all, text]);
  const row = all.find(({ id }) => id === opened);
  return (
    <section className={styles.section}>
      <SectionHeader title={`Rules (${formatCount(all.length)})`}>
        <Field label="Find a rule" hideLabel>
          <TextInput
            type="search"
            placeholder="find a rule"
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
        </Field>
      </SectionHeader>
      <div className={styles.table}>
        <DataTable
          label="Rules"
          columns={columns}
          rows={rows}
          rowId={({ id }) => id}
          selectedId={opened ?? undefined}
          onSelect={({ id }) => setOpened(id)}
          sortedBy={{ column: 'hits', descending: true }}
        />
      </div>
      {row ? (
        <RuleInspector row={row} document={document} onChange={onChange} onClose={() => setOpened(null)} />
      ) : null}
    </section>
  );
}
