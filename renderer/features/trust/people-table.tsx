import type { PersonKey } from '#shared/contract/trust.ts';
import { Button } from '#renderer/components/button.tsx';
import { DataTable } from '#renderer/components/data-table.tsx';
import { CopyButton, Fingerprint } from '#renderer/components/digest-text.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { SectionHeader } from '#renderer/components/place-header.tsx';
import { type Column, compareBy } from '#renderer/components/table-columns.ts';
import { TimeText } from '#renderer/components/time-text.tsx';
import type { Query } from '#renderer/lib/query.ts';
import { requestNewKey } from '#renderer/lib/session.ts';
import styles from './trust.module.css';

const columns: readonly Column<PersonKey>[] = [
  {
    id: 'name',
    header: 'Person',
    width: '160px',
    compare: compareBy((key) => key.name),
    cell: (key) => <span className={styles.name}>{key.name}</span>,
  },
  {
    id: 'fingerprint',
    header: 'Fingerprint',
    cell: (key) => <Fingerprint fingerprint={key.fingerprint} bare />,
  },
  {
    id: 'created',
    header: 'Created',
    width: '152px',
    keepFrom: 'wide',
    compare: compareBy((key) => key.createdAt),
    cell: (key) => <TimeText at={key.createdAt} />,
  },
  {
    id: 'public',
    header: 'Public key',
    width: '100px',
    cell: (key) => (
      <CopyButton text={key.publicKeyLine} what={`the public key of ${key.name} as an OpenSSH line`} />
    ),
  },
];

/** The signing keys of this site's people. */
export function PeopleTable({ query }: { query: Query<PersonKey[]> }) {
  return (
    <section className={styles.section}>
      <div className={styles.heading}>
        <SectionHeader title="Keys of this site's people" />
      </div>
      <Loaded query={query} label="Reading the keys">
        {(keys) =>
          keys.length === 0 ? (
            <EmptyState
              sentence="Nobody has a key yet. A person needs one to write transfer sets and receipts, which are signed."
              action={<Button onClick={requestNewKey}>Create a key…</Button>}
            />
          ) : (
            <DataTable
              label="Keys of this site's people"
              columns={columns}
              rows={keys}
              rowId={(key) => key.name}
              sortedBy={{ column: 'name' }}
            />
          )
        }
      </Loaded>
    </section>
  );
}
