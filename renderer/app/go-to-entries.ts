import type { ReleaseSummary } from '#shared/contract/releases.ts';
import type { Server } from '#shared/contract/fleet.ts';
import { toVisibleText } from '#shared/format/visible-text.ts';
import { goTo } from '#renderer/lib/navigation.ts';
import { chooseTheme, themes } from '#renderer/lib/preferences.ts';
import { requestUnlock } from '#renderer/lib/session.ts';
import { places } from './places.ts';

/** Somewhere to go or something to do. */
export interface GoToEntry {
  readonly id: string;
  readonly name: string;
  /** What it is, or what it answers. */
  readonly kind: string;
  readonly keys?: string;
  readonly go: () => void;
}

/** At most this many are listed; typing finds the others. */
const shownLimit = 60;

function placeEntries(): GoToEntry[] {
  return places.map(({ id, name, answers }, index) => ({
    id: `place ${id}`,
    name,
    kind: answers,
    keys: `Ctrl ${index + 1}`,
    go: () => goTo(id),
  }));
}

function actEntries(): GoToEntry[] {
  return [
    {
      id: 'act set',
      name: 'New transfer set',
      kind: 'Transfers',
      go: () => goTo('transfers', { new: 'set' }),
    },
    {
      id: 'act receive',
      name: 'Receive a transfer set',
      kind: 'Transfers',
      go: () => goTo('transfers', { new: 'receive' }),
    },
    {
      id: 'trust packs',
      name: 'Trust packs',
      kind: 'Trust: how old the trust data is',
      go: () => goTo('trust', { tab: 'packs' }),
    },
    {
      id: 'trust revocations',
      name: 'Revocations',
      kind: 'Trust: what no longer counts, and what that hits',
      go: () => goTo('trust', { tab: 'revocations' }),
    },
    {
      id: 'trust policy',
      name: 'Scan policy',
      kind: 'Trust: what may come in',
      go: () => goTo('trust', { tab: 'policy' }),
    },
    {
      id: 'trust waivers',
      name: 'Waivers',
      kind: 'Trust: what was accepted all the same',
      go: () => goTo('trust', { tab: 'waivers' }),
    },
    {
      id: 'act media',
      name: 'Register of media',
      kind: 'Transfers',
      go: () => goTo('transfers', { tab: 'media' }),
    },
    {
      id: 'act receipts',
      name: 'Receipts written here',
      kind: 'Transfers',
      go: () => goTo('transfers', { tab: 'receipts' }),
    },
    { id: 'act unlock', name: 'Unlock a key', kind: 'who acts', go: () => requestUnlock() },
    ...themes.map((theme) => ({
      id: `act theme ${theme}`,
      name: `Theme: ${theme}`,
      kind: 'look of the window',
      go: () => chooseTheme(theme),
    })),
  ];
}

/** Everything the palette knows: places, models, releases, servers, acts. */
export function listEntries(releases: readonly ReleaseSummary[], servers: readonly Server[]): GoToEntry[] {
  const models = [...new Set(releases.map((release) => release.model))];
  return [
    ...placeEntries(),
    ...models.map((model) => ({
      id: `model ${model}`,
      name: model,
      kind: 'model',
      go: () => goTo('models', { model }),
    })),
    ...releases.map(({ model, version }) => ({
      id: `release ${model} ${version}`,
      name: `${model}@${version}`,
      kind: 'release',
      go: () => goTo('models', { model, version }),
    })),
    ...servers.map(({ name, host }) => ({
      id: `server ${name}`,
      name,
      kind: `server, ${toVisibleText(host)}`,
      go: () => goTo('fleet', { server: name }),
    })),
    ...actEntries(),
  ];
}

/** Entries that hold every word typed; those whose name begins with the text stand first. */
export function findEntries(entries: readonly GoToEntry[], text: string): GoToEntry[] {
  const wanted = text.trim().toLowerCase();
  const words = wanted.split(/\s+/);
  const found = entries.filter((entry) => {
    const hay = `${entry.name} ${entry.kind}`.toLowerCase();
    return words.every((word) => hay.includes(word));
  });
  const rank = (entry: GoToEntry) => {
    const name = entry.name.toLowerCase();
    return name.startsWith(wanted) ? 0 : name.includes(wanted) ? 1 : 2;
  };
  return found.sort((a, b) => rank(a) - rank(b)).slice(0, shownLimit);
}
