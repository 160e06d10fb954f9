import { hashFilesScript } from './scripts/blobs.ts';
import type { RemoteScript } from './scripts/remote-script.ts';
import type { SshConnection } from './ssh-connection.ts';

/** What the server's sha256sum said of one file. */
export type RemoteHash =
  | { readonly kind: 'hashed'; readonly hex: string }
  /** Not there, or not a regular file. */
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable' };

export interface RemoteHashes {
  /** In the order of the paths asked for. */
  readonly hashes: readonly RemoteHash[];
  /** By the server's own clock. */
  readonly elapsedMs: number;
}

/** Has the server hash files below a folder of its own. `onFile` is called as each is done. */
export async function hashOnServer(
  connection: SshConnection,
  folder: string,
  paths: readonly string[],
  options: { signal?: AbortSignal | undefined; onFile?: (index: number) => void } = {},
): Promise<RemoteHashes> {
  if (paths.length === 0) return { hashes: [], elapsedMs: 0 };
  const hashes: RemoteHash[] = paths.map(() => ({ kind: 'missing' }));
  const input = new TextEncoder().encode(paths.map((path) => `${path}\n`).join(''));
  const lines = await connection.run(hashFilesScript, [folder], {
    input,
    signal: options.signal,
    onLine: (line) => {
      const match = /^(hash|missing|unreadable) (\d+)(?: ([0-9a-f]{64}))?$/.exec(line);
      const index = Number(match?.[2] ?? -1);
      if (match === null || hashes[index] === undefined) return;
      hashes[index] = answerOf(match[1] ?? '', match[3]);
      options.onFile?.(index);
    },
  });
  return { hashes, elapsedMs: elapsedBetweenClocks(lines) };
}

function answerOf(word: string, hex: string | undefined): RemoteHash {
  if (word === 'missing') return { kind: 'missing' };
  return hex === undefined ? { kind: 'unreadable' } : { kind: 'hashed', hex };
}

/** Milliseconds between a script's first and last `clock` line, which hold the server's uptime in seconds. */
export function elapsedBetweenClocks(lines: readonly string[]): number {
  const clocks = lines
    .map((line) => /^clock (\d+(?:\.\d+)?)$/.exec(line)?.[1])
    .filter((seconds) => seconds !== undefined);
  const first = clocks[0];
  const last = clocks.at(-1);
  return first === undefined || last === undefined
    ? 0
    : Math.max(0, Math.round((Number(last) - Number(first)) * 1000));
}

/** The answers `<word> <index> <hex>` of a script by index. */
export async function readIndexed(
  connection: SshConnection,
  script: RemoteScript,
  args: readonly string[],
  word: string,
  signal: AbortSignal | undefined,
): Promise<{ byIndex: Map<number, string>; elapsedMs: number }> {
  const lines = await connection.run(script, args, { signal });
  const byIndex = new Map<number, string>();
  for (const line of lines) {
    const match = /^([a-z]+) (\d+) ([0-9a-f]{64})$/.exec(line);
    if (match?.[1] === word && match[3] !== undefined) byIndex.set(Number(match[2]), match[3]);
  }
  return { byIndex, elapsedMs: elapsedBetweenClocks(lines) };
}
