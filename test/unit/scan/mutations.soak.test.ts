import { deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { defaultLimits } from '#engine/scan/budget.ts';
import { bytesSource } from '#engine/scan/byte-source.ts';
import { scanFile } from '#engine/scan/scan-file.ts';
import { verdictOf } from '#engine/scan/verdict.ts';
import { effort } from '../../fixtures/effort.ts';
import { benignWeights } from '../../fixtures/scan/benign-weights.ts';
import { hostileArchives } from '../../fixtures/scan/hostile-archives.ts';
import { danger, hostilePickles, hostileValues } from '../../fixtures/scan/hostile-pickles.ts';
import {
  join,
  opcodesOf,
  pickled,
  type PickleOptions,
  type Py,
  tuple,
} from '../../fixtures/scan/pickle-writer.ts';
import { Random } from '../../fixtures/scan/random.ts';
import { tarred } from '../../fixtures/scan/tar-writer.ts';
import { torchZip } from '../../fixtures/scan/torch-files.ts';
import { zipped } from '../../fixtures/scan/zip-writer.ts';

const limits = { ...defaultLimits, maxSteps: 500_000, maxInflatedBytes: 8 * 1024 * 1024 };
const scan = (bytes: Uint8Array, name = 'sample') =>
  scanFile(name, bytesSource(bytes), { extent: 'all', limits }).findings;

/** Opcodes that leave the stack as it is. */
function noise(random: Random): NonNullable<PickleOptions['noise']> {
  let memo = 0;
  const key = () => String.fromCharCode(100 + (memo++ % 100));
  const junk = () => opcodesOf('junk'.repeat(1 + random.below(5)));
  return {
    before: () =>
      random.pick([
        join(),
        join(),
        join('(1'),
        join('N0'),
        join(junk(), '0'),
        join('((0', '0'),
        join('K\x07q', key(), '0'),
      ]),
    after: () => random.pick([join(), join(), join('q', key()), join('20'), join('(0'), join('(N1')]),
  };
}

/** The same load by another way of writing it. */
function rewritten(value: Py, random: Random): Uint8Array {
  const protocol = random.pick([2, 3, 4, 5] as const);
  return pickled(
    wrapped(value, random),
    random.below(4) === 0 ? { protocol } : { protocol, noise: noise(random) },
  );
}

function wrapped(value: Py, random: Random): Py {
  const entries: (readonly [Py, Py])[] = [
    ['hook', value],
    ['epoch', 3],
    ['names', ['a', 'b']],
  ];
  const shuffled = entries.sort(() => random.below(3) - 1);
  return random.pick<Py>([value, [value], tuple('x', value), { py: 'dict', entries: shuffled }]);
}

/** The same file in another wrapping. */
function wrappedFile(bytes: Uint8Array, random: Random): Uint8Array {
  const name = random.pick(['data.pkl', 'weights.txt', 'a/b.npy', 'README.md', 'model.safetensors']);
  return random.pick([
    () => bytes,
    () =>
      zipped([{ name, content: bytes, deflate: random.below(2) === 0, descriptor: random.below(2) === 0 }]),
    () => tarred([{ name, content: bytes }]),
    () => gzipSync(bytes),
    () => deflateSync(bytes),
    () => torchZip(null, { data: bytes, storages: {} }),
    () => torchZip(null, { storages: {}, extra: [{ name: `archive/${name}`, content: bytes }] }),
  ])();
}

describe('what is hostile stays so, however it is written', () => {
  it.each(hostileValues)('$name', { timeout: 600_000 }, ({ value }) => {
    const tries = effort(12, 200);
    for (let seed = 0; seed < tries; seed++) {
      const random = new Random(seed);
      const bytes = wrappedFile(rewritten(value, random), random);
      const findings = scan(bytes, random.pick(['model.bin', 'notes.txt', 'x.yaml', 'vocab.json']));
      expect(verdictOf(findings), `seed ${seed}: ${Buffer.from(bytes).toString('base64')}`).not.toBe('pass');
      expect(findings.map(({ rule }) => rule)).not.toContain('scan.crashed');
    }
  });

  it('holds for streams and archives in another wrapping', { timeout: 600_000 }, () => {
    const samples = [...hostilePickles, ...hostileArchives].filter(({ bytes }) => bytes.length < 50_000);
    for (let seed = 0; seed < effort(400, 20_000); seed++) {
      const random = new Random(seed);
      const { name, bytes } = random.pick(samples);
      const findings = scan(wrappedFile(bytes, random));
      expect(verdictOf(findings), `seed ${seed}: ${name}`).not.toBe('pass');
    }
  });
});

describe('random bytes', () => {
  const samples = [...benignWeights, ...hostilePickles, ...hostileArchives].filter(
    ({ bytes }) => bytes.length < 50_000,
  );

  it('never crash a scanner', { timeout: 600_000 }, () => {
    for (let seed = 0; seed < effort(3_000, 200_000); seed++) {
      const random = new Random(seed);
      const bytes = Uint8Array.from(random.pick(samples).bytes);
      for (let count = 1 + random.below(4); count > 0; count--) changeBytes(bytes, random);
      const cut = random.below(4) === 0 ? bytes.subarray(0, random.below(bytes.length + 1)) : bytes;
      const crashes = scan(cut).filter(({ rule }) => rule === 'scan.crashed');
      expect(crashes, `seed ${seed}`).toEqual([]);
    }
  });

  it('never hide a call', { timeout: 600_000 }, () => {
    const call = pickled(danger);
    for (let seed = 0; seed < effort(300, 20_000); seed++) {
      const random = new Random(seed);
      const findings = scan(join(call, random.bytes(random.below(300))));
      expect(
        findings.map(({ rule }) => rule),
        `seed ${seed}`,
      ).toContain('pickle.global-denied');
    }
  });
});

function changeBytes(bytes: Uint8Array, random: Random): void {
  const at = random.below(Math.max(1, bytes.length));
  const kind = random.below(3);
  if (kind === 0) bytes[at] = random.below(256);
  else if (kind === 1) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  else bytes.copyWithin(at, random.below(bytes.length), random.below(bytes.length));
}
