import { shortDigest } from './remote-layout.ts';
import { commandScript } from './scripts/releases.ts';
import type { ServerSession } from './server-session.ts';
import { TimedOut } from './ssh-connection.ts';

/** How long an activation command may take: loading weights and restarting a service can take minutes. */
const COMMAND_TIMEOUT_MS = 15 * 60_000;
const PROBE_PAUSE_MS = 1000;

/** What an operator's command is told, as SALLYPORT_MODEL, _VERSION, _DIGEST, _PATH and _CHANNEL. */
export interface ServedRelease {
  readonly model: string;
  readonly version: string;
  readonly manifestDigest: string;
  /** The release's folder below the model's, `<version>-<12 hex>`. */
  readonly folder: string;
  readonly channel: string;
}

/** What an operator has set up for a server. Empty: none. */
export interface ServerCommands {
  readonly activationCommand: string;
  readonly probeCommand: string;
  readonly probeTimeoutSeconds: number;
}

export interface CommandEnd {
  /** Null when it did not end in time. */
  readonly exitCode: number | null;
  readonly output: string;
}

/** How a command ended, for a person. */
export function describeExit(end: CommandEnd): string {
  return end.exitCode === null ? 'no answer in time' : `exit code ${end.exitCode}`;
}

export interface ProbeEnd {
  readonly ok: boolean;
  readonly attempts: number;
  readonly last: CommandEnd;
}

/** Runs an operator's command on the server with the release in its environment. Throws only what the connection throws. */
export async function runOnServer(
  session: ServerSession,
  command: string,
  served: ServedRelease,
  keep: 'head' | 'tail',
  timeoutMs = COMMAND_TIMEOUT_MS,
): Promise<CommandEnd> {
  const { model, version, manifestDigest, folder, channel } = served;
  const path = session.layout.release(model, folder);
  const args = [
    session.target.root,
    command,
    model,
    version,
    manifestDigest,
    path,
    channel,
    session.token,
    keep,
  ];
  try {
    const [first = '', ...output] = await session.connection.run(commandScript, args, { timeoutMs });
    return { exitCode: Number(/^exit (\d+)$/.exec(first)?.[1] ?? 1), output: output.join('\n') };
  } catch (error) {
    if (error instanceof TimedOut) return { exitCode: null, output: '' };
    throw error;
  }
}

/**
 * Runs the probe until it exits 0 and prints the identity of the release (the first 12 hex digits of its digest, which its
 * folder's name and its manifest digest hold), or until the timeout has passed. An answer without the identity is no proof:
 * a process that still serves the old files answers too.
 */
export async function probeServer(
  session: ServerSession,
  commands: ServerCommands,
  served: ServedRelease,
): Promise<ProbeEnd> {
  const deadline = Date.now() + commands.probeTimeoutSeconds * 1000;
  const identity = shortDigest(served.manifestDigest);
  for (let attempts = 1; ; attempts++) {
    const left = Math.max(1000, deadline - Date.now());
    const last = await runOnServer(session, commands.probeCommand, served, 'head', left);
    if (last.exitCode === 0 && last.output.includes(identity)) return { ok: true, attempts, last };
    if (Date.now() + PROBE_PAUSE_MS >= deadline) return { ok: false, attempts, last };
    await new Promise((resolve) => setTimeout(resolve, PROBE_PAUSE_MS));
  }
}
