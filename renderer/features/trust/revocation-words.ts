import type { Affected } from '#shared/contract/trust-store.ts';
import type { PlaceId, PlaceTarget } from '#renderer/lib/navigation.ts';

/** One thing that a revocation hits, and where the window shows it. */
export interface AffectedLine {
  readonly text: string;
  readonly place: PlaceId;
  readonly target: PlaceTarget;
}

/** Everything a revocation hits here, a line each: servers first, since something runs there now. */
export function listAffected({ releases, channels, servers, imports }: Affected): AffectedLine[] {
  return [
    ...servers.map(({ server, model, channel, version }) => ({
      text: `server ${server}: ${model} ${version} is live on ${channel}`,
      place: 'fleet' as const,
      target: { server },
    })),
    ...channels.map(({ model, channel, version }) => ({
      text: `channel ${channel} of ${model}, pinned to ${version}`,
      place: 'models' as const,
      target: { model },
    })),
    ...releases.map(({ model, version, path }) => ({
      text: `release ${model} ${version}${path === null ? '' : `: ${path}`}`,
      place: 'models' as const,
      target: { model, version },
    })),
    ...imports.map(({ id, model, version }) => ({
      text: `import of ${model} ${version}, which waits`,
      place: 'intake' as const,
      target: { import: id },
    })),
  ];
}
