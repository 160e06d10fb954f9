import type { ReleaseFile } from '#shared/contract/releases.ts';
import { DataTable } from '#renderer/components/data-table.tsx';
import { DigestText } from '#renderer/components/digest-text.tsx';
import { PlainText } from '#renderer/components/plain-text.tsx';
import { SizeText } from '#renderer/components/size-text.tsx';
import { type Column, compareBy } from '#renderer/components/table-columns.ts';

const columns: readonly Column<ReleaseFile>[] = [
  {
    id: 'path',
    header: 'Path',
    compare: compareBy((file) => file.path),
    cell: (file) => (
      <span title={file.path}>
        <PlainText mono text={file.path} />
      </span>
    ),
  },
  {
    id: 'role',
    header: 'Role',
    width: '104px',
    compare: compareBy((file) => file.role),
    cell: (file) => file.role,
  },
  {
    id: 'size',
    header: 'Size',
    width: '90px',
    align: 'end',
    compare: compareBy((file) => file.sizeBytes),
    cell: (file) => <SizeText sizeBytes={file.sizeBytes} />,
  },
  {
    id: 'digest',
    header: 'Digest',
    width: '180px',
    cell: (file) => <DigestText digest={file.digest} />,
  },
];

/** What a release is made of. */
export function ReleaseFiles({ files }: { files: readonly ReleaseFile[] }) {
  return (
    <DataTable
      label="Files"
      columns={columns}
      rows={files}
      rowId={(file) => file.path}
      sortedBy={{ column: 'path' }}
    />
  );
}
