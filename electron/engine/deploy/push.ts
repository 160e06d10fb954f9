import { createHash } from 'node:crypto';
import type { Digest } from '#shared/contract/basics.ts';
import type { Check } from '#shared/contract/evidence.ts';
import { formatBytes } from '#shared/format/bytes.ts';
import { AppError } from '#engine/core/app-error.ts';
import { digestOf, hexOf } from '#engine/core/digest.ts';
import { hashOnServer } from './hash-on-server.ts';
import { asMismatch, type DeployableRelease, verifyReleaseOnServer } from './release-on-server.ts';
import { CHUNK_BYTES, releaseFolder } from './remote-layout.ts';
import { blobStatesScript } from './scripts/blobs.ts';
import { assembleScript } from './scripts/releases.ts';
import type { ServerSession, Tally } from './server-session.ts';
import { type SendableBlob, sendBlob } from './upload.ts';

/** Left free beyond what the release needs, for folders, journals and the server's own life. */
const SPARE_BYTES = 32 * 1024 * 1024;

/** A release with where its bytes lie here. */
export interface SendableRelease extends DeployableRelease {
  /** The manifest's exact bytes; they become a blob on the server too. */
  readonly manifest: Uint8Array;
  /** The local blob of a file. Throws when the store lost it. */
  blobOf(digest: Digest): SendableBlob;
}

/** What a push learned about one server that still holds when the connection breaks and comes back. */
export interface PushMemory {
  /** Hashed by the server in this push. */
  readonly proven: Set<Digest>;
  readonly looked: Set<Digest>;
}

/** What a push remembers at its beginning: nothing sent, nothing proven. */
export function newPushMemory(): PushMemory {
  return { proven: new Set(), looked: new Set() };
}

export interface PushOptions {
  readonly signal?: AbortSignal | undefined;
  readonly current: (what: string) => void;
  /** Bytes settled, sent or found: together the size of the release's blobs. */
  readonly onBytes: (bytes: number) => void;
  /** Who pushes, for the journal on the server. */
  readonly by: string;
}

interface RemoteBlob {
  readonly blob: SendableBlob;
  readonly state: 'blob' | 'part' | 'none';
  readonly sizeBytes: number;
}

/**
 * Brings a release onto a server: what is there already is hashed by the server and not sent; the rest is sent, resumably, and
 * hashed by the server before use; then the release's folder is put together. What is live is not touched. Adds to `tally`.
 * Throws SERVER-DISK-FULL before the first byte, SERVER-DIGEST-MISMATCH, CONNECTION-LOST and what the connection throws.
 */
export async function pushRelease(
  session: ServerSession,
  release: SendableRelease,
  memory: PushMemory,
  tally: Tally,
  options: PushOptions,
): Promise<void> {
  const { signal } = options;
  const blobs = blobsOf(release);
  const states = await readStates(session, blobs, signal);
  options.current(`${session.target.name}: hashing what is there`);
  const missing = await proveThere(session, states, memory, tally, options);
  refuseWithoutSpace(session, release, missing);
  for (const { blob, state, sizeBytes } of missing) {
    options.current(`${session.target.name}: ${nameOf(release, blob)}, ${formatBytes(blob.sizeBytes)}`);
    const isFirstLook = !memory.looked.has(blob.digest);
    memory.looked.add(blob.digest);
    const send = { signal, onBytes: options.onBytes, note: options.by, isFirstLook };
    await sendBlob(session, blob, state === 'part' ? sizeBytes : 0, tally, send);
    memory.proven.add(blob.digest);
  }
  options.current(`${session.target.name}: putting the release together`);
  await assemble(session, release, tally, signal);
}

/** Each digest once, the manifest last: when it is there, everything it names is. */
function blobsOf(release: SendableRelease): SendableBlob[] {
  const digests = new Set(release.files.map((file) => file.digest));
  const { manifest } = release;
  if (digestOf(manifest) !== release.manifestDigest) {
    throw new AppError(
      'AUDIT-BROKEN',
      `The manifest kept for ${release.model}@${release.version} is not the published one.`,
      {
        expected: release.manifestDigest,
        found: digestOf(manifest),
        state: 'Nothing was sent.',
        next: 'Run audit verify.',
      },
    );
  }
  return [
    ...[...digests].map((digest) => release.blobOf(digest)),
    {
      digest: release.manifestDigest,
      sizeBytes: manifest.length,
      chunks: chunkDigests(manifest),
      source: { bytes: manifest },
    },
  ];
}

function chunkDigests(bytes: Uint8Array): string[] {
  const chunks: string[] = [];
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES) {
    chunks.push(
      createHash('sha256')
        .update(bytes.subarray(at, at + CHUNK_BYTES))
        .digest('hex'),
    );
  }
  return chunks;
}

async function readStates(
  session: ServerSession,
  blobs: readonly SendableBlob[],
  signal: AbortSignal | undefined,
): Promise<RemoteBlob[]> {
  const input = new TextEncoder().encode(blobs.map((blob) => `${hexOf(blob.digest)}\n`).join(''));
  const lines = await session.connection.run(blobStatesScript, [session.target.root], { input, signal });
  const found = new Map<string, { state: 'blob' | 'part'; sizeBytes: number }>();
  for (const line of lines) {
    const match = /^(blob|part) ([0-9a-f]{64}) (\d+)$/.exec(line);
    if (match?.[2] === undefined) continue;
    found.set(match[2], { state: match[1] === 'blob' ? 'blob' : 'part', sizeBytes: Number(match[3]) });
  }
  return blobs.map((blob) => ({
    blob,
    ...(found.get(hexOf(blob.digest)) ?? { state: 'none', sizeBytes: 0 }),
  }));
}

/** Has the server hash the blobs it says it holds, unless it did so earlier in this push; returns what has to be sent. */
async function proveThere(
  session: ServerSession,
  states: readonly RemoteBlob[],
  memory: PushMemory,
  tally: Tally,
  options: PushOptions,
): Promise<RemoteBlob[]> {
  const claimed = states.filter(
    ({ blob, state, sizeBytes }) => state === 'blob' && sizeBytes === blob.sizeBytes,
  );
  const unproven = claimed.filter(({ blob }) => !memory.proven.has(blob.digest));
  const there = new Set(
    claimed.filter(({ blob }) => memory.proven.has(blob.digest)).map(({ blob }) => blob.digest),
  );
  const names = unproven.map(({ blob }) => hexOf(blob.digest));
  const { hashes, elapsedMs } = await hashOnServer(session.connection, session.layout.blobs, names, options);
  tally.serverHashMs += elapsedMs;
  unproven.forEach(({ blob }, index) => {
    const hash = hashes[index];
    if (hash?.kind !== 'hashed' || hash.hex !== hexOf(blob.digest)) {
      tally.checks.push(damaged(blob, hash?.kind === 'hashed' ? hash.hex : 'unreadable'));
      return;
    }
    there.add(blob.digest);
    memory.proven.add(blob.digest);
    if (!memory.looked.has(blob.digest)) tally.bytesAlreadyThere += blob.sizeBytes;
    memory.looked.add(blob.digest);
  });
  for (const { blob } of states) if (there.has(blob.digest)) options.onBytes(blob.sizeBytes);
  return states.filter(({ blob }) => !there.has(blob.digest));
}

function damaged(blob: SendableBlob, found: string): Check {
  return {
    id: 'push.damaged-blob',
    status: 'warning',
    path: hexOf(blob.digest),
    expected: hexOf(blob.digest),
    found,
    detail: 'The server held this blob damaged; it is sent again and replaced.',
  };
}
function refuseWithoutSpace(
  session: ServerSession,
  release: SendableRelease,
  missing: readonly RemoteBlob[],
): void {
  const { freeBytes, hardLinks } = session.survey;
  if (freeBytes === null) return;
  const toSend = missing.reduce(
    (sum, { blob, state, sizeBytes }) =>
      sum + blob.sizeBytes - (state === 'part' ? Math.min(sizeBytes, blob.sizeBytes) : 0),
    0,
  );
  const copies = hardLinks ? 0 : release.files.reduce((sum, file) => sum + file.sizeBytes, 0);
  if (toSend + copies === 0) return;
  const needed = toSend + copies + SPARE_BYTES;
  if (needed <= freeBytes) return;
  const { name, root } = session.target;
  throw new AppError(
    'SERVER-DISK-FULL',
    `${name} has not enough space for ${release.model}@${release.version}.`,
    {
      path: root,
      expected: `${exactly(needed)} free (${exactly(toSend)} to send, ${exactly(copies)} for copies, ${exactly(SPARE_BYTES)} to spare)`,
      found: `${exactly(freeBytes)} free`,
      state: 'No byte was sent; what is live was not touched.',
      next: `Free ${exactly(needed - freeBytes)} on the file system of ${root}, then push again.`,
    },
  );
}

async function assemble(
  session: ServerSession,
  release: SendableRelease,
  tally: Tally,
  signal: AbortSignal | undefined,
): Promise<void> {
  const folder = releaseFolder(release.version, release.manifestDigest);
  const input = release.files.map((file) => `${hexOf(file.digest)} ${file.path}\n`).join('');
  const args = [session.target.root, release.model, folder];
  const lines = await session.connection.run(assembleScript, args, {
    input: new TextEncoder().encode(input),
    signal,
  });
  if (lines.includes('copied 0')) return;
  // Copies are new bytes that nobody has hashed yet; links are the proven blobs themselves.
  const checks = await verifyReleaseOnServer(session.connection, release, tally, { signal });
  const mismatch = asMismatch(session.target.name, release, checks);
  if (mismatch !== null) throw mismatch;
}

const exactly = (bytes: number) => `${bytes} bytes`;

function nameOf(release: SendableRelease, blob: SendableBlob): string {
  return release.files.find((file) => file.digest === blob.digest)?.path ?? 'manifest';
}
