import type { Policy } from '#shared/contract/policy.ts';
import { DataTable } from '#renderer/components/data-table.tsx';
import { DigestText } from '#renderer/components/digest-text.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import type { Column } from '#renderer/components/table-columns.ts';
import { TimeText } from '#renderer/components/time-text.tsx';
import { useCall } from '#renderer/lib/query.ts';
import { listChanges } from './policy-draft.ts';
import styles from './policy.module.css';

/** A version of the policy with what it changed. */
interface Version extends Policy {
  readonly changes: string;
}

/** Each version beside the one before it, newest first. */
function withChanges(history: readonly Policy[]): Version[] {
  return history.map((policy, index) => {
    const before = history[index + 1];
    return { ...policy, changes: before ? listChanges(before.document, policy.document).join('; ') : '' };
  });
}

const columns: readonly Column<Version>[] = [
  { id: 'version', header: 'Version', width: '76px', align: 'end', cell: ({ version }) => version },
  {
    id: 'at',
    header: 'Since',
    width: '152px',
    cell: ({ changedAt }) => (changedAt === null ? 'came with Sallyport' : <TimeText at={changedAt} />),
  },
  { id: 'by', header: 'By', width: '110px', cell: ({ changedBy }) => <PlainText text={changedBy ?? '–'} /> },
  {
    id: 'changes',
    header: 'Changed',
    cell: ({ changes }) => (
      <span title={changes}>
        <PlainText text={changes} />
      </span>
    ),
  },
  {
    id: 'reason',
    header: 'Reason',
    keepFrom: 'middle',
    cell: ({ reason }) => (
      <span title={reason ?? ''}>
        <PlainText text={reason ?? ''} />
      </span>
    ),
  },
  {
    id: 'digest',
    header: 'Digest',
    width: '160px',
    keepFrom: 'wide',
    cell: ({ digest }) => <DigestText digest={digest} />,
  },
];

/** Every policy there was: who changed what, when and why. */
export function PolicyHistory() {
  const history = useCall('policy.history', {}, ['policy']);
  return (
    <section className={styles.section}>
      <SectionHeader title="History" />
      <div className={styles.flush}>
        <Loaded query={history} label="Reading the history">
          {(all) => (
            <DataTable
              label="History of the policy"
              columns={columns}
              rows={withChanges(all)}
              rowId={({ version }) => String(version)}
            />
          )}
        </Loaded>
      </div>
    </section>
  );
}
