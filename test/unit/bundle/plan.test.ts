import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { payloadPath } from '#engine/bundle/names.ts';
import { noPlan, type PlanOutcome, planSet, type SetPlan, wholeStretches } from '#engine/bundle/plan.ts';
import type { PlanBlob } from '#engine/bundle/planned-part.ts';
import { costOf, type VolumeRoom } from '#engine/bundle/volume-room.ts';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const CHUNK = 16 * MIB;
const digest = (n: number) => `sha256:${n.toString(16).padStart(64, '0')}`;
const blobs = (...sizes: number[]): PlanBlob[] =>
  sizes.map((sizeBytes, n) => ({ digest: digest(n), sizeBytes }));
interface Limits {
  readonly volumeBytes: number | null;
  readonly maxFileBytes: number | null;
}
const noLimits: Limits = { volumeBytes: null, maxFileBytes: null };
/** About what the control files take: something a volume, something a part. */
const control = (plan: SetPlan) => 2000 + 2 * plan.parts.length;
const controlSizes = (plan: SetPlan) => Array.from({ length: plan.volumes }, () => [control(plan)]);
const roomOf = ({ volumeBytes, maxFileBytes }: Limits): VolumeRoom => {
  return { capacityBytes: volumeBytes, maxFileBytes, blockBytes: 1 };
};

/** Over as many volumes of one size as it takes. */
function planAlike(list: PlanBlob[], limits: Limits): PlanOutcome {
  const stretches = wholeStretches(list);
  return planSet({ stretches, rooms: [], more: roomOf(limits), before: noPlan, controlSizes });
}

/** Over these volumes and no others. */
function planOver(list: PlanBlob[], rooms: VolumeRoom[]): PlanOutcome {
  return planSet({ stretches: wholeStretches(list), rooms, more: null, before: noPlan, controlSizes });
}

function load(plan: SetPlan): number[] {
  return Array.from({ length: plan.volumes }, (_, n) =>
    plan.parts.filter((part) => part.volume === n + 1).reduce((sum, part) => sum + part.sizeBytes, 0),
  );
}

describe('a plan', () => {
  it('leaves everything whole on one volume when nothing limits it', () => {
    const plan = planAlike(blobs(5, 0, 140 * GIB), noLimits);
    expect(plan.volumes).toBe(1);
    expect(plan.parts.map((part) => part.isWhole)).toEqual([true, true, true]);
    expect(plan.parts[2]?.path).toBe(`blobs/sha256/${digest(2).slice(7)}`);
  });

  it('splits for FAT32 on chunk borders, so that chunk digests need not be computed again', () => {
    const plan = planAlike(blobs(10 * GIB), { volumeBytes: null, maxFileBytes: 4 * GIB - 1 });
    const part = 4 * GIB - CHUNK;
    expect(plan.parts.map((each) => each.sizeBytes)).toEqual([part, part, 10 * GIB - 2 * part]);
    expect(plan.parts.map((each) => each.path.slice(-6))).toEqual(['.00000', '.00001', '.00002']);
    expect(plan.volumes).toBe(1);
  });

  it('fills a volume, counts the control files on it, and goes on with the next', () => {
    const plan = planAlike(blobs(100 * MIB, 100 * MIB), { volumeBytes: 128 * MIB, maxFileBytes: null });
    expect(plan.volumes).toBe(2);
    expect(load(plan).every((bytes) => bytes + control(plan) <= 128 * MIB)).toBe(true);
    expect(plan.parts.map((part) => part.isWhole)).toEqual([true, true]);
  });

  it('keeps whole what fits whole, and splits only what has no other place', () => {
    const limits = { volumeBytes: 128 * MIB, maxFileBytes: null };
    const plan = planAlike(blobs(20 * MIB, 120 * MIB, 100 * MIB, 100 * MIB), limits);
    expect(plan.volumes).toBe(3);
    expect(plan.parts.every((part) => part.isWhole)).toBe(true);
    const split = planAlike(blobs(100 * MIB, 100 * MIB, 40 * MIB), limits);
    expect(split.volumes).toBe(2);
    expect(split.parts.map((part) => part.sizeBytes)).toEqual([100 * MIB, 100 * MIB, 16 * MIB, 24 * MIB]);
    expect(split.parts.map((part) => part.volume)).toEqual([1, 2, 1, 2]);
  });

  it('keeps over 99,999 parts in the order of their numbers', () => {
    const plan = planAlike(blobs(100_001 * 65_536), { volumeBytes: null, maxFileBytes: 65_536 });
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
    const code = (limits: Limits, size: number) => {
      try {
        planAlike(blobs(size), limits);
        return 'no error';
      } catch (error) {
        return (error as { code: string }).code;
      }
    };
    expect(code({ volumeBytes: 3000, maxFileBytes: null }, 100_000)).toBe('USAGE');
    expect(code({ volumeBytes: 1_000_000, maxFileBytes: null }, 140 * GIB)).toBe('USAGE');
    expect(code({ volumeBytes: null, maxFileBytes: 65_536 }, 140 * GIB)).toBe('USAGE');
  });

  it('fills volumes of different sizes in their order, leaves out those that are not needed, and tells what is missing', () => {
    const room = (mib: number): VolumeRoom => {
      return { capacityBytes: mib * MIB, maxFileBytes: 4 * GIB - 1, blockBytes: 32_768 };
    };
    const plan = planOver(blobs(300 * MIB), [room(64), room(1), room(512), room(512)]);
    expect(plan).toMatchObject({ volumes: 1, rooms: [2], missingBytes: 0 });
    // Small files would fit the first, but the second holds everything.
    expect(planOver(blobs(300 * MIB, 1000), [room(64), room(512)])).toMatchObject({ volumes: 1, rooms: [1] });
    const lacking = planOver(blobs(300 * MIB), [room(64), room(100)]);
    expect(lacking.volumes).toBe(2);
    expect(lacking.missingBytes).toBeGreaterThan(136 * MIB);
    expect(lacking.missingBytes).toBeLessThan(138 * MIB);
    expect(planOver(blobs(300 * MIB), []).missingBytes).toBe(300 * MIB);
  });

  it('plans the rest anew after what is written already', () => {
    const rooms = [64, 64, 64].map((mib): VolumeRoom => {
      return { capacityBytes: mib * MIB, maxFileBytes: null, blockBytes: 1 };
    });
    const first = planOver(blobs(150 * MIB), rooms);
    const written = first.parts.filter((part) => part.volume === 1);
    const done = written.reduce((sum, part) => sum + part.sizeBytes, 0);
    const rest = { digest: digest(0), sizeBytes: 150 * MIB, offset: done, lengthBytes: 150 * MIB - done };
    const again = planSet({
      stretches: [{ ...rest, firstIndex: written.length }],
      rooms: rooms.slice(1).map((each) => ({ ...each, capacityBytes: 56 * MIB })),
      more: null,
      before: { volumes: 1, parts: written },
      controlSizes,
    });
    expect(again.missingBytes).toBe(0);
    expect(again.parts[0]).toEqual(written[0]);
    expect(again.parts.map((part) => part.index)).toEqual([...again.parts.keys()]);
    expect(again.parts.map((part) => part.volume)).toEqual([1, 2, 3]);
    expect(again.parts.reduce((sum, part) => sum + part.sizeBytes, 0)).toBe(150 * MIB);
  });

  it('never puts more on a volume than it has blocks for', () => {
    const room = fc.record({
      capacityBytes: fc.integer({ min: 0, max: 3_000_000 }),
      maxFileBytes: fc.option(fc.integer({ min: 65_536, max: 1_000_000 }), { nil: null }),
      blockBytes: fc.constantFrom(1, 512, 4096, 32_768),
    });
    const sizes = fc.array(fc.integer({ min: 0, max: 1_500_000 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(sizes, fc.array(room, { maxLength: 5 }), (bytes, rooms) => {
        const plan = planOver(blobs(...bytes), rooms);
        for (const [n, at] of plan.rooms.entries()) {
          const there = rooms[at];
          if (there === undefined) throw new Error('no such room');
          const here = plan.parts.filter((part) => part.volume === n + 1);
          const cost = here.reduce((sum, part) => sum + costOf(there, part.sizeBytes), 0);
          expect(cost + costOf(there, control(plan))).toBeLessThanOrEqual(there.capacityBytes);
          expect(Math.max(0, ...here.map((part) => part.sizeBytes))).toBeLessThanOrEqual(
            there.maxFileBytes ?? Infinity,
          );
        }
        const placed = plan.parts.reduce((sum, part) => sum + part.sizeBytes, 0);
        const total = bytes.reduce((sum, size) => sum + size, 0);
        if (plan.missingBytes === 0) expect(placed).toBe(total);
        else expect(placed + plan.missingBytes).toBeGreaterThanOrEqual(total);
        expect(plan.rooms).toEqual([...plan.rooms].sort((a, b) => a - b));
      }),
    );
  });

  it('covers every byte of every blob once, within the limits, and is always the same', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 3_000_000 }), { minLength: 1, maxLength: 12 });
    const limit = (min: number) => fc.option(fc.integer({ min, max: 4_000_000 }), { nil: null });
    fc.assert(
      fc.property(sizes, limit(100_000), limit(4096), (bytes, volumeBytes, maxFileBytes) => {
        const limits = { volumeBytes, maxFileBytes };
        const plan = planAlike(blobs(...bytes), limits);
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
        expect(planAlike(blobs(...bytes), limits)).toEqual(plan);
      }),
    );
  });
});
