import { describe, expect, it } from 'vitest';
import { HashAlgorithm } from '#shared/contract/system.ts';
import { builtInBackends, selectBackends, useBackends } from '#engine/hashing/backends.ts';
import type { HashBackend } from '#engine/hashing/hasher.ts';
import { givesKnownAnswers, knownAnswers } from '#engine/hashing/known-answers.ts';
import { nativeBackend } from '#engine/hashing/native-backend.ts';
import { wasmBackend } from '#engine/hashing/wasm-backend.ts';

const bytes = new TextEncoder().encode('abc');
const abcSha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

/** Answers at once, and wrongly: whoever believed its speed would choose it. */
const wrongAndFast: HashBackend = {
  name: 'native',
  create: () => Promise.resolve({ update: () => {}, hex: () => '00'.repeat(32), restart: () => {} }),
};

/** Right for one short message, wrong as soon as there is a second block. */
const wrongLater: HashBackend = {
  name: 'native',
  async create(algorithm) {
    const hasher = await wasmBackend.create(algorithm);
    let fed = 0;
    return (
      hasher && {
        update(part) {
          if (fed === 0) hasher.update(part.subarray(0, 64));
          fed += part.length;
        },
        hex: () => hasher.hex(),
        restart: () => hasher.restart(),
      }
    );
  },
};

const throwing: HashBackend = {
  name: 'native',
  create: () => Promise.reject(new Error('no such hash')),
};

describe('the built-in backends', () => {
  it.each(HashAlgorithm.options)('give the known answers of %s', async (algorithm) => {
    expect(await givesKnownAnswers(wasmBackend, algorithm)).toBe(true);
    // null where this Node has no such hash: BLAKE2 in Electron's BoringSSL, BLAKE3 and XXH3 everywhere.
    expect(await givesKnownAnswers(nativeBackend, algorithm)).not.toBe(false);
    expect(knownAnswers[algorithm].length).toBeGreaterThanOrEqual(3);
  });

  it('offer native SHA-2', async () => {
    expect(await nativeBackend.create('sha256')).not.toBeNull();
    expect(await nativeBackend.create('sha512')).not.toBeNull();
    expect(await nativeBackend.create('blake3')).toBeNull();
  });

  it('have one chosen row for each algorithm, the fastest of the correct ones', async () => {
    const { table } = await selectBackends(HashAlgorithm.options);
    for (const algorithm of HashAlgorithm.options) {
      const rows = table.filter((row) => row.algorithm === algorithm);
      const chosen = rows.filter((row) => row.chosen);
      expect(chosen).toHaveLength(1);
      expect(rows.every((row) => row.correct)).toBe(true);
      const fastest = Math.max(...rows.map((row) => row.megabytesPerSecond ?? 0));
      expect(chosen[0]?.megabytesPerSecond).toBe(fastest);
    }
    expect(builtInBackends.map((backend) => backend.name)).toEqual(['native', 'wasm']);
  });
});

describe('a wrong backend', () => {
  it.each([
    ['that is fast', wrongAndFast],
    ['that is wrong from the second block on', wrongLater],
    ['that throws', throwing],
  ])('%s is shown as wrong and never used', async (_what, wrong) => {
    const backends = await selectBackends(HashAlgorithm.options, [wrong, wasmBackend]);
    const row = backends.table.find((each) => each.backend === 'native' && each.algorithm === 'sha256');
    expect(row).toEqual({
      algorithm: 'sha256',
      backend: 'native',
      correct: false,
      megabytesPerSecond: null,
      chosen: false,
    });
    const hasher = await backends.create('sha256');
    hasher.update(bytes);
    expect(hasher.hex()).toBe(abcSha256);
  });

  it('leaves no hash at all when there is no other', async () => {
    const backends = await selectBackends(HashAlgorithm.options, [wrongAndFast]);
    expect(backends.table.every((row) => !row.chosen)).toBe(true);
    await expect(backends.create('sha256')).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('is not used when a table marks it as chosen but not as correct', async () => {
    const table = [
      { algorithm: 'sha256', backend: 'native', correct: false, megabytesPerSecond: 9999, chosen: true },
    ] as const;
    await expect(useBackends(table).create('sha256')).rejects.toMatchObject({ code: 'INTERNAL' });
  });

  it('is absent from the table when it does not offer an algorithm', async () => {
    const absent: HashBackend = { name: 'native', create: () => Promise.resolve(null) };
    const { table } = await selectBackends(HashAlgorithm.options, [absent, wasmBackend]);
    expect(table.some((row) => row.backend === 'native')).toBe(false);
  });
});
