import { describe, expect, it } from 'vitest';
import type { Channel, Pin, ReleaseDetail } from '#shared/contract/releases.ts';
import { releaseEvents } from '../../../renderer/features/models/release-events.ts';

const digestOf = (version: string) => `sha256:${version.charAt(0).repeat(64)}`;

function pin(version: string, at: string, reason: string): Pin {
  return {
    model: 'silero-vad',
    channel: 'production',
    version,
    manifestDigest: digestOf(version),
    at,
    by: 'operator',
    reason,
  };
}

const release = {
  model: 'silero-vad',
  version: '5.0.0',
  manifestDigest: digestOf('5.0.0'),
  publishedAt: '2026-11-01T00:00:00.000Z',
  publishedBy: 'operator',
  source: 'volume A',
  lifecycle: [
    {
      at: '2026-11-09T00:00:00.000Z',
      by: 'security officer',
      state: 'deprecated',
      reason: 'superseded',
      successor: '6.0.0',
    },
  ],
} as unknown as ReleaseDetail;

describe('releaseEvents', () => {
  it('tells when a channel came, when it moved on, and what happened to the release, newest first', () => {
    const history = [
      pin('6.0.0', '2026-11-03T00:00:00.000Z', 'better'),
      pin('5.0.0', '2026-11-02T00:00:00.000Z', 'first'),
    ];
    const [current] = history;
    const channels = [{ model: 'silero-vad', channel: 'production', current, history }] as Channel[];
    expect(releaseEvents(release, channels).map(({ what, reason }) => [what, reason])).toEqual([
      ['deprecated, successor 6.0.0', 'superseded'],
      ['production moved on to 6.0.0', 'better'],
      ['pinned to production', 'first'],
      ['published from volume A', ''],
    ]);
  });

  it('does not call it moving on when the same version is pinned again', () => {
    const history = [
      pin('5.0.0', '2026-11-03T00:00:00.000Z', 'again'),
      pin('5.0.0', '2026-11-02T00:00:00.000Z', 'first'),
    ];
    const [current] = history;
    const channels = [{ model: 'silero-vad', channel: 'production', current, history }] as Channel[];
    const told = releaseEvents(release, channels).map(({ what }) => what);
    expect(told.filter((what) => what === 'pinned to production')).toHaveLength(2);
    expect(told.some((what) => what.includes('moved on'))).toBe(false);
  });
});
