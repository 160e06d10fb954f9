import type { SystemStatus, Topic } from '#shared/contract/system.ts';
import { useCall, type Query } from '#renderer/lib/query.ts';

const topics: readonly Topic[] = ['audit', 'imports', 'anchors', 'servers', 'deployments', 'channels'];

/** What the rail's badges and the status bar show. */
export function useStatus(): Query<SystemStatus> {
  return useCall('system.status', {}, topics);
}
