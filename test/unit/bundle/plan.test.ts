import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { payloadPath } from '#engine/bundle/names.ts';
import { type PlanBlob, type PlanLimits, planSet, type SetPlan } from '#engine/bundle/plan.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const CHUNK = 16 * MIB;
const digest = (n: number) => `sha256:${n.toString(16).padStart(64, '0')}`;
const blobs = (...sizes: number[]): PlanBlob[] =>
  sizes.map((sizeBytes, n) => ({ digest: digest(n), sizeBytes }));
const noLimits: PlanLimits = { volumeBytes: null, maxFileBytes: null };
/** About what the control files take: something a volume, something a part. */
const control = (plan: SetPlan) => 2000 + 2 * plan.parts.length;

function load(plan: SetPlan): number[] {
  return Array.from({ length: plan.volumes }, (_, n) =>
    plan.parts.filter((part) => part.volume === n + 1).reduce((sum, part) => sum + part.sizeBytes, 0),
  );
}

describe('a plan', () => {
  it('leaves everything whole on one volume when nothing limits it', () => {
    const plan = planSet(blobs(5, 0, 140 * GIB), noLimits, control);
    expect(plan.volumes).toBe(1);
    expect(plan.parts.map((part) => part.isWhole)).toEqual([true, true, true]);
    expect(plan.parts[2]?.path).toBe(`blobs/sha256/${digest(2).slice(7)}`);
  });

  it('splits for FAT32 on chunk borders, so that chunk digests need not be computed again', () => {
    const plan = planSet(blobs(10 * GIB), { volumeBytes: null, maxFileBytes: 4 * GIB - 1 }, control);
    const part = 4 * GIB - CHUNK;
    expect(plan.parts.map((each) => each.sizeBytes)).toEqual([part, part, 10 * GIB - 2 * part]);
    expect(plan.parts.map((each) => each.path.slice(-6))).toEqual(['.00000', '.00001', '.00002']);
    expect(plan.volumes).toBe(1);
  });

  it('fills a volume, counts the control files on it, and goes on with the next', () => {
    const plan = planSet(
      blobs(100 * MIB, 100 * MIB),
      { volumeBytes: 128 * MIB, maxFileBytes: null },
      control,
    );
    expect(plan.volumes).toBe(2);
    expect(load(plan).every((bytes) => bytes + control(plan) <= 128 * MIB)).toBe(true);
    expect(plan.parts.map((part) => part.sizeBytes)).toEqual([100 * MIB, 16 * MIB, 84 * MIB]);
  });

  it('keeps over 99,999 parts in the order of their numbers', () => {
    const plan = planSet(blobs(100_001 * 65_536), { volumeBytes: null, maxFileBytes: 65_536 }, control);
    expect(plan.parts).toHaveLength(100_001);
    const last = plan.parts.at(-1);
    expect(last?.path.endsWith('.100000')).toBe(true);
    const byNumber = [...plan.parts]
      .map((part) => part.path)
      .sort((a, b) => Number(a.slice(71)) - Number(b.slice(71)));
    expect(byNumber).toEqual(plan.parts.map((part) => part.path));
    expect(payloadPath({ blob: digest(1), index: 7 }, false).endsWith('.00007')).toBe(true);
  });

  it('is refused when volumes cannot even hold the control files, or there would be too many', () => {
    const code = (limits: PlanLimits, size: number) => {
      try {
        planSet(blobs(size), limits, control);
        return 'no error';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code({ volumeBytes: 3000, maxFileBytes: null }, 100_000)).toBe('USAGE');
    expect(code({ volumeBytes: 1_000_000, maxFileBytes: null }, 140 * GIB)).toBe('USAGE');
    expect(code({ volumeBytes: null, maxFileBytes: 65_536 }, 140 * GIB)).toBe('USAGE');
  });

  it('covers every byte of every blob once, within the limits, and is always the same', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 3_000_000 }), { minLength: 1, maxLength: 12 });
    const limit = (min: number) => fc.option(fc.integer({ min, max: 4_000_000 }), { nil: null });
    fc.assert(
      fc.property(sizes, limit(100_000), limit(4096), (bytes, volumeBytes, maxFileBytes) => {
        const limits = { volumeBytes, maxFileBytes };
        const plan = planSet(blobs(...bytes), limits, control);
        for (const [n, size] of bytes.entries()) {
          const parts = plan.parts.filter((part) => part.blob === digest(n));
          expect(parts.map((part) => part.index)).toEqual([...parts.keys()]);
          let offset = 0;
          for (const part of parts) {
            expect(part.offset).toBe(offset);
            offset += part.sizeBytes;
            expect(part.sizeBytes).toBeLessThanOrEqual(maxFileBytes ?? Infinity);
            expect(part.isWhole).toBe(parts.length === 1);
          }
          expect(offset).toBe(size);
        }
        for (const bytesThere of load(plan)) {
          expect(bytesThere + control(plan)).toBeLessThanOrEqual(volumeBytes ?? Infinity);
        }
        expect(planSet(blobs(...bytes), limits, control)).toEqual(plan);
      }),
    );
  });
});
