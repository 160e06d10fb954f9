import { useMemo } from 'react';
import type { ReleaseDiff, ReleaseFile } from '#shared/contract/releases.ts';
import { DataTable } from '#renderer/components/data-table.tsx';
import { DigestText } from '#renderer/components/digest-text.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { SizeText } from '#renderer/components/size-text.tsx';
import { type Column, compareBy } from '#renderer/components/table-columns.ts';
import { ChangeMark } from './change-mark.tsx';
import { withMoves, type FileDifference } from './file-changes.ts';
import { useModels } from './models-store.ts';
import styles from './models.module.css';

function columnsFor(before: string, after: string): readonly Column<FileDifference>[] {
  return [
    {
      id: 'path',
      header: 'File',
      compare: compareBy((file) => file.path),
      cell: (file) => <FilePath file={file} />,
    },
    {
      id: 'change',
      header: 'Change',
      width: '104px',
      compare: compareBy((file) => file.change),
      cell: (file) => <ChangeMark change={file.change} />,
    },
    { id: 'before', header: before, width: '230px', cell: (file) => <Side file={file.before} /> },
    { id: 'after', header: after, width: '230px', cell: (file) => <Side file={file.after} /> },
  ];
}

function FilePath({ file: { path, change, before } }: { file: FileDifference }) {
  return (
    <span title={path}>
      <PlainText mono text={path} />
      {change === 'moved' && before ? (
        <span className={styles.quiet}>
          {' from '}
          <PlainText mono text={before.path} />
        </span>
      ) : null}
    </span>
  );
}

function Side({ file }: { file: ReleaseFile | undefined }) {
  if (file === undefined) return <span className={styles.quiet}>not there</span>;
  return (
    <>
      <SizeText sizeBytes={file.sizeBytes} /> <DigestText digest={file.digest} />
    </>
  );
}

/** The files of two releases; equal ones only on request. */
export function CompareFiles({ diff }: { diff: ReleaseDiff }) {
  const showIdentical = useModels((state) => state.showIdentical);
  const { before, after } = diff;
  const rows = useMemo(
    () => withMoves(diff.files).filter((file) => showIdentical || file.change !== 'identical'),
    [diff.files, showIdentical],
  );
  const columns = useMemo(() => columnsFor(before.version, after.version), [before.version, after.version]);
  if (rows.length === 0) {
    return <EmptyState sentence="Every file is the same in both releases, byte by byte." />;
  }
  return (
    <DataTable
      label={`Files of ${before.version} and ${after.version}`}
      columns={columns}
      rows={rows}
      rowId={(file) => file.path}
    />
  );
}
