import { createHash, randomBytes } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  openSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
  closeSync,
} from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CHUNK_BYTES, HashPool } from '#engine/hashing/hash-pool.ts';
import { needsLinux } from '../../fixtures/needs.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { workerUrl } from '../../fixtures/worker-url.ts';

let pool: HashPool;
beforeAll(() => (pool = new HashPool({ workerUrl, size: 2 })));
afterAll(() => pool.close());

/** Not compressible, not repeating within a chunk, quick to make. */
function madeFile(folder: string, sizeBytes: number, name = 'model.bin'): string {
  const file = path.join(folder, name);
  const bytes = new Uint8Array(sizeBytes);
  for (let at = 0; at < sizeBytes; at += 4099) bytes[at] = (at * 31) >> 7;
  writeFileSync(file, bytes);
  return file;
}

/** Takes no space on the disk. */
function sparseFile(folder: string, sizeBytes: number, name = 'sparse.bin'): string {
  const file = path.join(folder, name);
  writeFileSync(file, '');
  truncateSync(file, sizeBytes);
  return file;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function chunksOf(bytes: Uint8Array): string[] {
  const chunks = [];
  for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
    chunks.push(sha256(bytes.subarray(at, at + CHUNK_BYTES)));
  return chunks;
}

function flipBit(file: string, position: number): void {
  const byte = readFileSync(file)[position] ?? 0;
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Uint8Array.of(byte ^ 1), 0, 1, position);
  closeSync(descriptor);
}

describe('copyFile', () => {
  // One chunk, its borders, and long enough for writes past the page cache with a rest that fits no page.
  it.each([0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 3 * CHUNK_BYTES + 12_345])(
    'copies %i bytes with their digest and chunk digests',
    async (size) => {
      const folder = temporaryFolder();
      const source = madeFile(folder, size);
      const target = path.join(folder, 'copy');
      let reported = 0;
      const onBytes = (bytes: number) => (reported += bytes);
      const found = await pool.copyFile({ source, target, algorithms: ['sha256'], onBytes });
      const bytes = readFileSync(source);
      expect(Buffer.compare(readFileSync(target), bytes)).toBe(0);
      expect(found.sizeBytes).toBe(size);
      expect(found.digests.get('sha256')).toBe(sha256(bytes));
      expect(found.chunks).toEqual(chunksOf(bytes));
      expect(reported).toBe(size);
      expect(statSync(target).mode & 0o777).toBe(0o600);
    },
  );

  it('computes every algorithm in the same pass', async () => {
    const folder = temporaryFolder();
    const source = madeFile(folder, 1_000_000);
    const found = await pool.hashFile({
      path: source,
      algorithms: ['sha512', 'blake2b-512', 'blake3', 'xxh3'],
    });
    expect([...found.digests.keys()]).toEqual(['sha512', 'blake2b-512', 'blake3', 'xxh3']);
    const bytes = readFileSync(source);
    expect(found.digests.get('sha512')).toBe(createHash('sha512').update(bytes).digest('hex'));
    expect(found.chunks).toEqual([sha256(bytes)]);
  });

  it('reads the source once (counted by the kernel)', async (context) => {
    needsLinux(context);
    const folder = temporaryFolder();
    const size = 6 * CHUNK_BYTES;
    const source = madeFile(folder, size);
    await pool.hashFile({ path: source, algorithms: ['sha256'] }); // workers have loaded their code
    const before = bytesReadSoFar();
    await pool.copyFile({ source, target: path.join(folder, 'copy'), algorithms: ['sha256', 'blake2b-512'] });
    const read = bytesReadSoFar() - before;
    expect(read).toBeGreaterThanOrEqual(size);
    expect(read).toBeLessThan(size * 1.1);
  });

  it('never touches a target that exists', async () => {
    const folder = temporaryFolder();
    const target = path.join(folder, 'copy');
    writeFileSync(target, 'mine');
    const copy = pool.copyFile({ source: madeFile(folder, 10), target, algorithms: ['sha256'] });
    await expect(copy).rejects.toMatchObject({ code: 'ALREADY-EXISTS' });
    expect(readFileSync(target, 'utf8')).toBe('mine');
  });

  it('refuses a link as source and leaves no target', async () => {
    const folder = temporaryFolder();
    const source = path.join(folder, 'link');
    symlinkSync(madeFile(folder, 10), source);
    const target = path.join(folder, 'copy');
    await expect(pool.copyFile({ source, target, algorithms: ['sha256'] })).rejects.toMatchObject({
      code: 'FILE-NOT-REGULAR',
      details: { path: source },
    });
    expect(existsSync(target)).toBe(false);
  });

  it('removes the target when it is cancelled; a resumable copy stays as far as it got', async () => {
    const folder = temporaryFolder();
    const source = sparseFile(folder, 3_000_000_000);
    const target = path.join(folder, 'copy');
    const stop = () => {
      const controller = new AbortController();
      return { signal: controller.signal, onBytes: () => controller.abort() };
    };
    await expect(pool.copyFile({ source, target, algorithms: ['sha256'], ...stop() })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
    expect(existsSync(target)).toBe(false);
    const whole = { source, sourceOffset: 0, length: 3_000_000_000, target, keptBytes: 0 } as const;
    const copy = pool.copyResumably({ ...whole, algorithms: ['sha256'], onChunk: () => {}, ...stop() });
    await expect(copy).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(existsSync(target)).toBe(true);
  });

  it('goes on with a copy: what is there is read from it, the rest from the source', async () => {
    const folder = temporaryFolder();
    const source = path.join(folder, 'source');
    const target = path.join(folder, 'copy');
    const bytes = randomBytes(3 * CHUNK_BYTES + 1000);
    writeFileSync(source, bytes);
    // The kept chunk differs from the source's: so the digests tell which of the two was read.
    const kept = randomBytes(CHUNK_BYTES);
    writeFileSync(target, kept);
    const chunks: string[] = [];
    const copy = { source, sourceOffset: 0, length: bytes.length, target, keptBytes: CHUNK_BYTES } as const;
    const onChunk = (hex: string) => chunks.push(hex);
    const found = await pool.copyResumably({ ...copy, algorithms: ['sha256', 'blake3'], onChunk });
    const expected = Buffer.concat([kept, bytes.subarray(CHUNK_BYTES)]);
    const sha256 = (part: Uint8Array) => createHash('sha256').update(part).digest('hex');
    expect(found.digests.get('sha256')).toBe(sha256(expected));
    expect(readFileSync(target).equals(expected)).toBe(true);
    expect(found.chunks).toHaveLength(4);
    expect(chunks).toEqual(found.chunks.slice(0, 3));
    expect(chunks[0]).toBe(sha256(kept));
  });

  it('splits a stretch into its files in one read, with a digest of all of it', async () => {
    const folder = temporaryFolder();
    const source = path.join(folder, 'layer.tar');
    const bytes = randomBytes(40_000_000);
    writeFileSync(source, bytes);
    const stretch = { offset: 512, length: 39_000_000 };
    const places = [
      { offset: 0, length: 0 },
      { offset: 512, length: 100 },
      { offset: 1024, length: 5_000_000 },
      { offset: 5_100_000, length: 33_000_000 },
      { offset: 39_000_000, length: 0 },
    ];
    const parts = places.map((place, n) => {
      const needs = [{ algorithm: 'sha256' }, { algorithm: 'sha512' }] as const;
      return { ...place, target: path.join(folder, `part-${n}`), needs };
    });
    const found = await pool.splitFile({
      source,
      sourceOffset: stretch.offset,
      length: stretch.length,
      parts,
    });
    const inside = bytes.subarray(stretch.offset, stretch.offset + stretch.length);
    expect(found.sha256).toBe(createHash('sha256').update(inside).digest('hex'));
    for (const [n, part] of parts.entries()) {
      const own = inside.subarray(part.offset, part.offset + part.length);
      expect(readFileSync(part.target).equals(own)).toBe(true);
      for (const { algorithm } of part.needs) {
        expect(found.parts[n]?.digests.get(algorithm)).toBe(createHash(algorithm).update(own).digest('hex'));
      }
      expect(found.parts[n]?.chunks).toHaveLength(Math.ceil(part.length / CHUNK_BYTES));
    }
  });

  it('does not start when it is cancelled already, or while it waits', async () => {
    const folder = temporaryFolder();
    const source = sparseFile(folder, 200_000_000);
    const early = pool.hashFile({ path: source, algorithms: [], signal: AbortSignal.abort() });
    await expect(early).rejects.toMatchObject({ code: 'CANCELLED' });
    expect((await pool.hashFile({ path: source, algorithms: [] })).chunks).toHaveLength(12);
    const busy = [1, 2, 3].map(() => pool.hashFile({ path: source, algorithms: ['sha256'] }));
    const controller = new AbortController();
    const waiting = pool.hashFile({ path: source, algorithms: ['sha256'], signal: controller.signal });
    setTimeout(() => controller.abort(), 5);
    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    await Promise.all(busy);
  });

  it('keeps the main thread free', { retry: 2 }, async () => {
    const folder = temporaryFolder();
    const source = sparseFile(folder, 1_000_000_000);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    await pool.copyFile({ source, target: path.join(folder, 'copy'), algorithms: ['sha256'] });
    delay.disable();
    expect(delay.percentile(99) / 1e6).toBeLessThanOrEqual(50);
  });
});

describe('copyRange', () => {
  it('puts parts into their places, in any order', async () => {
    const folder = temporaryFolder();
    const whole = madeFile(folder, 40_000_003);
    const target = path.join(folder, 'whole');
    const parts = [
      { at: 33_000_000, length: 7_000_003 },
      { at: 0, length: 33_000_000 },
    ];
    for (const { at, length } of parts) {
      const part = path.join(folder, `part-${at}`);
      const cut = { source: whole, sourceOffset: at, length, target: part, targetOffset: 0, exclusive: true };
      const cutFound = await pool.copyRange(cut);
      const found = await pool.copyRange({ source: part, length, target, targetOffset: at });
      expect(found).toEqual(cutFound);
      expect(found.digests.get('sha256')).toBe(sha256(readFileSync(part)));
    }
    expect(Buffer.compare(readFileSync(target), readFileSync(whole))).toBe(0);
  });

  it('says FILE-CHANGED when the source is shorter than the range', async () => {
    const folder = temporaryFolder();
    const source = madeFile(folder, 100);
    const target = path.join(folder, 'part');
    const copy = pool.copyRange({ source, length: 101, target, targetOffset: 0, exclusive: true });
    await expect(copy).rejects.toMatchObject({ code: 'FILE-CHANGED', details: { path: source } });
    expect(existsSync(target)).toBe(false);
  });

  it('keeps the errno of a failing read: EIO is MEDIA-GONE', async (context) => {
    needsLinux(context);
    const folder = temporaryFolder();
    const target = path.join(folder, 'part');
    // Nothing is mapped at address 0, so the kernel answers EIO: a read error without a broken disk.
    const copy = pool.copyRange({
      source: '/proc/self/mem',
      length: 4096,
      target,
      targetOffset: 0,
      exclusive: true,
    });
    await expect(copy).rejects.toMatchObject({ code: 'MEDIA-GONE', cause: { code: 'EIO' } });
    expect(existsSync(target)).toBe(false);
  });
});

describe('verifyChunks', () => {
  it('finds every flipped bit by its chunk', async () => {
    const folder = temporaryFolder();
    const size = 4 * CHUNK_BYTES + 999;
    const file = madeFile(folder, size);
    const { chunks } = await pool.hashFile({ path: file, algorithms: [] });
    let read = 0;
    const onBytes = (bytes: number) => (read += bytes);
    expect(await pool.verifyChunks({ path: file, sizeBytes: size, chunks, onBytes })).toEqual([]);
    expect(read).toBe(size);
    flipBit(file, CHUNK_BYTES + 5);
    flipBit(file, size - 1);
    expect(await pool.verifyChunks({ path: file, sizeBytes: size, chunks })).toEqual([
      { start: CHUNK_BYTES, end: 2 * CHUNK_BYTES - 1 },
      { start: 4 * CHUNK_BYTES, end: size - 1 },
    ]);
  });

  it('finds what is cut off and what is too much', async () => {
    const folder = temporaryFolder();
    const file = madeFile(folder, CHUNK_BYTES + 100);
    const { chunks } = await pool.hashFile({ path: file, algorithms: [] });
    const longer = path.join(folder, 'longer');
    copyFileSync(file, longer);
    truncateSync(longer, CHUNK_BYTES + 150);
    truncateSync(file, CHUNK_BYTES + 10);
    const expected = { sizeBytes: CHUNK_BYTES + 100, chunks };
    expect(await pool.verifyChunks({ path: file, ...expected })).toEqual([
      { start: CHUNK_BYTES, end: CHUNK_BYTES + 99 },
    ]);
    expect(await pool.verifyChunks({ path: longer, ...expected })).toEqual([
      { start: CHUNK_BYTES + 100, end: CHUNK_BYTES + 149 },
    ]);
  });

  it('takes an empty file for good, and a missing one for an error', async () => {
    const folder = temporaryFolder();
    const file = madeFile(folder, 0);
    expect(await pool.verifyChunks({ path: file, sizeBytes: 0, chunks: [] })).toEqual([]);
    const missing = path.join(folder, 'gone');
    const check = pool.verifyChunks({ path: missing, sizeBytes: 1, chunks: ['00'] });
    await expect(check).rejects.toMatchObject({ code: 'FILE-UNREADABLE' });
  });

  it('can be cancelled', async () => {
    const folder = temporaryFolder();
    const size = 2_000_000_000;
    const file = sparseFile(folder, size);
    const controller = new AbortController();
    const check = pool.verifyChunks({
      path: file,
      sizeBytes: size,
      chunks: Array.from({ length: Math.ceil(size / CHUNK_BYTES) }, () => '00'),
      signal: controller.signal,
      onBytes: () => controller.abort(),
    });
    await expect(check).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});

describe('a worker that dies', () => {
  const dyingUrl = new URL('../../fixtures/dying-worker.ts', import.meta.url);

  it('rejects its task, cleans up after it, and is replaced', async () => {
    const folder = temporaryFolder();
    const fragile = new HashPool({ workerUrl: dyingUrl, size: 1 });
    const target = path.join(folder, 'copy');
    const source = madeFile(folder, 100, 'die');
    const dead = fragile.copyFile({ source, target, algorithms: ['sha256'] });
    await expect(dead).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(existsSync(target)).toBe(false);
    const alive = await fragile.hashFile({ path: madeFile(folder, 100), algorithms: ['sha256'] });
    expect(alive.sizeBytes).toBe(100);
    await fragile.close();
  });
});

describe('closing', () => {
  it('cancels what runs and what waits, and removes half copies', async () => {
    const folder = temporaryFolder();
    const closing = new HashPool({ workerUrl, size: 1 });
    await closing.table();
    const source = sparseFile(folder, 3_000_000_000);
    const target = path.join(folder, 'copy');
    const started = Promise.withResolvers<void>();
    const copy = closing.copyFile({
      source,
      target,
      algorithms: ['sha256'],
      onBytes: () => started.resolve(),
    });
    const waiting = closing.hashFile({ path: source, algorithms: [] });
    await started.promise;
    const all = Promise.allSettled([copy, waiting]);
    await closing.close();
    for (const outcome of await all) expect(outcome).toMatchObject({ reason: { code: 'CANCELLED' } });
    expect(existsSync(target)).toBe(false);
    await expect(closing.hashFile({ path: source, algorithms: [] })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });
});

/** Bytes this process took from files, by any system call. */
function bytesReadSoFar(): number {
  return Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}
