import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { OwnChunks } from '#engine/hashing/chunk-sink.ts';
import { CHUNK_BYTES } from '#engine/hashing/hasher.ts';
import { nativeBackend } from '#engine/hashing/native-backend.ts';
import { type Pass, readThrough } from '#engine/hashing/read-through.ts';
import { Ring, SLOT_BYTES } from '#engine/hashing/ring.ts';
import type { ByteSource } from '#engine/hashing/source-file.ts';
import type { ByteTarget } from '#engine/hashing/target-file.ts';
import type { Hasher } from '#engine/hashing/hasher.ts';

const sha256 = async (): Promise<Hasher> => {
  const hasher = await nativeBackend.create('sha256');
  if (hasher === null) throw new Error('no native SHA-256');
  return hasher;
};
const hexOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const tick = () => new Promise((resolve) => setImmediate(resolve));

function pattern(length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  for (let at = 0; at < length; at += 997) bytes[at] = at % 251;
  return bytes;
}

/** A source that counts who read what. */
class CountingSource implements ByteSource {
  readonly reads: { position: number; bytes: number }[] = [];
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  async read(view: Uint8Array, position: number): Promise<number> {
    await tick();
    const part = this.#bytes.subarray(position, position + view.length);
    view.set(part);
    this.reads.push({ position, bytes: part.length });
    return part.length;
  }
}

/** A target whose writes take their time; remembers the most that was ever under way. */
class SlowTarget implements ByteTarget {
  readonly written: Uint8Array;
  mostUnderWay = 0;
  #underWay = 0;

  constructor(length: number) {
    this.written = new Uint8Array(length);
  }

  async write(view: Uint8Array, position: number): Promise<void> {
    this.mostUnderWay = Math.max(this.mostUnderWay, (this.#underWay += view.length));
    for (let turn = 0; turn < 5; turn++) await tick();
    this.written.set(view, position);
    this.#underWay -= view.length;
  }

  finish = () => Promise.resolve();
}

async function pass(bytes: Uint8Array, fields: Partial<Pass> = {}) {
  const source = new CountingSource(bytes);
  const hasher = await sha256();
  const chunks = new OwnChunks(sha256);
  let reported = 0;
  const run = readThrough({
    source,
    sourceOffset: 0,
    lengthBytes: bytes.length,
    target: null,
    hashers: [hasher],
    chunks,
    ring: new Ring(),
    cancelled: () => false,
    onBytes: (count) => (reported += count),
    ...fields,
  });
  return { run, source, hasher, chunks, reported: () => reported };
}

describe('readThrough', () => {
  it.each([0, 1, SLOT_BYTES, SLOT_BYTES + 1, CHUNK_BYTES + SLOT_BYTES + 7])(
    'reads %i bytes once, in order, for whole digest, chunk digests and target alike',
    async (length) => {
      const bytes = pattern(length);
      const target = new SlowTarget(length);
      const { run, source, hasher, chunks, reported } = await pass(bytes, { target });
      expect(await run).toBe(length);
      expect(reported()).toBe(length);
      let next = 0;
      for (const read of source.reads) {
        expect(read.position).toBe(next);
        next += read.bytes;
      }
      expect(next).toBe(length);
      expect(hasher.hex()).toBe(hexOf(bytes));
      expect(Buffer.compare(target.written, bytes)).toBe(0);
      const expected = [];
      for (let at = 0; at < length; at += CHUNK_BYTES)
        expected.push(hexOf(bytes.subarray(at, at + CHUNK_BYTES)));
      expect(await chunks.finish()).toEqual(expected);
    },
  );

  it('has no more under way than the ring holds, however slow the target', async () => {
    const bytes = pattern(20 * SLOT_BYTES);
    const ring = new Ring();
    const target = new SlowTarget(bytes.length);
    const { run } = await pass(bytes, { ring, target });
    await run;
    expect(target.mostUnderWay).toBeGreaterThan(SLOT_BYTES);
    expect(target.mostUnderWay).toBeLessThanOrEqual(ring.memory.byteLength);
  });

  it('reads a range from its offset', async () => {
    const bytes = pattern(3 * SLOT_BYTES);
    const { run, source, hasher } = await pass(bytes, { sourceOffset: 1000, lengthBytes: SLOT_BYTES + 5 });
    expect(await run).toBe(SLOT_BYTES + 5);
    expect(source.reads[0]?.position).toBe(1000);
    expect(hasher.hex()).toBe(hexOf(bytes.subarray(1000, 1000 + SLOT_BYTES + 5)));
  });

  it('says how far it came when the source ends early', async () => {
    const bytes = pattern(SLOT_BYTES + 10);
    const { run } = await pass(bytes, { lengthBytes: 3 * SLOT_BYTES });
    expect(await run).toBe(SLOT_BYTES + 10);
  });

  it('stops at a failed write, and gives every slot back', async () => {
    const ring = new Ring();
    const target = {
      write: (_view: Uint8Array, position: number) =>
        position === 0 ? Promise.resolve() : Promise.reject(new Error('disk full')),
      finish: () => Promise.resolve(),
    };
    const { run, source } = await pass(pattern(30 * SLOT_BYTES), { ring, target });
    await expect(run).rejects.toThrow('disk full');
    expect(source.reads.length).toBeLessThan(10);
    const free = [];
    for (let slot = ring.tryTake(); slot !== null; slot = ring.tryTake()) free.push(slot);
    expect(new Set(free).size).toBe(ring.memory.byteLength / SLOT_BYTES);
  });

  it('stops at a failed read', async () => {
    const source = {
      read: (_view: Uint8Array, position: number) =>
        position === 0 ? Promise.resolve(SLOT_BYTES) : Promise.reject(new Error('drive pulled')),
    };
    const { run } = await pass(pattern(8), { source, lengthBytes: 9 * SLOT_BYTES });
    await expect(run).rejects.toThrow('drive pulled');
  });

  it('stops between slots when it is cancelled', async () => {
    let blocks = 0;
    const { run, source } = await pass(pattern(30 * SLOT_BYTES), { cancelled: () => ++blocks === 3 });
    await expect(run).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(source.reads.length).toBeLessThan(8);
  });
});
