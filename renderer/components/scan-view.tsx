import { useState } from 'react';
import type { EvidenceSubject } from '#shared/contract/policy.ts';
import type { FileScan, ScanReport } from '#shared/contract/scan.ts';
import { formatCount, formatNoun } from '#shared/format/bytes.ts';
import { useAct } from '#renderer/lib/act.ts';
import { isUnderWay } from '#renderer/lib/jobs.ts';
import { useCall } from '#renderer/lib/query.ts';
import { startScan, useScanJob } from '#renderer/lib/scan-jobs.ts';
import { Button } from './button.tsx';
import { DataTable } from './data-table.tsx';
import { FindingList, type FindingListProps } from './finding-list.tsx';
import { describeCoverage, describeScan, verdictOfScan, type Hits } from './finding-groups.ts';
import { InlineFailure } from './inline-failure.tsx';
import { Loaded } from './loaded.tsx';
import { SectionHeader } from './place-header.tsx';
import { NameText } from './name-text.tsx';
import { PlainText } from './plain-text.tsx';
import { JobProgress } from './progress-line.tsx';
import { SizeText } from './size-text.tsx';
import { compareBy, type Column } from './table-columns.ts';
import { TimeText } from './time-text.tsx';
import { VerdictMark } from './verdict.tsx';
import { WaiveDialog } from './waive-dialog.tsx';
import styles from './scan-view.module.css';

const columns: readonly Column<FileScan>[] = [
  {
    id: 'path',
    header: 'File',
    compare: compareBy((file) => file.path),
    cell: (file) => <NameText text={file.path} />,
  },
  {
    id: 'format',
    header: 'Is',
    width: '128px',
    keepFrom: 'middle',
    compare: compareBy((file) => file.format),
    cell: (file) => <PlainText text={file.format} />,
  },
  {
    id: 'verdict',
    header: 'Verdict',
    width: '88px',
    compare: compareBy((file) => ['pass', 'review', 'block'].indexOf(file.verdict)),
    cell: (file) => <VerdictMark verdict={verdictOfScan(file.verdict)} label={file.verdict} />,
  },
  {
    id: 'findings',
    header: 'Findings',
    width: '76px',
    align: 'end',
    compare: compareBy((file) => file.findings.length),
    cell: (file) => formatCount(file.findings.length),
  },
  {
    id: 'read',
    header: 'Not read',
    width: '84px',
    align: 'end',
    compare: compareBy((file) => file.sizeBytes - file.bytesRead),
    cell: (file) =>
      file.bytesRead >= file.sizeBytes ? '0 B' : <SizeText sizeBytes={file.sizeBytes - file.bytesRead} />,
  },
  {
    id: 'size',
    header: 'Size',
    width: '84px',
    align: 'end',
    keepFrom: 'middle',
    compare: compareBy((file) => file.sizeBytes),
    cell: (file) => <SizeText sizeBytes={file.sizeBytes} />,
  },
];

/** A scan's outcome in a line: verdict, what was found, and how much was read. */
export function ScanHeadline({ report }: { report: ScanReport }) {
  return (
    <div className={styles.headline}>
      <p className={styles.verdict}>
        <VerdictMark
          verdict={verdictOfScan(report.verdict)}
          label={`${report.verdict}: ${describeScan(report)}`}
        />
      </p>
      <p className={styles.quiet}>
        {describeCoverage(report)}, {formatNoun(report.files.length, 'file')}
        {report.extent === 'structure' ? ', tensor data left out' : ''}. Policy {report.policy.id}, version{' '}
        {report.policy.version}; scanned <TimeText at={report.scannedAt} />.
      </p>
    </div>
  );
}

/** Everything a scan said: its outcome, the findings, and each file with what of it was read. */
export function ScanReportView({ report, ...rest }: FindingListProps) {
  return (
    <div className={styles.view}>
      <ScanHeadline report={report} />
      <FindingList report={report} {...rest} />
      <div>
        <SectionHeader title={`Files scanned (${formatCount(report.files.length)})`} />
        <div className={styles.table}>
          <DataTable
            label="Files scanned"
            columns={columns}
            rows={report.files}
            rowId={(file) => file.path}
            sortedBy={{ column: 'verdict', descending: true }}
          />
        </div>
      </div>
    </div>
  );
}

export interface HeldScanProps {
  of: EvidenceSubject;
  /** `model@version`. */
  name: string;
  /** What a waiver of a finding about no single file names. */
  manifestDigest: string | null;
  /** Findings are over: an import that was refused is scanned and waived no more. */
  isClosed?: boolean;
}

/** The scan of an import or a release, with the acts that follow from it: scan again, waive. */
export function HeldScan({ of, name, manifestDigest, isClosed = false }: HeldScanProps) {
  const scan = useCall('scan.get', { of }, ['imports', 'releases', 'policy', 'waivers']);
  const rules = useCall('scan.rules', {}).value;
  const waivers = useCall('waivers.list', {}, ['waivers']).value;
  const [waiving, setWaiving] = useState<Hits | null>(null);
  const subject = waiving?.digest ?? manifestDigest;
  return (
    <Loaded query={scan} label="Reading the scan">
      {(report) => (
        <div className={styles.view}>
          {report === null ? (
            <p>This version has not scanned these bytes. What was not scanned is not clean.</p>
          ) : (
            <ScanReportView
              report={report}
              rules={rules ?? []}
              waivers={waivers ?? []}
              onWaive={isClosed ? undefined : setWaiving}
            />
          )}
          {isClosed ? null : <ScanAct input={of} label={report === null ? `Scan ${name}` : 'Scan again'} />}
          {waiving && subject !== null ? (
            <WaiveDialog hits={waiving} subject={subject} holder={name} onClose={() => setWaiving(null)} />
          ) : null}
        </div>
      )}
    </Loaded>
  );
}

/** Starts a scan, and shows it while it goes on or when it failed. */
export function ScanAct({ input, label }: { input: Parameters<typeof startScan>[0]; label: string }) {
  const act = useAct();
  const job = useScanJob(input);
  const isRunning = job !== undefined && isUnderWay(job);
  return (
    <>
      {job && job.state !== 'done' ? <JobProgress job={job} headless /> : null}
      {act.failure ? <InlineFailure failure={act.failure} /> : null}
      {isRunning ? null : (
        <div>
          <Button busy={act.busy} onClick={() => void act.run(() => startScan(input))}>
            {label}
          </Button>
        </div>
      )}
    </>
  );
}
