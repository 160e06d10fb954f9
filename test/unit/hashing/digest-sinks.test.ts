import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DigestNeed, digestKey } from '#engine/core/digest-need.ts';
import { digestSinks } from '#engine/hashing/digest-sinks.ts';
import { nativeBackend } from '#engine/hashing/native-backend.ts';

const bytes = Uint8Array.from({ length: 300 }, (_, n) => n % 251);
const newHasher = async (algorithm: DigestNeed['algorithm']) => {
  const hasher = await nativeBackend.create(algorithm);
  if (hasher === null) throw new Error(`no ${algorithm}`);
  return hasher;
};

async function digests(needs: readonly DigestNeed[], pieceBytes: number): Promise<Map<string, string>> {
  const sinks = await digestSinks(needs, newHasher);
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    for (const sink of sinks) sink.update(bytes.subarray(at, at + pieceBytes));
  }
  return new Map(sinks.flatMap((sink) => [...sink.finish()]));
}

const range = fc
  .tuple(fc.nat(320), fc.nat(320))
  .map(([a, b]) => ({ start: Math.min(a, b), end: Math.max(a, b) }));
const need = fc.record(
  { algorithm: fc.constantFrom('sha256' as const, 'sha512' as const), range },
  { requiredKeys: ['algorithm'] },
);

describe('digests of one pass', () => {
  it('are those of the whole and of every range that the bytes fill, overlapping or not', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(need, { maxLength: 12 }),
        fc.integer({ min: 1, max: 400 }),
        async (needs, size) => {
          const filled = needs.filter((each) => (each.range?.end ?? 0) <= bytes.length);
          const expected = filled.map((each) => {
            const { start, end } = each.range ?? { start: 0, end: bytes.length };
            const hash = createHash(each.algorithm).update(bytes.subarray(start, end));
            return [digestKey(each), hash.digest('hex')] as const;
          });
          expect(await digests(needs, size)).toEqual(new Map(expected));
        },
      ),
    );
  });

  it('share a hash among ranges that follow each other', async () => {
    const shards = [0, 100, 200].map((start) => ({
      algorithm: 'sha256' as const,
      range: { start, end: start + 100 },
    }));
    expect(await digestSinks(shards, newHasher)).toHaveLength(1);
  });
});
