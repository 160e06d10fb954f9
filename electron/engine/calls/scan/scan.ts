import path from 'node:path';
import { z } from 'zod';
import { ImportId, ReleaseRef } from '#shared/contract/basics.ts';
import type { EvidenceSubject } from '#shared/contract/policy.ts';
import type { ScanReport } from '#shared/contract/scan.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { digestFromHex } from '#engine/core/digest.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import { judgeScan } from '#engine/policy/judge-scan.ts';
import { policyRules } from '#engine/policy/rules.ts';
import { scanAcross } from '#engine/scan/across/across.ts';
import { scanRules } from '#engine/scan/rules/index.ts';
import type { ScannedFile } from '#engine/scan/scan-file.ts';
import { scannerDigest } from '#engine/scan/scanner-digest.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { findHeld } from './held.ts';
import { judgeHeld, type JudgeNow, judgeNow, scanIfDue } from './held-scan.ts';
import { type FileToScan, scanFiles } from './scan-files.ts';
import { lookAtPlace } from './scan-place.ts';

type Names = 'scan.start' | 'scan.get' | 'scan.rules';

/** What a scan job is asked to do; kept with the job. */
const ScanParams = z.union([
  z.object({ source: z.string(), extent: z.enum(['all', 'structure']) }),
  z.object({ import: ImportId }),
  z.object({ release: ReleaseRef }),
]);
type ScanParams = z.infer<typeof ScanParams>;

/** Static checks of weight files, in place or of what is held. */
export function scanCalls(context: EngineContext): CallHandlers<Names> {
  const { jobs, locations } = context;
  jobs.define('scan', {
    onCancel: 'Nothing: scanning only reads.',
    resumable: true,
    run: (job, params) => runScan(context, job, ScanParams.parse(params)),
  });
  return {
    'scan.start': (input) => {
      if (!('source' in input)) {
        const { name } = findHeld(context, input);
        return jobs.start('scan', { title: `scanning ${name}`, params: input });
      }
      const source = locations.resolve(input.source);
      const params: ScanParams = { source, extent: input.extent };
      return jobs.start('scan', { title: `scanning ${path.basename(source)}`, params });
    },
    'scan.get': ({ of }) => judgeHeld(context, findHeld(context, of), judgeNow(context)),
    'scan.rules': () => [...scanRules.values(), ...policyRules].sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
}

function runScan(context: EngineContext, job: JobContext, params: ScanParams): Promise<ScanReport> {
  return 'source' in params
    ? scanPlace(context, job, params.source, params.extent)
    : scanAgain(context, job, params);
}

/** In place: nothing is taken in and nothing is recorded. */
async function scanPlace(
  context: EngineContext,
  job: JobContext,
  place: string,
  extent: 'all' | 'structure',
): Promise<ScanReport> {
  job.progress.phase('reading the contents', 1, 2, null);
  const { files, unusable } = await lookAtPlace(place, extent, context);
  const total = files.reduce((sum, file) => sum + file.sizeBytes, 0);
  job.progress.phase('scanning', 2, 2, total);
  const scanned = await scanFiles(context.scanPool, job, files);
  const by = judgeNow(context);
  const digests = await digestsForWaivers(context, job, files, scanned, by);
  const found = [...scanned, ...unusable].map(({ facts: _facts, ...file }) => {
    return { ...file, digest: digests.get(file.path) ?? null };
  });
  return judgeScan(
    {
      files: found.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path))),
      across: scanAcross([...scanned, ...unusable]),
      extent,
      scanner: scannerDigest,
      scannedAt: timestamp(context.clock),
    },
    { ...by, manifestDigest: null },
  );
}

/** Only where a waiver could change the verdict are bytes read once more, for their digest. */
async function digestsForWaivers(
  { pool }: EngineContext,
  job: JobContext,
  files: readonly FileToScan[],
  scanned: readonly ScannedFile[],
  { waivers }: JudgeNow,
): Promise<Map<string, string>> {
  const rules = new Set(waivers.map(({ rule }) => rule));
  const digests = new Map<string, string>();
  for (const [n, { file, path: name }] of files.entries()) {
    if (!scanned[n]?.findings.some((finding) => rules.has(finding.rule))) continue;
    const hashed = await pool.hashFile({ path: file, algorithms: ['sha256'], signal: job.signal });
    digests.set(name, digestFromHex(hashed.digests.get('sha256') ?? ''));
  }
  return digests;
}

/** What is held, as far as this scanner has not seen it; the result is kept, on record. */
async function scanAgain(
  context: EngineContext,
  job: JobContext,
  subject: EvidenceSubject,
): Promise<ScanReport> {
  const held = findHeld(context, subject);
  await scanIfDue(context, job, held, { index: 1, count: 1 });
  const report = judgeHeld(context, held, judgeNow(context));
  if (report === null) throw new AppError('INTERNAL', `The scan of ${held.name} was not kept.`);
  return report;
}
