import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { AppError } from '#engine/core/app-error.ts';
import { sshConnections } from './connection-limit.ts';
import { scanHostKeys } from './host-keys.ts';
import { explainRemoteFailure, shellUnusable } from './remote-failure.ts';
import { BEGIN_MARKER, type RemoteScript } from './scripts/remote-script.ts';
import { holdScript } from './scripts/session.ts';
import { commandLine } from './shell-quote.ts';
import { explainSshFailure, hostKeyChanged, sshMissing } from './ssh-failure.ts';
import type { SshFiles } from './ssh-files.ts';
import { connectOptions, sshEnvironment } from './ssh-options.ts';
import { endWithin, firstOf, type RemoteInput, type SshEnd, SshProcess } from './ssh-process.ts';
import type { SshTarget } from './ssh-target.ts';

/** Win32-OpenSSH cannot share a connection. */
const canShare = process.platform !== 'win32';
const SSH_FAILED = 255;
const CONNECT_TIMEOUT_MS = 45_000;

export interface RunOptions {
  readonly input?: RemoteInput | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called for each line of the script's output as it comes. */
  readonly onLine?: ((line: string) => void) | undefined;
  /** After this the command is given up; the error is TimedOut. */
  readonly timeoutMs?: number | undefined;
}

/** A script that stays until `release` (or a lost connection) ends its standard input. */
export interface HeldScript {
  readonly lines: readonly string[];
  release(): Promise<void>;
}

/** Thrown by `run` when `timeoutMs` has passed. */
export class TimedOut extends Error {}

/**
 * One login on one server. On platforms where OpenSSH can, all commands share one connection (ControlMaster), so a push
 * authenticates once. Every failure is an AppError: of ssh itself SERVER-UNREACHABLE, SERVER-AUTH-FAILED, HOST-KEY-CHANGED,
 * CONNECTION-LOST, SSH-MISSING; of the remote script see remote-failure.ts.
 */
export class SshConnection {
  readonly target: SshTarget;
  readonly #files: SshFiles;
  readonly #leave: () => void;
  #master: SshProcess | null = null;
  /** Holds the control socket; 0700 and of a short name, since the address of a socket holds about 100 bytes. */
  #socketFolder: string | null = null;

  private constructor(target: SshTarget, files: SshFiles, leave: () => void) {
    this.target = target;
    this.#files = files;
    this.#leave = leave;
  }

  /** Logs in. Waits for a free place among the eight connections that Sallyport makes in all. */
  static async open(target: SshTarget, files: SshFiles, signal?: AbortSignal): Promise<SshConnection> {
    // Without sharing, the lock and the command at work are connections of their own.
    const leave = await sshConnections.take(canShare ? 1 : 2, signal);
    const connection = new SshConnection(target, files, leave);
    try {
      if (canShare) await connection.#startMaster(signal);
      return connection;
    } catch (error) {
      await connection.close();
      throw error;
    }
  }

  /** Runs a script to its end and returns the lines it printed. */
  async run(script: RemoteScript, args: readonly string[], options: RunOptions = {}): Promise<string[]> {
    const { signal, timeoutMs } = options;
    signal?.throwIfAborted();
    const lines: string[] = [];
    const remote = this.#spawn(script, args, options.input, signal, (line) => {
      if (line === BEGIN_MARKER && lines.length === 0) return;
      lines.push(line);
      options.onLine?.(line);
    });
    let timedOut = false;
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            remote.kill();
          }, timeoutMs);
    const end = await remote.ended;
    clearTimeout(timer);
    signal?.throwIfAborted();
    if (timedOut) throw new TimedOut(`${script.name} took longer than ${timeoutMs ?? 0} ms`);
    await this.#throwIfFailed(script, end, lines);
    return lines;
  }

  /** Runs a script whose output is bytes, handed on as they come. */
  async fetch(
    script: RemoteScript,
    args: readonly string[],
    onBytes: (bytes: Buffer) => Promise<void>,
    signal?: AbortSignal,
  ): Promise<void> {
    signal?.throwIfAborted();
    const end = await this.#spawn(script, args, undefined, signal, () => {}, onBytes).ended;
    signal?.throwIfAborted();
    await this.#throwIfFailed(script, end, []);
  }

  /** Starts a script that stays, and resolves once it printed `ready`. */
  async hold(
    script: RemoteScript,
    args: readonly string[],
    ready: string,
    signal?: AbortSignal,
  ): Promise<HeldScript> {
    const lines: string[] = [];
    let isReady = () => {};
    const readied = new Promise<'ready'>((resolve) => (isReady = () => resolve('ready')));
    const remote = this.#spawn(script, args, 'open', undefined, (line) => {
      if (line === BEGIN_MARKER && lines.length === 0) return;
      lines.push(line);
      if (line === ready) isReady();
    });
    const outcome = await firstOf(readied, remote, signal, CONNECT_TIMEOUT_MS);
    if (outcome !== 'ready') {
      await this.#throwIfFailed(script, outcome, lines);
      throw shellUnusable(this.target, outcome.stderr);
    }
    return {
      lines,
      release: async () => {
        remote.closeInput();
        await endWithin(remote, 5000);
      },
    };
  }

  /** Ends the connection; never throws. */
  async close(): Promise<void> {
    const master = this.#master;
    this.#master = null;
    if (master !== null) {
      master.closeInput();
      await endWithin(master, 2000);
    }
    if (this.#socketFolder !== null) rmSync(this.#socketFolder, { recursive: true, force: true });
    this.#socketFolder = null;
    this.#leave();
  }

  async #startMaster(signal?: AbortSignal): Promise<void> {
    this.#socketFolder = mkdtempSync(path.join(shortTemp(), 'sp-'));
    const socket = path.join(this.#socketFolder, 's');
    const sharing = ['-o', 'ControlMaster=yes', '-o', 'ControlPersist=no', '-S', socket];
    let isReady = () => {};
    const readied = new Promise<'ready'>((resolve) => (isReady = () => resolve('ready')));
    const master = new SshProcess({
      args: [...this.#options(), ...sharing, '--', this.target.host, commandLine(holdScript.text, [])],
      cwd: this.#files.folder,
      env: sshEnvironment(),
      input: 'open',
      onLine: () => isReady(),
    });
    this.#master = master;
    const outcome = await firstOf(readied, master, signal, CONNECT_TIMEOUT_MS);
    if (outcome === 'ready') {
      if (existsSync(socket)) return;
      throw new AppError('SERVER-FAILED', 'ssh made no control socket.', { path: socket });
    }
    if (outcome.exitCode !== null && outcome.exitCode !== SSH_FAILED) {
      throw shellUnusable(this.target, outcome.stderr);
    }
    throw await this.#sshFailure('connecting', outcome);
  }

  #spawn(
    script: RemoteScript,
    args: readonly string[],
    input: RemoteInput | undefined,
    signal: AbortSignal | undefined,
    onLine: (line: string) => void,
    onBytes?: (bytes: Buffer) => Promise<void>,
  ): SshProcess {
    const over =
      this.#socketFolder === null
        ? this.#options()
        : // A client whose socket is gone would connect by itself; ProxyCommand makes that fail instead.
          [
            '-F',
            'none',
            '-S',
            path.join(this.#socketFolder, 's'),
            '-o',
            'ProxyCommand=false',
            '-o',
            'LogLevel=ERROR',
            '-T',
          ];
    return new SshProcess({
      args: [...over, '--', this.target.host, commandLine(script.text, args)],
      cwd: this.#files.folder,
      env: sshEnvironment(),
      input,
      signal,
      onLine,
      onBytes,
    });
  }

  #options(): string[] {
    const files = { config: this.#files.config(), knownHosts: this.#files.knownHosts(this.target) };
    return connectOptions(this.target, files);
  }

  async #throwIfFailed(script: RemoteScript, end: SshEnd, lines: readonly string[]): Promise<void> {
    if (end.flooded)
      throw new AppError('SERVER-FAILED', `${this.target.name} printed without end (${script.name}).`);
    if (end.spawnError !== null || end.exitCode === null || end.exitCode === SSH_FAILED) {
      throw await this.#sshFailure(canShare || end.began ? 'connected' : 'connecting', end);
    }
    if (!end.began) throw shellUnusable(this.target, end.stderr);
    if (end.exitCode === 0) return;
    const said = lines.findLast((line) => line.startsWith('fail ')) ?? null;
    const { exitCode, stderr } = end;
    throw explainRemoteFailure(this.target, script, {
      exitCode,
      stderr,
      said: said?.slice('fail '.length) ?? null,
    });
  }

  async #sshFailure(stage: 'connecting' | 'connected', end: SshEnd): Promise<AppError> {
    if (end.spawnError !== null) return sshMissing('ssh', end.spawnError);
    const failure = explainSshFailure(this.target, stage, end.stderr);
    if (failure.code !== 'HOST-KEY-CHANGED') return failure;
    const shown = await scanHostKeys(this.target.host, this.target.port).catch(() => []);
    return hostKeyChanged(
      this.target,
      shown.map((key) => `${key.keyType} ${key.fingerprint}`),
    );
  }
}

/** ssh adds 17 characters while it makes the socket; macOS allows 103 in all. */
function shortTemp(): string {
  return tmpdir().length <= 60 ? tmpdir() : '/tmp';
}
