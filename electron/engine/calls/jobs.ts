import type { CallHandlers, EngineContext } from '../context.ts';

/** Jobs under way and ended. */
export function jobCalls(
  context: EngineContext,
): CallHandlers<'jobs.list' | 'jobs.get' | 'jobs.cancel' | 'jobs.resume'> {
  const { jobs, locations } = context;
  return {
    'jobs.list': () => jobs.list(),
    'jobs.get': ({ id }) => jobs.get(id),
    'jobs.cancel': ({ id }) => jobs.cancel(id),
    'jobs.resume': ({ id, source }) =>
      jobs.resume(id, source === undefined ? null : locations.resolve(source)),
  };
}
