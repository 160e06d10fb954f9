import { open } from 'node:fs/promises';
import type { Digest } from '#shared/contract/basics.ts';
import { hexOf } from '#engine/core/digest.ts';
import { blobStatesScript, sendChunksScript } from './scripts/blobs.ts';
import type { ServerSession } from './server-session.ts';

/** Bytes of the blob on the server; null when it has none. What they are worth is for the one who reads them to find out. */
export async function blobOnServer(
  { connection, target }: ServerSession,
  digest: Digest,
  signal: AbortSignal,
): Promise<number | null> {
  const hex = hexOf(digest);
  const input = new TextEncoder().encode(`${hex}\n`);
  const lines = await connection.run(blobStatesScript, [target.root], { input, signal });
  const found = lines
    .map((line) => /^blob ([0-9a-f]{64}) (\d+)$/.exec(line))
    .find((each) => each?.[1] === hex);
  return found?.[2] === undefined ? null : Number(found[2]);
}

/**
 * Reads some chunks of a blob on the server into a new file of their own. The file may end up too short, and hold anything.
 * Throws what the connection throws.
 */
export async function fetchChunks(
  { connection, target }: ServerSession,
  digest: Digest,
  chunks: { readonly first: number; readonly count: number },
  file: string,
  signal: AbortSignal,
): Promise<void> {
  const handle = await open(file, 'w', 0o600);
  try {
    const args = [target.root, hexOf(digest), String(chunks.first), String(chunks.count)];
    await connection.fetch(
      sendChunksScript,
      args,
      async (bytes) => void (await handle.writeFile(bytes)),
      signal,
    );
  } finally {
    await handle.close();
  }
}
