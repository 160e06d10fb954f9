import type { Verdict } from '#shared/contract/evidence.ts';
import type { Channel, ReleaseSummary } from '#shared/contract/releases.ts';
import { newestFirst } from '#renderer/lib/version-order.ts';

/** One model as the table shows it. */
export interface ModelRow {
  readonly model: string;
  /** The highest version that is not revoked; the highest of all when every one is. */
  readonly latest: ReleaseSummary;
  readonly releases: readonly ReleaseSummary[];
  readonly production: string | null;
  readonly canary: string | null;
  /** Names of servers on which any release of the model is live. */
  readonly runsOn: readonly string[];
  /** The latest release's verdict. */
  readonly verdict: Verdict;
  /** Bytes of the latest release. */
  readonly sizeBytes: number;
  /** The newest publication or pin. */
  readonly lastChange: string;
}

/** Releases, highest version first. */
export function byVersion(releases: readonly ReleaseSummary[]): ReleaseSummary[] {
  return [...releases].sort((a, b) => newestFirst(a.version, b.version));
}

/** One row a model, by name. */
export function modelRows(
  releases: readonly ReleaseSummary[],
  channels: readonly Channel[],
): readonly ModelRow[] {
  const models = [...new Set(releases.map((release) => release.model))].sort();
  return models.flatMap((model) => {
    const own = byVersion(releases.filter((release) => release.model === model));
    const latest = own.find((release) => release.state !== 'revoked') ?? own[0];
    if (latest === undefined) return [];
    const pins = channels.filter((channel) => channel.model === model);
    const pinned = (name: string) => pins.find((pin) => pin.channel === name)?.current.version ?? null;
    const changes = [...own.map((release) => release.publishedAt), ...pins.map((pin) => pin.current.at)];
    return {
      model,
      latest,
      releases: own,
      production: pinned('production'),
      canary: pinned('canary'),
      runsOn: [...new Set(own.flatMap((release) => release.runsOn))].sort(),
      verdict: latest.verdict,
      sizeBytes: latest.sizeBytes,
      lastChange: changes.reduce((a, b) => (a > b ? a : b)),
    };
  });
}
