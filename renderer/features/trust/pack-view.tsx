import type {
  PackAnchorChange,
  PackChanges,
  PackQuorum,
  PackRevocationChange,
} from '#shared/contract/trust-pack.ts';
import { formatNoun } from '#shared/format/bytes.ts';
import { shortenMiddle } from '#shared/format/digest.ts';
import { DataTable } from '#renderer/components/data-table.tsx';
import { Fingerprint } from '#renderer/components/digest-text.tsx';
import { CheckField } from '#renderer/components/field.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { type Column, compareBy } from '#renderer/components/table-columns.ts';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { kindWords } from './anchor-words.ts';
import {
  anchorChangeWords,
  limitsText,
  quorumState,
  revocationChangeWords,
  rootsWords,
} from './pack-words.ts';
import styles from './packs.module.css';

export interface QuorumListProps {
  quorum: PackQuorum;
  /** Signatures may still come: too few are no failure yet. */
  collecting?: boolean;
  /** Asks for each root whether its fingerprint was compared: the first pack of a site. */
  confirming?: { confirmed: readonly string[]; onConfirm: (confirmed: string[]) => void };
}

/** The root keys of a pack, and which of them signed. */
export function QuorumList({ quorum, confirming, collecting = false }: QuorumListProps) {
  const { isMet, words } = quorumState(quorum);
  const verdict = isMet ? 'verified' : collecting ? 'warning' : 'failed';
  return (
    <section className={styles.part}>
      <SectionHeader title={rootsWords[quorum.roots]}>
        <VerdictMark verdict={verdict} label={words} />
      </SectionHeader>
      <ul className={styles.roots}>
        {quorum.keys.map(({ name, fingerprint, signed }) => (
          <li key={fingerprint}>
            <span className={styles.root}>
              <VerdictMark
                verdict={signed ? 'verified' : 'not-checked'}
                label={signed ? 'signed' : 'has not signed'}
              />
              <PlainText text={name} />
            </span>
            <Fingerprint fingerprint={fingerprint} bare />
            {confirming === undefined ? null : (
              <CheckField
                label={
                  <>
                    I compared this fingerprint, whole, with what <PlainText text={name} /> told me.
                  </>
                }
                checked={confirming.confirmed.includes(fingerprint)}
                onChange={(isChecked) => {
                  const others = confirming.confirmed.filter((each) => each !== fingerprint);
                  confirming.onConfirm(isChecked ? [...others, fingerprint] : others);
                }}
              />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

const anchorColumns: readonly Column<PackAnchorChange>[] = [
  {
    id: 'change',
    header: 'Anchor',
    width: '124px',
    compare: compareBy((row) => row.change),
    cell: (row) => anchorChangeWords[row.change],
  },
  {
    id: 'owner',
    header: 'Owner',
    compare: compareBy((row) => row.owner),
    cell: (row) => <PlainText text={row.owner} />,
  },
  {
    id: 'limits',
    header: 'Counts for',
    cell: (row) => <span title={limitsText(row)}>{limitsText(row)}</span>,
  },
  {
    id: 'kind',
    header: 'Kind',
    width: '112px',
    keepFrom: 'middle',
    cell: (row) => kindWords[row.kind],
  },
  {
    id: 'fingerprint',
    header: 'Fingerprint',
    width: '168px',
    keepFrom: 'middle',
    cell: (row) => (
      <code title={row.fingerprint}>
        <PlainText mono text={shortenMiddle(row.fingerprint, 13, 6)} />
      </code>
    ),
  },
];

const revocationColumns: readonly Column<PackRevocationChange>[] = [
  {
    id: 'change',
    header: 'Revocation',
    width: '124px',
    compare: compareBy((row) => row.change),
    cell: (row) => revocationChangeWords[row.change],
  },
  { id: 'kind', header: 'What', width: '84px', keepFrom: 'middle', cell: (row) => row.kind },
  {
    id: 'value',
    header: 'Value',
    cell: (row) => (
      <code title={row.value}>
        <PlainText mono text={shortenMiddle(row.value, 15, 8)} />
      </code>
    ),
  },
  { id: 'reason', header: 'Reason', cell: (row) => <PlainText text={row.reason} /> },
];

/** What a pack changes, as tables; what stays as it is is counted. */
export function PackChangesView({ changes }: { changes: PackChanges }) {
  const { anchors, kept, revocations, rootsChange } = changes;
  const stays = kept === 0 ? '' : `${formatNoun(kept, 'anchor')} ${kept === 1 ? 'stays' : 'stay'} as before.`;
  return (
    <section className={styles.part}>
      <SectionHeader title="What it changes" />
      {rootsChange ? (
        <p>
          <VerdictMark verdict="warning" label="It changes whose signatures later packs need." />
        </p>
      ) : null}
      {anchors.length === 0 ? null : (
        <DataTable
          label="Anchors that change"
          columns={anchorColumns}
          rows={anchors}
          rowId={({ kind, fingerprint, identity }) => `${kind} ${fingerprint} ${identity ?? ''}`}
        />
      )}
      {revocations.length === 0 ? null : (
        <DataTable
          label="Revocations that change"
          columns={revocationColumns}
          rows={revocations}
          rowId={({ kind, value }) => `${kind} ${value}`}
        />
      )}
      <p className={styles.quiet}>
        {anchors.length === 0 && revocations.length === 0 ? 'No anchor and no revocation changes. ' : ''}
        {stays}
      </p>
    </section>
  );
}
