import type { Digest } from '#shared/contract/basics.ts';
import { AppError, asAppError } from '#engine/core/app-error.ts';
import { digestFromHex, hexOf } from '#engine/core/digest.ts';
import { elapsedBetweenClocks, readIndexed } from './hash-on-server.ts';
import { openLocalStream } from './local-stream.ts';
import { CHUNK_BYTES } from './remote-layout.ts';
import { acceptScript, discardPartScript, hashChunksScript, receiveScript } from './scripts/blobs.ts';
import type { ServerSession, Tally } from './server-session.ts';

/** A blob to send: a file of the local store, or bytes at hand (a manifest). */
export interface SendableBlob {
  readonly digest: Digest;
  readonly sizeBytes: number;
  /** SHA-256 (hex) of each 16 MiB chunk. */
  readonly chunks: readonly string[];
  readonly source: { readonly path: string } | { readonly bytes: Uint8Array };
}

export interface SendOptions {
  readonly signal?: AbortSignal | undefined;
  readonly onBytes: (bytes: number) => void;
  /** For the journal on the server. */
  readonly note: string;
  /** False when this push sent to the server before and lost the connection: what it finds now is its own. */
  readonly isFirstLook: boolean;
}

interface Range {
  readonly start: number;
  /** One past the last. */
  readonly end: number;
}

/**
 * Sends one blob, going on after what the server already has of it (by the digests of its chunks), and has the server hash it
 * whole before it becomes a blob. When the digest is wrong, the chunks that differ are sent once more; then
 * SERVER-DIGEST-MISMATCH with the byte ranges. Adds to `tally` what was sent, found there, and hashed.
 */
export async function sendBlob(
  session: ServerSession,
  blob: SendableBlob,
  partBytes: number,
  tally: Tally,
  options: SendOptions,
): Promise<void> {
  const verified = await verifiedPrefix(session, blob, partBytes, tally, options);
  if (options.isFirstLook) tally.bytesAlreadyThere += verified;
  options.onBytes(verified);
  // An empty blob still needs its part file to be made.
  const isWhole = verified === blob.sizeBytes && blob.sizeBytes > 0;
  const first = isWhole
    ? await accept(session, blob, tally, options)
    : await sendRange(session, blob, { start: verified, end: blob.sizeBytes }, true, tally, options);
  if (first === 'accepted') return;
  const bad = await badRanges(session, blob, tally, options);
  let second = first;
  for (const range of bad) {
    second = await sendRange(session, blob, range, range === bad.at(-1), tally, {
      ...options,
      onBytes: () => {},
    });
  }
  if (second !== 'accepted') throw await mismatch(session, blob, second, bad);
  tally.checks.push({
    id: 'push.resent',
    status: 'warning',
    path: hexOf(blob.digest),
    detail: `Bytes ${describe(bad)} arrived damaged, were found by the server's own digest and sent again.`,
  });
}

/** How many leading bytes of the part on the server are proven, in whole chunks but for the last. */
async function verifiedPrefix(
  session: ServerSession,
  blob: SendableBlob,
  partBytes: number,
  tally: Tally,
  options: SendOptions,
): Promise<number> {
  const hex = hexOf(blob.digest);
  if (partBytes === 0) return 0;
  if (partBytes > blob.sizeBytes) {
    await session.connection.run(discardPartScript, [session.target.root, hex], { signal: options.signal });
    return 0;
  }
  const present =
    partBytes === blob.sizeBytes ? Math.ceil(partBytes / CHUNK_BYTES) : Math.floor(partBytes / CHUNK_BYTES);
  if (present === 0) return 0;
  const args = [session.layout.part(hex), '0', String(present)];
  const { byIndex, elapsedMs } = await readIndexed(
    session.connection,
    hashChunksScript,
    args,
    'chunk',
    options.signal,
  );
  tally.serverHashMs += elapsedMs;
  let good = 0;
  while (good < present && byIndex.get(good) === blob.chunks[good]) good++;
  return Math.min(good * CHUNK_BYTES, blob.sizeBytes);
}

/** What became of a part: `accepted`, or the digest (hex) that the server found instead. */
type Arrival = string;

/** Sends a range; with `isLast` the server then hashes the part and accepts it as the blob if it is right. */
async function sendRange(
  session: ServerSession,
  blob: SendableBlob,
  range: Range,
  isLast: boolean,
  tally: Tally,
  options: SendOptions,
): Promise<Arrival> {
  const hex = hexOf(blob.digest);
  const note = JSON.stringify({ from: range.start, to: range.end, by: options.note });
  const sizeBytes = isLast ? String(blob.sizeBytes) : '';
  const args = [session.target.root, hex, String(range.start / 65536), note, sizeBytes];
  const { source } = blob;
  if ('bytes' in source || range.start === range.end) {
    const input = 'bytes' in source ? source.bytes.subarray(range.start, range.end) : new Uint8Array();
    const lines = await session.connection.run(receiveScript, args, { input, signal: options.signal });
    tally.bytesSent += input.length;
    options.onBytes(input.length);
    return arrivalOf(lines, tally);
  }
  const local = await openLocalStream(
    source.path,
    { ...range, sizeBytes: blob.sizeBytes },
    options.onBytes,
  ).catch((error: unknown) => {
    throw asAppError(error, source.path);
  });
  try {
    const { signal } = options;
    return arrivalOf(
      await session.connection.run(receiveScript, args, { input: local.input, signal }),
      tally,
    );
  } finally {
    tally.bytesSent += await local.finish();
  }
}

async function accept(
  session: ServerSession,
  blob: SendableBlob,
  tally: Tally,
  options: SendOptions,
): Promise<Arrival> {
  const args = [session.target.root, hexOf(blob.digest)];
  return arrivalOf(await session.connection.run(acceptScript, args, { signal: options.signal }), tally);
}

function arrivalOf(lines: readonly string[], tally: Tally): Arrival {
  tally.serverHashMs += elapsedBetweenClocks(lines);
  if (lines.includes('accepted')) return 'accepted';
  const found = lines.find((line) => line.startsWith('mismatch '));
  return found?.slice('mismatch '.length) ?? 'none: the size is wrong';
}

async function badRanges(
  session: ServerSession,
  blob: SendableBlob,
  tally: Tally,
  options: SendOptions,
): Promise<Range[]> {
  const args = [session.layout.part(hexOf(blob.digest)), '0', String(blob.chunks.length)];
  const { byIndex, elapsedMs } = await readIndexed(
    session.connection,
    hashChunksScript,
    args,
    'chunk',
    options.signal,
  );
  tally.serverHashMs += elapsedMs;
  return blob.chunks
    .map((chunk, index) => (byIndex.get(index) === chunk ? -1 : index))
    .filter((index) => index >= 0)
    .map((index) => ({
      start: index * CHUNK_BYTES,
      end: Math.min((index + 1) * CHUNK_BYTES, blob.sizeBytes),
    }));
}

async function mismatch(
  session: ServerSession,
  blob: SendableBlob,
  found: string,
  bad: readonly Range[],
): Promise<AppError> {
  const hex = hexOf(blob.digest);
  await session.connection.run(discardPartScript, [session.target.root, hex]);
  return new AppError(
    'SERVER-DIGEST-MISMATCH',
    `${session.target.name} received other bytes than the blob, twice.`,
    {
      path: hex,
      expected: blob.digest,
      found: /^[0-9a-f]{64}$/.test(found) ? digestFromHex(found) : found,
      items: bad.length === 0 ? [] : [`bytes ${describe(bad)}`],
      state: 'The bytes were thrown away on the server; nothing of them was used.',
      next: 'Run fixity on this site’s own copy first; if that is good, the server’s disk or memory damages what it writes.',
    },
  );
}

/** `0-16777215, 33554432-40000000`: inclusive, as in every message about bytes. */
function describe(ranges: readonly Range[]): string {
  return ranges.map(({ start, end }) => `${start}-${end - 1}`).join(', ') || 'unknown';
}
