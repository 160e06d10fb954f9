import type { Digest } from '#shared/contract/basics.ts';
import { AppError } from '#engine/core/app-error.ts';
import { leadsTo, type LinkState, readLink, switchLink } from './live-link.ts';
import { asMismatch, type DeployableRelease, verifyReleaseOnServer } from './release-on-server.ts';
import { folderOfLink, releaseFolder, shortDigest } from './remote-layout.ts';
import {
  type CommandEnd,
  describeExit,
  probeServer,
  runOnServer,
  type ServedRelease,
  type ServerCommands,
} from './server-command.ts';
import type { ServerSession, Tally } from './server-session.ts';
import { visibleLines } from './visible-text.ts';

export interface Activation {
  readonly release: DeployableRelease;
  readonly channel: string;
  readonly commands: ServerCommands;
  /** What this site knows of a release folder of the same model; null for one it never published. */
  describe(folder: string): { version: string; manifestDigest: Digest } | null;
  /** Called when all is proven and before the link is switched: the place to put the intent on record. */
  beforeSwitch(): void;
}

export interface ActivateOptions {
  readonly signal?: AbortSignal | undefined;
  readonly current: (what: string) => void;
  readonly onBytes: (bytes: number) => void;
}

/** What went wrong after the switch, and what has to be told about it. */
interface Trouble {
  readonly code: 'ACTIVATION-FAILED' | 'PROBE-FAILED';
  readonly message: string;
  readonly expected?: string;
  readonly found?: string;
  readonly output: string;
}

/**
 * Puts a release live: every file re-hashed by the server, the live link replaced by one rename, the activation command, the
 * probe. When the command or the probe fails, the link goes back as it was and the command is run again for the release that
 * was live; then ACTIVATION-FAILED or PROBE-FAILED. Throws SERVER-DIGEST-MISMATCH before anything is switched. Cancelling
 * stops it before the switch and never after. A connection lost after the switch is CONNECTION-LOST with what is known.
 */
export async function activateRelease(
  session: ServerSession,
  activation: Activation,
  tally: Tally,
  options: ActivateOptions,
): Promise<void> {
  const { release, channel } = activation;
  const { name } = session.target;
  options.current(`${name}: hashing ${release.model}@${release.version}`);
  const checks = await verifyReleaseOnServer(session.connection, release, tally, options);
  tally.checks.push(...checks);
  const mismatch = asMismatch(name, release, checks);
  if (mismatch !== null) throw mismatch;
  refuseWithoutRename(session);
  options.signal?.throwIfAborted();

  activation.beforeSwitch();
  options.current(`${name}: switching ${channel}`);
  const before = await readLink(session, release.model, channel);
  try {
    const trouble = await switchAndProbe(session, activation, tally, options);
    if (trouble === null) return;
    options.current(`${name}: going back`);
    throw await goBack(session, activation, before, trouble);
  } catch (error) {
    throw lostAfterSwitch(session, activation, before, error);
  }
}

async function switchAndProbe(
  session: ServerSession,
  activation: Activation,
  tally: Tally,
  options: ActivateOptions,
): Promise<Trouble | null> {
  const { release, channel, commands } = activation;
  const served = servedBy(release, channel);
  const { name } = session.target;
  const link = await switchLink(
    session,
    release.model,
    channel,
    session.layout.linkTarget(release.model, served.folder),
  );
  if (!leadsTo(link, release)) {
    const found = link.leadsTo ?? link.now ?? 'no link';
    return {
      code: 'PROBE-FAILED',
      message: `The live link on ${name} does not lead to the release`,
      found,
      output: '',
    };
  }
  tally.checks.push({
    id: 'server.live-link',
    status: 'verified',
    path: session.layout.live(release.model, channel),
    expected: served.folder,
    found: link.leadsTo ?? '',
    detail: 'The live link leads to the folder whose files the server hashed just before.',
  });
  if (commands.activationCommand !== '') {
    options.current(`${name}: activation command`);
    const end = await runOnServer(session, commands.activationCommand, served, 'tail');
    if (end.exitCode !== 0) return commandTrouble(name, end);
    tally.checks.push({
      id: 'server.activation',
      status: 'verified',
      expected: 'exit code 0',
      found: 'exit code 0',
    });
  }
  return await probe(session, activation, served, tally, options);
}

async function probe(
  session: ServerSession,
  { release, commands }: Activation,
  served: ServedRelease,
  tally: Tally,
  options: ActivateOptions,
): Promise<Trouble | null> {
  const { name } = session.target;
  if (commands.probeCommand === '') {
    tally.checks.push({
      id: 'server.probe',
      status: 'verified',
      detail: 'The live link leads to the release, and its files hash to the manifest.',
    });
    if (commands.activationCommand !== '') {
      tally.checks.push({
        id: 'server.served',
        status: 'not-checked',
        detail: 'What the restarted service serves: a probe command would ask it.',
      });
    }
    return null;
  }
  options.current(`${name}: probing`);
  const end = await probeServer(session, commands, served);
  const identity = shortDigest(release.manifestDigest);
  if (end.ok) {
    tally.checks.push({
      id: 'server.probe',
      status: 'verified',
      expected: identity,
      found: identity,
      detail: `The probe named the release at attempt ${end.attempts}.`,
    });
    return null;
  }
  return {
    code: 'PROBE-FAILED',
    message: `The probe on ${name} did not name ${release.model}@${release.version} within ${commands.probeTimeoutSeconds} seconds (${end.attempts} attempts)`,
    expected: `exit code 0 and ${identity} in the output`,
    found: `${describeExit(end.last)}, ${end.last.output.trim() === '' ? 'no output' : 'another output'}`,
    output: end.last.output,
  };
}

/** Restores the link, runs the activation command for what was live, and says how both went. */
async function goBack(
  session: ServerSession,
  activation: Activation,
  before: LinkState,
  trouble: Trouble,
): Promise<AppError> {
  const { release, channel, commands } = activation;
  const { name } = session.target;
  const link = await switchLink(session, release.model, channel, before.now);
  const restored = link.now === before.now;
  const folder = folderOfLink(before.now ?? '', release.model);
  let state = restored
    ? `The live link of ${channel} on ${name} is as it was before: ${before.now === null ? 'none' : (folder ?? before.now)}.`
    : `The live link of ${channel} on ${name} could not be put back; it points to ${link.now ?? 'nothing'}.`;
  if (commands.activationCommand !== '' && folder !== null) {
    const known = activation.describe(folder);
    const served = {
      model: release.model,
      version: known?.version ?? folder.replace(/-[0-9a-f]{12}$/, ''),
      manifestDigest: known?.manifestDigest ?? '',
      folder,
      channel,
    };
    const end = await runOnServer(session, commands.activationCommand, served, 'tail');
    state +=
      end.exitCode === 0
        ? ' The activation command was run again for it and succeeded.'
        : ` The activation command was run again for it and FAILED (${describeExit(end)}): see to the service at once.`;
  }
  return new AppError(trouble.code, `${trouble.message}.`, {
    ...(trouble.expected === undefined ? {} : { expected: trouble.expected }),
    ...(trouble.found === undefined ? {} : { found: trouble.found }),
    items: visibleLines(trouble.output),
    state,
    next:
      trouble.code === 'PROBE-FAILED'
        ? 'Look at the service’s own log on the server; the release is there and proven, and can be activated again.'
        : 'Try the activation command by hand on the server, mend it, then activate again.',
  });
}

function commandTrouble(server: string, end: CommandEnd): Trouble {
  const message = `The activation command on ${server} ended with ${describeExit(end)}`;
  return {
    code: 'ACTIVATION-FAILED',
    message,
    expected: 'exit code 0',
    found: describeExit(end),
    output: end.output,
  };
}

function servedBy(release: DeployableRelease, channel: string): ServedRelease {
  const { model, version, manifestDigest } = release;
  return { model, version, manifestDigest, folder: releaseFolder(version, manifestDigest), channel };
}

function refuseWithoutRename(session: ServerSession): void {
  if (session.survey.canSwitch) return;
  throw new AppError(
    'SERVER-TOOL-MISSING',
    `${session.target.name} cannot replace a link by rename (mv -T).`,
    {
      state: 'The live link was not touched.',
      next: 'Install coreutils, or a busybox with mv -T, on the server.',
    },
  );
}

/** After the switch a lost connection leaves open what is live; the error says what it was and how to find out. */
function lostAfterSwitch(
  session: ServerSession,
  activation: Activation,
  before: LinkState,
  error: unknown,
): unknown {
  if (!(error instanceof AppError) || error.code !== 'CONNECTION-LOST') return error;
  const { release, channel } = activation;
  const { name } = session.target;
  return new AppError('CONNECTION-LOST', error.message, {
    ...error.details,
    state: `${channel} on ${name} was being switched from ${before.now ?? 'nothing'} to ${release.version}: it points to one of the two, and nothing was probed.`,
    next: `Run servers check ${name} to see where the link points, then activate again or roll back.`,
  });
}
