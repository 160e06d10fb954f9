import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { TensorStatistics } from '#shared/contract/scan.ts';
import { bytesSource } from '#engine/scan/byte-source.ts';
import { scanFile } from '#engine/scan/scan-file.ts';
import { TensorPass } from '#engine/scan/tensor-pass.ts';
import { weights } from '../../fixtures/scan/bytes.ts';
import { bfloat16, made, safetensorsFile } from '../../fixtures/scan/safetensors-maker.ts';

function pass(file: Uint8Array, blockBytes: number) {
  const observer = new TensorPass();
  for (let at = 0; at < file.length; at += blockBytes) observer.update(file.subarray(at, at + blockBytes));
  return observer.finish().tensors;
}

function statisticsOf(
  dtype: string,
  elements: number,
  data: Uint8Array,
): TensorStatistics | null | undefined {
  return pass(safetensorsFile([made('x', dtype, [elements], data)]), 1000)[0]?.statistics;
}

const bytesOf = (array: { buffer: ArrayBufferLike }) => new Uint8Array(array.buffer as ArrayBuffer);

describe('digests and statistics in one pass', () => {
  it('do not depend on how the bytes are cut into blocks', () => {
    const file = safetensorsFile([
      bfloat16('a', 3, 50_001),
      made('empty', 'F32', [0, 7], new Uint8Array(0)),
      made('b', 'F32', [9], weights(36, 2)),
      made('c', 'F8_E4M3', [70_001], weights(70_001, 3)),
      made('d', 'F64', [5], weights(40, 4)),
    ]);
    const whole = pass(file, file.length);
    expect(whole.map(({ name }) => name)).toEqual(['a', 'empty', 'b', 'c', 'd']);
    for (const blockBytes of [1, 7, 4096, 65_537]) expect(pass(file, blockBytes)).toEqual(whole);
  });

  it('cover type, shape and bytes, not the name or the place', () => {
    const data = weights(24);
    const digestOf = (...parts: Parameters<typeof made>) =>
      pass(safetensorsFile([made(...parts)]), 99)[0]?.digest;
    const digest = digestOf('a', 'F32', [2, 3], data);
    const canonical = createHash('sha256')
      .update('sallyport-tensor-v1\0F32\x002,3\0')
      .update(data)
      .digest('hex');
    expect(digest).toBe(`sha256:${canonical}`);
    expect(digestOf('other', 'F32', [2, 3], data)).toBe(digest);
    expect(digestOf('a', 'F32', [3, 2], data)).not.toBe(digest);
    expect(digestOf('a', 'I32', [2, 3], data)).not.toBe(digest);
  });

  it('count what is not finite and leave it out of the rest', () => {
    const values = Float32Array.of(1, -2, 0, -0, NaN, Infinity, -Infinity, 4, 3);
    expect(statisticsOf('F32', 9, bytesOf(values))).toEqual({
      nan: 1,
      inf: 2,
      zero: 2,
      min: -2,
      max: 4,
      mean: 1,
      norm: Math.sqrt(30),
    });
  });

  it('are right for a falling row of numbers in every type', () => {
    const falling = Array.from({ length: 100 }, (_, i) => 99 - i);
    const expected = { nan: 0, inf: 0, zero: 1, min: 0, max: 99, mean: 49.5, norm: Math.sqrt(328_350) };
    const f32 = Float32Array.from(falling);
    const bf16 = Uint16Array.from(new Uint32Array(f32.buffer), (bits) => bits >>> 16);
    for (const [dtype, array] of [
      ['F32', f32],
      ['F64', Float64Array.from(falling)],
      ['BF16', bf16],
      ['I8', Int8Array.from(falling)],
      ['U8', Uint8Array.from(falling)],
      ['I16', Int16Array.from(falling)],
      ['I32', Int32Array.from(falling)],
      ['U32', Uint32Array.from(falling)],
      ['I64', BigInt64Array.from(falling, BigInt)],
      ['U64', BigUint64Array.from(falling, BigInt)],
    ] as const) {
      expect(statisticsOf(dtype, 100, bytesOf(array)), dtype).toEqual(expected);
    }
  });

  it('decode the small floats as their formats say', () => {
    const extremes = (dtype: string, ...bits: number[]) => {
      const wide = dtype.length === 3;
      const data = wide ? bytesOf(Uint16Array.from(bits)) : Uint8Array.from(bits);
      const found = statisticsOf(dtype, bits.length, data);
      return [found?.min, found?.max, found?.nan, found?.inf];
    };
    expect(extremes('F16', 0x3c00, 0xfbff, 0x7bff, 0x7c00, 0x7e00)).toEqual([-65_504, 65_504, 1, 1]);
    expect(extremes('F16', 0x0001, 0x0001)).toEqual([2 ** -24, 2 ** -24, 0, 0]);
    expect(extremes('F8_E4M3', 0x7e, 0xfe, 0x7f, 0x01)).toEqual([-448, 448, 1, 0]);
    expect(extremes('F8_E5M2', 0x7b, 0xfb, 0x7c, 0x7f)).toEqual([-57_344, 57_344, 1, 1]);
    expect(extremes('F8_E4M3FNUZ', 0x7f, 0xff, 0x80)).toEqual([-240, 240, 1, 0]);
    expect(extremes('F8_E5M2FNUZ', 0x7f, 0xff, 0x80)).toEqual([-57_344, 57_344, 1, 0]);
    expect(extremes('F8_E8M0', 0x7f, 0x80, 0xff)).toEqual([1, 2, 1, 0]);
    const large = Uint16Array.from({ length: 70_000 }, (_, i) => (i === 3 ? 0xc000 : 0x3f80));
    const found = statisticsOf('BF16', large.length, bytesOf(large));
    expect([found?.min, found?.max, found?.mean]).toEqual([-2, 1, (69_999 - 2) / 70_000]);
  });

  it('are none for other files, wrong headers and tensors that did not come whole', () => {
    expect(pass(new TextEncoder().encode('hello there, no tensors in here'), 5)).toEqual([]);
    const file = safetensorsFile([bfloat16('a', 64), bfloat16('b', 64)]);
    expect(pass(file.subarray(0, file.length - 1), 50).map(({ name }) => name)).toEqual(['a']);
    const broken = file.slice();
    broken[9] = 0x7b;
    expect(pass(broken, 50)).toEqual([]);
  });

  it('come as facts of a scan that reads everything', () => {
    const file = safetensorsFile([bfloat16('a', 64), bfloat16('b', 64)]);
    const scanned = scanFile('model.safetensors', bytesSource(file), { extent: 'all' });
    expect(scanned.findings).toEqual([]);
    expect(scanned.facts.flatMap((fact) => (fact.kind === 'measured-tensor' ? [fact.tensor] : []))).toEqual(
      pass(file, 77),
    );
    expect(scanFile('x', bytesSource(file), { extent: 'structure' }).format).toBe('safetensors');
  });
});
