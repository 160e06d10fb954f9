import path from 'node:path';
import type { Verdict } from '#shared/contract/evidence.ts';
import type { ImportDetail, ImportSummary } from '#shared/contract/releases.ts';
import { AppError } from '#engine/core/app-error.ts';
import { findVersionProblem } from '#engine/core/semver.ts';
import { summarizeScan } from '#engine/policy/judge-scan.ts';
import type { ImportRow } from '#engine/registry/imports.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { judgeImport } from './decide-import.ts';
import { importLeft } from './import-checkpoint.ts';
import { ImportParams, runImport } from './import-job.ts';
import { publishImport } from './publish.ts';
import { recheckImport } from './recheck-import.ts';
import { summarize } from '../releases/releases.ts';

type Names =
  'imports.start' | 'imports.list' | 'imports.get' | 'imports.recheck' | 'imports.publish' | 'imports.reject';

/** Imports: media -> quarantine -> evidence -> a person's decision. */
export function importCalls(context: EngineContext): CallHandlers<Names> {
  const { registry, jobs, locations } = context;
  jobs.define('import', {
    onCancel: 'What was copied stays in quarantine until the import is resumed or rejected.',
    resumable: true,
    run: (job, params) => runImport(context, job, ImportParams.parse(params)),
    left: (_params, checkpoint) => importLeft(registry.imports, checkpoint),
    withSource: (params, source) => ({ ...ImportParams.parse(params), source }),
  });
  return {
    'imports.start': ({ source, model, version, provenance }) => {
      const problem = findVersionProblem(version);
      if (problem !== null) throw new AppError('SEMVER-INVALID', `${version} ${problem}.`, semverHelp);
      const sourcePath = locations.resolve(source);
      const params: ImportParams = {
        source: sourcePath,
        label: path.basename(sourcePath),
        model,
        version,
        provenance: provenance === undefined ? null : locations.resolve(provenance),
      };
      return jobs.start('import', { title: `importing ${model} ${version}`, params });
    },

    'imports.list': () =>
      registry.imports.list().map((row) => summarizeImport(context, row, verdictOf(context, row))),
    'imports.get': ({ id }) => importDetail(context, findImport(context, id)),

    'imports.recheck': async ({ id }) => {
      await recheckImport(context, findImport(context, id));
      return importDetail(context, findImport(context, id));
    },

    'imports.publish': async ({ id, acceptUnsigned, acceptReview }) => {
      const release = await publishImport(context, findImport(context, id), {
        unsigned: acceptUnsigned?.reason ?? null,
        review: acceptReview?.reason ?? null,
      });
      const [summary] = summarize(context, [release]);
      if (summary === undefined) throw new AppError('INTERNAL', 'A release has no summary.');
      return summary;
    },

    'imports.reject': async ({ id, reason }) => {
      const row = findImport(context, id);
      if (row.state === 'published' || row.state === 'rejected') {
        throw new AppError('STATE-CONFLICT', `Import ${id} is ${row.state} already.`);
      }
      const object = `${row.model}@${row.version}`;
      context.govern({ act: 'import.reject', object, reason, details: { import: id } }, () =>
        registry.imports.setState(id, 'rejected', reason),
      );
      await context.quarantine.discard(id);
      context.changed('imports', 'audit');
      return {};
    },
  };
}

const semverHelp = { expected: 'MAJOR.MINOR.PATCH, e.g. 5.0.0 or 5.1.0-rc.1', next: 'See semver.org.' };

function findImport(context: EngineContext, id: string): ImportRow {
  const row = context.registry.imports.get(id);
  if (row === null) throw new AppError('NOT-FOUND', `There is no import ${id}.`);
  return row;
}

/** Of the whole evidence by the policy, waivers and anchors of now; what was decided keeps the verdict it had. */
function verdictOf(context: EngineContext, row: ImportRow): Verdict {
  if (row.state === 'published')
    return context.registry.releases.get(row.model, row.version)?.verdict ?? row.verdict;
  return row.state === 'quarantined'
    ? (judgeImport(context, row).evidence?.verdict ?? row.verdict)
    : row.verdict;
}

function summarizeImport(context: EngineContext, row: ImportRow, verdict: Verdict): ImportSummary {
  return {
    id: row.id,
    model: row.model,
    version: row.version,
    state: row.state,
    source: row.source,
    sizeBytes: row.sizeBytes,
    fileCount: context.registry.imports.countFiles(row.id),
    verdict,
    startedAt: row.startedAt,
    startedBy: row.startedBy,
    manifestDigest: row.manifestDigest,
  };
}

function importDetail(context: EngineContext, row: ImportRow): ImportDetail {
  const { evidence, scan, decision } = judgeImport(context, row);
  return {
    ...summarizeImport(context, row, evidence?.verdict ?? row.verdict),
    files: context.registry.imports.files(row.id).map(({ chunks: _chunks, ...file }) => file),
    evidence,
    scan: scan === null ? null : summarizeScan(scan),
    decision,
    reason: row.reason,
  };
}
