import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { BEGIN_MARKER } from './scripts/remote-script.ts';

const STDERR_LIMIT = 64 * 1024;
/** A server that floods its output is stopped here. */
const STDOUT_LIMIT = 64 * 1024 * 1024;

/** What is written to the remote command: nothing, bytes, an open file from its present position, or a stream. */
export type RemoteInput = Uint8Array | { readonly fd: number } | { readonly stream: Readable } | 'open';

export interface SshProcessOptions {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly input?: RemoteInput | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Each line of the script's own output, as it comes. */
  readonly onLine: (line: string) => void;
  /** Takes the script's own output as bytes instead; no more come until it resolves. `onLine` has the begin marker alone. */
  readonly onBytes?: ((bytes: Buffer) => Promise<void>) | undefined;
}

export interface SshEnd {
  /** Null when ssh was killed or could not be started. */
  readonly exitCode: number | null;
  readonly stderr: string;
  /** The script's first line was seen: login worked and the shell ran it. */
  readonly began: boolean;
  /** Set when ssh could not be started. */
  readonly spawnError: Error | null;
  readonly flooded: boolean;
}

/**
 * One ssh child process. It leads a process group of its own, so that Ctrl-C in a terminal reaches Sallyport alone, which
 * then ends it in order; its standard input ends with Sallyport's process, whatever way that ends.
 */
export class SshProcess {
  readonly ended: Promise<SshEnd>;
  readonly #child: ChildProcess;
  #began = false;
  #tail = '';
  #received = 0;
  #flooded = false;

  constructor(options: SshProcessOptions) {
    const { input, signal } = options;
    const stdin =
      input === undefined ? 'ignore' : typeof input === 'object' && 'fd' in input ? input.fd : 'pipe';
    const child = spawn('ssh', options.args, {
      cwd: options.cwd,
      env: options.env,
      detached: process.platform !== 'win32',
      windowsHide: true,
      stdio: [stdin, 'pipe', 'pipe'],
    });
    this.#child = child;
    let stderr = '';
    const decoder = new TextDecoder();
    const { onLine, onBytes } = options;
    child.stdout?.on('data', (chunk: Buffer) => {
      if (onBytes !== undefined) this.#takeBytes(chunk, onLine, onBytes);
      else this.#take(decoder.decode(chunk, { stream: true }), onLine);
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(-STDERR_LIMIT);
    });
    const stop = () => this.kill();
    signal?.addEventListener('abort', stop, { once: true });
    this.ended = new Promise((resolve) => {
      const end = (exitCode: number | null, spawnError: Error | null) => {
        signal?.removeEventListener('abort', stop);
        if (this.#began && this.#tail !== '') options.onLine(this.#tail);
        resolve({ exitCode, stderr, began: this.#began, spawnError, flooded: this.#flooded });
      };
      child.once('error', (error) => end(null, error));
      child.once('close', (code) => end(code, null));
    });
    this.#feed(input);
    if (signal?.aborted === true) this.kill();
  }

  /** Ends standard input: the remote command sees its end and finishes by itself. */
  closeInput(): void {
    this.#child.stdin?.end();
  }

  kill(): void {
    this.#child.kill('SIGTERM');
  }

  #feed(input: RemoteInput | undefined): void {
    const stdin = this.#child.stdin;
    if (stdin === null || input === undefined || input === 'open') return;
    // The remote command may end before it has read everything; its exit code then says why.
    stdin.on('error', () => {});
    if (input instanceof Uint8Array) stdin.end(input);
    else if ('stream' in input) {
      input.stream.once('error', () => this.kill());
      input.stream.pipe(stdin);
      stdin.once('close', () => input.stream.destroy());
    }
  }

  /** What a login shell prints before the marker is small, and passed over. */
  #takeBytes(chunk: Buffer, onLine: (line: string) => void, onBytes: (bytes: Buffer) => Promise<void>): void {
    let bytes = chunk;
    if (!this.#began) {
      const before = Buffer.concat([Buffer.from(this.#tail, 'latin1'), chunk]);
      const at = before.indexOf(`\n${BEGIN_MARKER}\n`);
      if (at < 0) {
        this.#tail = before.toString('latin1');
        this.#flooded = before.length > STDERR_LIMIT;
        if (this.#flooded) this.kill();
        return;
      }
      this.#began = true;
      this.#tail = '';
      onLine(BEGIN_MARKER);
      bytes = before.subarray(at + BEGIN_MARKER.length + 2);
    }
    if (bytes.length === 0) return;
    const { stdout } = this.#child;
    stdout?.pause();
    onBytes(bytes).then(
      () => stdout?.resume(),
      () => this.kill(),
    );
  }

  #take(text: string, onLine: (line: string) => void): void {
    this.#received += text.length;
    if (this.#received > STDOUT_LIMIT) {
      this.#flooded = true;
      this.kill();
      return;
    }
    const lines = (this.#tail + text).split('\n');
    this.#tail = lines.pop() ?? '';
    for (const line of lines) {
      if (this.#began) onLine(line);
      else if (line === BEGIN_MARKER) {
        this.#began = true;
        onLine(line);
      }
    }
  }
}

/** Ready, or ended before it was. Cancelling and the timeout end the process; afterwards neither touches it. */
export async function firstOf(
  ready: Promise<'ready'>,
  remote: SshProcess,
  signal: AbortSignal | undefined,
  timeoutMs: number,
): Promise<'ready' | SshEnd> {
  const stop = () => remote.kill();
  const timer = setTimeout(stop, timeoutMs);
  signal?.addEventListener('abort', stop, { once: true });
  if (signal?.aborted === true) stop();
  const outcome = await Promise.race([ready, remote.ended]);
  clearTimeout(timer);
  signal?.removeEventListener('abort', stop);
  signal?.throwIfAborted();
  return outcome;
}

/** Waits for the process to end by itself; after that time it is ended. */
export async function endWithin(remote: SshProcess, ms: number): Promise<void> {
  const timer = setTimeout(() => remote.kill(), ms);
  await remote.ended;
  clearTimeout(timer);
}
