import { AppError } from '#engine/core/app-error.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { findRelease } from '../releases/find-release.ts';
import { FixityParams, runFixity } from './fixity-job.ts';
import { FixityRun } from './fixity-run.ts';
import { changeFixitySettings } from './fixity-settings.ts';
import { RepairParams, runRepair } from './repair-job.ts';
import { dueOrRefuse, startFixity } from './fixity-due.ts';
import { damagedBlobs, storeHealth } from './store-health.ts';

type Names = 'fixity.start' | 'fixity.status' | 'fixity.configure' | 'fixity.repair';

/** Re-reads stored bytes and compares them with what was published; makes whole again what is damaged. */
export function fixityCalls(context: EngineContext): CallHandlers<Names> {
  const { jobs, locations, registry } = context;
  jobs.define('fixity', {
    onCancel: 'Nothing is changed. What was read so far counts, and the check can be gone on with.',
    resumable: true,
    run: (job, params) => runFixity(context, job, FixityParams.parse(params)),
    left: (_params, checkpoint) => FixityRun.left(checkpoint),
  });
  jobs.define('repair', {
    onCancel: 'What was read so far is kept, and the next repair goes on with it, wherever it reads from.',
    resumable: true,
    run: (job, params) => runRepair(context, job, RepairParams.parse(params)),
    withSource: (params, source) => {
      const { from, ...rest } = RepairParams.parse(params);
      const sources = 'sources' in from ? [...from.sources, source] : [source];
      return { ...rest, from: { sources } } satisfies RepairParams;
    },
  });
  return {
    'fixity.start': ({ release, due, bytesPerSecond }) => {
      if (release !== undefined) findRelease(registry, release.model, release.version);
      const readBefore = due ? dueOrRefuse(context) : null;
      const params: FixityParams = {
        release: release ?? null,
        readBefore,
        bytesPerSecond: bytesPerSecond ?? null,
      };
      return startFixity(context, params);
    },
    'fixity.status': () => storeHealth(context),
    'fixity.configure': ({ reason, ...settings }) => {
      changeFixitySettings(context, settings, reason);
      return storeHealth(context);
    },
    'fixity.repair': ({ from, blobs }) => {
      const known = damagedBlobs(registry).map(({ blob }) => blob.digest);
      const unknown = (blobs ?? []).find((digest) => !known.includes(digest));
      if (unknown !== undefined)
        throw new AppError('NOT-FOUND', `${unknown} is not known to be damaged.`, {
          next: 'Run fixity first: it finds what is damaged.',
        });
      const params: RepairParams = {
        blobs: blobs ?? null,
        from: 'server' in from ? from : { sources: from.sources.map((each) => locations.resolve(each)) },
      };
      const count = (blobs ?? known).length;
      const place = 'server' in from ? `server ${from.server}` : 'a medium or folder';
      const title = `repairing ${count} damaged ${count === 1 ? 'blob' : 'blobs'} from ${place}`;
      return jobs.start('repair', { title, params });
    },
  };
}
