import { describe, expect, it } from 'vitest';
import type { DeploymentStatus, Server } from '#shared/contract/fleet.ts';
import {
  cellOf,
  groupServers,
  placesOf,
  planRollback,
  statusAt,
} from '../../../renderer/features/fleet/fleet-matrix.ts';

const release = (version: string) => ({
  version,
  manifestDigest: `sha256:${version.repeat(64).slice(0, 64)}`,
});
const place = { model: 'silero-vad', channel: 'production' };

function status(server: string, live: string, more: Partial<DeploymentStatus> = {}): DeploymentStatus {
  return {
    ...place,
    server,
    live: release(live),
    pinned: release('6'),
    matchesPin: live === '6',
    objection: null,
    rollbackTarget: release('5'),
    provenAt: null,
    changedAt: null,
    ...more,
  };
}

function server(name: string, group = ''): Server {
  return { name, group } as Server;
}

describe('fleet matrix', () => {
  it('has a column for what is pinned and for what runs without a pin', () => {
    const channels = [{ model: 'silero-vad', channel: 'canary', current: undefined as never, history: [] }];
    expect(placesOf(channels, [status('gpu-01', '6'), status('gpu-02', '6')])).toEqual([
      { model: 'silero-vad', channel: 'canary' },
      place,
    ]);
  });

  it('marks what is not as pinned, also when nothing is pinned', () => {
    expect(cellOf(status('gpu-01', '6')).kind).toBe('as-pinned');
    expect(cellOf(status('gpu-01', '5')).kind).toBe('off-pin');
    expect(cellOf(status('gpu-01', '5', { pinned: null })).kind).toBe('off-pin');
    expect(cellOf(statusAt([], 'gpu-01', place)).kind).toBe('none');
  });

  it('groups servers by name, those without a group last', () => {
    const groups = groupServers([server('c'), server('b', 'lab'), server('a', 'edge'), server('a2', 'lab')]);
    expect(groups.map((group) => [group.group, group.servers.map((s) => s.name)])).toEqual([
      ['edge', ['a']],
      ['lab', ['a2', 'b']],
      ['', ['c']],
    ]);
  });

  it('names one rollback target only when every server would go there', () => {
    const same = [status('gpu-01', '6'), status('gpu-02', '6')];
    expect(planRollback(same, place, ['gpu-01', 'gpu-02']).version).toBe('5');
    const differ = [status('gpu-01', '6'), status('gpu-02', '6', { rollbackTarget: release('4') })];
    expect(planRollback(differ, place, ['gpu-01', 'gpu-02']).version).toBeNull();
    expect(planRollback(same, place, ['gpu-01', 'gpu-03']).version).toBeNull();
  });
});
