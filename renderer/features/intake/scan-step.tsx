import type { ImportDetail } from '#shared/contract/releases.ts';
import { Attachments } from '#renderer/components/attachments.tsx';
import { describeCoverage, describeScan, verdictOfScan } from '#renderer/components/finding-groups.ts';
import { HeldScan, ScanAct, ScanReportView } from '#renderer/components/scan-view.tsx';
import { isUnderWay, jobResult } from '#renderer/lib/jobs.ts';
import { useCall } from '#renderer/lib/query.ts';
import { useScanJob } from '#renderer/lib/scan-jobs.ts';
import { jobDuration } from './job-time.ts';
import { Step } from './step.tsx';

const restsOn =
  'Every file was identified by its content and read without running any of it; what was found was held against this site’s policy and waivers as they are now. That nothing was found is not proof that nothing is there.';

/** The Scan row of an import: what was found in quarantine, and what the policy makes of it. */
export function ImportScanStep({ detail }: { detail: ImportDetail }) {
  const { id, model, version, scan, manifestDigest, state } = detail;
  const job = useScanJob({ import: id });
  return (
    <Step
      name="Scan"
      verdict={verdictOfScan(scan?.verdict ?? null)}
      verdictWord={scan?.verdict}
      summary={
        scan === null
          ? job && isUnderWay(job)
            ? 'being scanned'
            : 'not scanned by this version'
          : `${describeScan(scan)}; ${describeCoverage(scan)}`
      }
      duration={jobDuration(job)}
      restsOn={scan === null ? 'Scanning reads every file in quarantine once and runs none of it.' : restsOn}
      startOpen={scan === null || scan.verdict === 'review'}
    >
      <HeldScan
        of={{ import: id }}
        name={`${model}@${version}`}
        manifestDigest={manifestDigest}
        isClosed={state !== 'quarantined' && state !== 'published'}
      />
      <Attachments of={{ import: id }} name={`${model}@${version}`} isClosed={state !== 'quarantined'} />
    </Step>
  );
}

/** The Scan row of a source: the import scans it, and so does scanning in place. */
export function SourceScanStep({ handle, isImporting }: { handle: string; isImporting: boolean }) {
  const job = useScanJob({ source: handle });
  const rules = useCall('scan.rules', {}).value;
  const report = jobResult(job, 'scan');
  const isRunning = job !== undefined && isUnderWay(job);
  return (
    <Step
      name="Scan"
      verdict={verdictOfScan(report?.verdict ?? null)}
      verdictWord={report?.verdict}
      summary={
        report
          ? `${describeScan(report)}; ${describeCoverage(report)}`
          : isRunning
            ? 'being scanned in place'
            : 'not scanned yet'
      }
      duration={jobDuration(job)}
      restsOn={
        report
          ? `${restsOn} Nothing was taken in; the import scans its own copy again.`
          : 'The import scans what it takes in. Scanning in place reads everything without taking anything in.'
      }
      startOpen={isRunning || report?.verdict === 'review'}
    >
      {report ? <ScanReportView report={report} rules={rules ?? []} waivers={[]} /> : null}
      {isImporting ? null : (
        <ScanAct
          input={{ source: handle, extent: 'all' }}
          label={report ? 'Scan in place again' : 'Scan in place'}
        />
      )}
    </Step>
  );
}

/** The Scan row of a transfer set: its payload is parts of files, which are scanned once they are put together. */
export function SetScanStep() {
  return (
    <Step
      name="Scan"
      verdict="not-checked"
      summary="scanned when the set is brought in"
      restsOn="A set holds blobs, and large files in parts. Bringing it in puts each release together in quarantine and scans it there, before anybody decides."
    />
  );
}
