import { ArrowLeftRight } from 'lucide-react';
import { useMemo } from 'react';
import type { ReleaseDiff, ReleaseFile } from '#shared/contract/releases.ts';
import type { Verdict } from '#shared/contract/evidence.ts';
import { Button } from '#renderer/components/button.tsx';
import { DataTable } from '#renderer/components/data-table.tsx';
import { DigestText } from '#renderer/components/digest-text.tsx';
import { EmptyState } from '#renderer/components/empty-state.tsx';
import { CheckField } from '#renderer/components/field.tsx';
import { Loaded } from '#renderer/components/loaded.tsx';
import { PlaceHeader } from '#renderer/components/place-header.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { SizeText } from '#renderer/components/size-text.tsx';
import { type Column, compareBy } from '#renderer/components/table-columns.ts';
import { VerdictMark } from '#renderer/components/verdict.tsx';
import { useCall } from '#renderer/lib/query.ts';
import { formatBytes } from '#shared/format/bytes.ts';
import { Crumbs } from './crumbs.tsx';
import { toggleIdentical, useModels } from './models-store.ts';
import { openComparison } from './models-view.ts';
import styles from './models.module.css';

type FileChange = ReleaseDiff['files'][number];

/** Not good or bad, only equal or not: a change is what a person has to look at. */
const marks: Record<FileChange['change'], Verdict> = {
  identical: 'verified',
  changed: 'warning',
  added: 'warning',
  removed: 'warning',
};

function columnsFor(before: string, after: string): readonly Column<FileChange>[] {
  return [
    {
      id: 'path',
      header: 'File',
      compare: compareBy((file) => file.path),
      cell: (file) => (
        <span title={file.path}>
          <PlainText mono text={file.path} />
        </span>
      ),
    },
    {
      id: 'change',
      header: 'Change',
      width: '104px',
      compare: compareBy((file) => file.change),
      cell: (file) => <VerdictMark verdict={marks[file.change]} label={file.change} />,
    },
    { id: 'before', header: before, width: '230px', cell: (file) => <Side file={file.before} /> },
    { id: 'after', header: after, width: '230px', cell: (file) => <Side file={file.after} /> },
  ];
}

function Side({ file }: { file: ReleaseFile | undefined }) {
  if (file === undefined) return <span className={styles.quiet}>not there</span>;
  return (
    <>
      <SizeText sizeBytes={file.sizeBytes} /> <DigestText digest={file.digest} />
    </>
  );
}

export interface ComparePageProps {
  model: string;
  before: string;
  after: string;
}

/** What differs between two releases, file by file; equal files only on request. */
export function ComparePage({ model, before, after }: ComparePageProps) {
  const diff = useCall(
    'releases.diff',
    { before: { model, version: before }, after: { model, version: after } },
    ['releases'],
  );
  return (
    <>
      <PlaceHeader title={<Crumbs model={model} here={`${before} and ${after}`} />}>
        <Button
          icon={<ArrowLeftRight size={14} aria-hidden />}
          onClick={() => openComparison(model, after, before)}
        >
          Swap sides
        </Button>
      </PlaceHeader>
      <Loaded query={diff} label="Comparing the releases">
        {(value) => <Comparison diff={value} />}
      </Loaded>
    </>
  );
}

function Comparison({ diff }: { diff: ReleaseDiff }) {
  const showIdentical = useModels((state) => state.showIdentical);
  const identical = diff.files.filter((file) => file.change === 'identical').length;
  const rows = useMemo(
    () => diff.files.filter((file) => showIdentical || file.change !== 'identical'),
    [diff.files, showIdentical],
  );
  const { before, after } = diff;
  const columns = useMemo(() => columnsFor(before.version, after.version), [before.version, after.version]);
  const changed = diff.files.length - identical;
  return (
    <>
      <div className={styles.facts}>
        <span>
          {before.version} <DigestText digest={before.manifestDigest} />
        </span>
        <span>
          {after.version} <DigestText digest={after.manifestDigest} />
        </span>
        <span>
          {changed} of {diff.files.length} files differ, {formatBytes(diff.newBytes)} are new in{' '}
          {after.version}
        </span>
        {identical === 0 ? null : (
          <CheckField
            label={`Show identical files (${identical})`}
            checked={showIdentical}
            onChange={toggleIdentical}
          />
        )}
      </div>
      {rows.length === 0 ? (
        <EmptyState sentence="Every file is the same in both releases, byte by byte." />
      ) : (
        <DataTable
          label={`Files of ${before.version} and ${after.version}`}
          columns={columns}
          rows={rows}
          rowId={(file) => file.path}
        />
      )}
    </>
  );
}
