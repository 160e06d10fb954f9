import { folderOfLink, releaseFolder } from './remote-layout.ts';
import type { DeployableRelease } from './release-on-server.ts';
import { readLinkScript, switchScript } from './scripts/releases.ts';
import type { ServerSession } from './server-session.ts';

/** Where a channel's live link points. */
export interface LinkState {
  /** The link's text before it was touched; null when there was none. */
  readonly was: string | null;
  /** The link's text; null when there is none. */
  readonly now: string | null;
  /** The folder of this model's releases that the link really leads to; null when it leads elsewhere or nowhere. */
  readonly leadsTo: string | null;
}

/** Reads the live link of a channel. */
export async function readLink(session: ServerSession, model: string, channel: string): Promise<LinkState> {
  const lines = await session.connection.run(readLinkScript, [session.target.root, model, channel]);
  return parseLink(lines);
}

/** Points the live link of a channel at `target` (null: removes it), in one rename. */
export async function switchLink(
  session: ServerSession,
  model: string,
  channel: string,
  target: string | null,
): Promise<LinkState> {
  const args = [session.target.root, model, channel, target ?? '', session.token];
  return parseLink(await session.connection.run(switchScript, args));
}

/** Does the link lead to this release's folder, by its text and by where it resolves? */
export function leadsTo(state: LinkState, release: DeployableRelease): boolean {
  const folder = releaseFolder(release.version, release.manifestDigest);
  return state.leadsTo === folder && folderOfLink(state.now ?? '', release.model) === folder;
}

function parseLink(lines: readonly string[]): LinkState {
  const after = (key: string) =>
    lines.find((line) => line.startsWith(`${key} `))?.slice(key.length + 1) ?? null;
  const leads = after('leads');
  const releases = after('releases');
  const inside = leads !== null && releases !== null && leads.startsWith(`${releases}/`);
  return { was: after('was'), now: after('now'), leadsTo: inside ? leads.slice(releases.length + 1) : null };
}
