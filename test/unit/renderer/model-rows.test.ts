import { describe, expect, it } from 'vitest';
import type { Channel, ReleaseSummary } from '#shared/contract/releases.ts';
import { modelRows } from '../../../renderer/features/models/model-rows.ts';

function release(version: string, more: Partial<ReleaseSummary> = {}): ReleaseSummary {
  return {
    model: 'silero-vad',
    version,
    manifestDigest: `sha256:${'0'.repeat(64)}`,
    state: 'published',
    sizeBytes: 1,
    fileCount: 1,
    verdict: 'verified',
    publishedAt: '2026-11-01T00:00:00.000Z',
    publishedBy: 'operator',
    channels: [],
    runsOn: [],
    ...more,
  };
}

function channel(name: string, version: string, at: string): Channel {
  const current = {
    model: 'silero-vad',
    channel: name,
    version,
    manifestDigest: `sha256:${'0'.repeat(64)}`,
    at,
    by: 'operator',
    reason: 'test',
  };
  return { model: 'silero-vad', channel: name, current, history: [current] };
}

describe('modelRows', () => {
  it('takes the highest version as latest, not the newest publication', () => {
    const releases = [
      release('10.0.0', { publishedAt: '2026-11-01T00:00:00.000Z' }),
      release('9.9.9', { publishedAt: '2026-11-02T00:00:00.000Z' }),
      release('10.0.0-rc.1', { publishedAt: '2026-11-03T00:00:00.000Z' }),
    ];
    const [row] = modelRows(releases, []);
    expect(row?.latest.version).toBe('10.0.0');
    expect(row?.releases.map((each) => each.version)).toEqual(['10.0.0', '10.0.0-rc.1', '9.9.9']);
    expect(row?.lastChange).toBe('2026-11-03T00:00:00.000Z');
  });

  it('passes over revoked releases unless nothing else is left', () => {
    const revoked = release('6.0.0', { state: 'revoked' });
    expect(modelRows([release('5.0.0'), revoked], [])[0]?.latest.version).toBe('5.0.0');
    expect(modelRows([revoked], [])[0]?.latest.version).toBe('6.0.0');
  });

  it('joins pins and servers', () => {
    const releases = [
      release('5.0.0', { runsOn: ['gpu-02', 'gpu-01'] }),
      release('6.0.0', { runsOn: ['gpu-01'] }),
    ];
    const [row] = modelRows(releases, [
      channel('production', '5.0.0', '2026-11-05T00:00:00.000Z'),
      channel('canary', '6.0.0', '2026-11-04T00:00:00.000Z'),
    ]);
    expect(row).toMatchObject({
      production: '5.0.0',
      canary: '6.0.0',
      runsOn: ['gpu-01', 'gpu-02'],
      lastChange: '2026-11-05T00:00:00.000Z',
    });
  });
});
