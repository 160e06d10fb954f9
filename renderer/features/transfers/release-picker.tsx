import { useMemo } from 'react';
import type { ReleaseSummary } from '#shared/contract/releases.ts';
import { CheckField } from '#renderer/components/field.tsx';
import { DataTable } from '#renderer/components/data-table.tsx';
import { SizeText } from '#renderer/components/size-text.tsx';
import { compareBy, type Column } from '#renderer/components/table-columns.ts';
import { TimeText } from '#renderer/components/time-text.tsx';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import styles from './transfers.module.css';

export interface ReleasePickerProps {
  releases: readonly ReleaseSummary[];
  idOf: (release: ReleaseSummary) => string;
  chosen: ReadonlySet<string>;
  onChange: (chosen: ReadonlySet<string>) => void;
}

/** A table of releases to tick. */
export function ReleasePicker({ releases, idOf, chosen, onChange }: ReleasePickerProps) {
  const columns = useMemo((): readonly Column<ReleaseSummary>[] => {
    const toggle = (id: string) => {
      const next = new Set(chosen);
      if (!next.delete(id)) next.add(id);
      onChange(next);
    };
    return [
      {
        id: 'release',
        header: 'Release',
        cell: (release) => (
          <CheckField
            label={idOf(release)}
            checked={chosen.has(idOf(release))}
            onChange={() => toggle(idOf(release))}
          />
        ),
        compare: compareBy(idOf),
      },
      {
        id: 'verdict',
        header: 'Verdict',
        width: '120px',
        cell: (release) => <VerdictMark verdict={release.verdict} />,
        compare: compareBy((release) => release.verdict),
      },
      {
        id: 'channels',
        header: 'Channels',
        width: '180px',
        keepFrom: 'wide',
        cell: (release) => release.channels.join(', '),
      },
      {
        id: 'size',
        header: 'Size',
        width: '84px',
        align: 'end',
        cell: (release) => <SizeText sizeBytes={release.sizeBytes} />,
        compare: compareBy((release) => release.sizeBytes),
      },
      {
        id: 'published',
        header: 'Published',
        width: '160px',
        keepFrom: 'middle',
        cell: (release) => <TimeText at={release.publishedAt} />,
        compare: compareBy((release) => release.publishedAt),
      },
    ];
  }, [chosen, idOf, onChange]);
  return (
    <div className={styles.picker}>
      <DataTable
        label="Releases to send"
        columns={columns}
        rows={releases}
        rowId={idOf}
        sortedBy={{ column: 'published', descending: true }}
      />
    </div>
  );
}
