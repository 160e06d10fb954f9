import type { Channel, ReleaseDetail } from '#shared/contract/releases.ts';

/** Something that happened to a release. */
export interface ReleaseEvent {
  readonly at: string;
  readonly by: string;
  readonly what: string;
  readonly reason: string;
}

/** Publication, lifecycle and pins of one release, newest first. A pin that moved on is told as such. */
export function releaseEvents(release: ReleaseDetail, channels: readonly Channel[]): ReleaseEvent[] {
  const { version, manifestDigest } = release;
  const published: ReleaseEvent = {
    at: release.publishedAt,
    by: release.publishedBy,
    what: `published from ${release.source}`,
    reason: '',
  };
  const lifecycle = release.lifecycle
    .filter((step) => step.state !== 'published')
    .map((step) => ({
      at: step.at,
      by: step.by,
      what: step.successor === undefined ? step.state : `${step.state}, successor ${step.successor}`,
      reason: step.reason,
    }));
  const pins = channels.flatMap(({ channel, history }) =>
    history.flatMap((pin, index) => {
      // The history is newest first: the pin that came after stands before it.
      const next = history[index - 1];
      const arrived = { at: pin.at, by: pin.by, what: `pinned to ${channel}`, reason: pin.reason };
      const left = next && {
        at: next.at,
        by: next.by,
        what: `${channel} moved on to ${next.version}`,
        reason: next.reason,
      };
      if (pin.version !== version || pin.manifestDigest !== manifestDigest) return [];
      return left && next.version !== version ? [arrived, left] : [arrived];
    }),
  );
  return [published, ...lifecycle, ...pins].sort((a, b) => (a.at > b.at ? -1 : 1));
}
