import type { Affected } from '#shared/contract/trust-store.ts';

/** Everything a revocation hits here, a line each: releases, channels, servers, imports that wait. */
export function listAffected({ releases, channels, servers, imports }: Affected): string[] {
  return [
    ...releases.map(({ model, version, path }) => {
      return `release ${model} ${version}${path === null ? '' : `: ${path}`}`;
    }),
    ...channels.map(({ model, channel, version }) => `channel ${channel} of ${model}, pinned to ${version}`),
    ...servers.map(
      ({ server, model, channel, version }) => `server ${server}: ${model} ${version} on ${channel}`,
    ),
    ...imports.map(({ model, version }) => `import of ${model} ${version}, which waits`),
  ];
}
