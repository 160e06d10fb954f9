import { describe, expect, it } from 'vitest';
import type { CustodyEvent } from '#shared/contract/transfers.ts';
import {
  custodySentence,
  describeMedium,
  mediumSentence,
  transferState,
} from '#renderer/features/transfers/custody-words.ts';
import {
  describeMissing,
  describeSeconds,
  describeStretch,
  fillOf,
} from '#renderer/features/transfers/plan-words.ts';
import { barsOf } from '#renderer/features/transfers/under-way.ts';
import { listNumbers, missingVolumes, obstacleOf, withAwaited } from '#renderer/lib/set-checks.ts';

const event = (change: Partial<CustodyEvent>): CustodyEvent => ({
  event: 'made',
  at: '2026-11-23T11:02:03.004Z',
  by: 'operator',
  site: 'vendor',
  volume: null,
  to: null,
  note: null,
  medium: null,
  hash: '00',
  readBack: null,
  follows: [],
  ...change,
});

describe('custody in sentences', () => {
  it('says who had what, and on which medium', () => {
    const medium = { label: 'WEIGHTS-2', serial: '4C53' };
    expect(custodySentence(event({}))).toBe('operator made the set at vendor');
    expect(custodySentence(event({ event: 'written', volume: 2, medium }))).toBe(
      'operator wrote volume 2 at vendor, on WEIGHTS-2 (serial 4C53)',
    );
    expect(custodySentence(event({ event: 'handed-over', volume: 2, to: 'courier' }))).toBe(
      'operator of vendor handed volume 2 over to courier',
    );
    expect(custodySentence(event({ event: 'proven', volume: 1, readBack: 'direct' }))).toBe(
      'operator proved volume 1 at vendor: read back past the page cache, every byte as written',
    );
    expect(describeMedium({ label: '', serial: null })).toBe('');
  });

  it('tells the state of a set by the newest entry about each volume, never more', () => {
    const state = (direction: 'out' | 'in', volumes: number, ...last: Partial<CustodyEvent>[]) =>
      transferState({ direction, volumes, last: last.map(event) });
    expect(state('out', 1)).toBe('written');
    expect(state('out', 1, { event: 'proven', volume: 1 })).toBe('written, not handed over');
    expect(state('out', 2, { event: 'handed-over', to: 'courier' })).toBe('handed over to courier');
    expect(state('in', 1, { event: 'received', volume: 1 })).toBe('taken in');
    const both = [1, 2].map((volume) => ({ event: 'handed-over', to: 'courier 7', volume }) as const);
    expect(state('out', 2, ...both)).toBe('handed over to courier 7');
    expect(state('out', 3, ...both, { event: 'received', site: 'facility', volume: 3 })).toBe(
      'volumes 1, 2 handed over to courier 7; volume 3 received at facility',
    );
    expect(listNumbers([5, 1, 2, 3])).toBe('1 to 3, 5');
  });

  it('tells what was done with a medium', () => {
    const about = { at: '2026-11-23T11:02:03.004Z', by: 'operator', reason: '' };
    expect(
      mediumSentence({ ...about, what: 'written', setId: '8f31c2d0aa', volume: 2, detail: 'volume 2 of 3' }),
    ).toBe('operator wrote volume 2 of set 8f31c2d0 to it');
    expect(
      mediumSentence({ ...about, what: 'sanitised', setId: null, volume: null, detail: 'blkdiscard' }),
    ).toBe('operator recorded that it was sanitised: blkdiscard');
  });
});

describe('a plan in words', () => {
  it('names what is missing to the byte, and what would do', () => {
    const missing = { bytes: 1_234_567, more: [{ capacityBytes: 64_000_000_000, volumes: 2 }] };
    expect(describeMissing({ missing, volumes: [] })).toBe(
      '1\u202f234\u202f567 bytes (1.23 MB) fit nowhere: 2 more volumes of 64.0 GB would do.',
    );
    expect(describeMissing({ missing: { bytes: 1, more: [] }, volumes: [] })).toMatch(/no room for any part/);
    expect(describeMissing({ missing: null, volumes: [] })).toBeNull();
  });

  it('never guesses a time, and never draws more than full', () => {
    expect(describeSeconds(null)).toBe('not measured yet');
    expect(describeSeconds(61)).toBe('1:01');
    expect(fillOf({ usedBytes: 3, capacityBytes: 2 })).toBe(1);
    expect(fillOf({ usedBytes: 0, capacityBytes: 0 })).toBe(1);
  });

  it('names a stretch by its first and last byte', () => {
    const content = { name: 'a', blob: `sha256:${'0'.repeat(64)}`, fileBytes: 100 };
    expect(describeStretch({ ...content, offset: 0, sizeBytes: 100 })).toBe('whole');
    expect(describeStretch({ ...content, offset: 60, sizeBytes: 40 })).toBe('bytes 60 to 99 of 100');
  });
});

describe('volumes under way', () => {
  const phase = { name: 'writing', index: 1, count: 2, volume: { number: 2, of: 3 } };

  it('fills half while it is written and the rest while it is proven', () => {
    expect(barsOf({ phase, bytesDone: 50, bytesTotal: 100 })).toEqual([
      { fill: 1, isProven: true },
      { fill: 0.25, isProven: false },
      { fill: 0, isProven: false },
    ]);
    expect(barsOf({ phase: { ...phase, index: 2 }, bytesDone: 100, bytesTotal: 100 })[1]).toEqual({
      fill: 1,
      isProven: false,
    });
  });

  it('draws nothing while nobody knows', () => {
    expect(barsOf({ phase: { name: 'x', index: 0, count: 0 }, bytesDone: 0, bytesTotal: null })).toEqual([]);
  });
});

describe('what stands against taking a set in', () => {
  const older = { id: 'set.sequence', status: 'failed', code: 'SET-OUTDATED', detail: 'older' } as const;
  const absent = { id: 'set.volumes', status: 'failed', code: 'SET-INCOMPLETE' } as const;
  const invalid = { id: 'signature', status: 'failed', code: 'SIGNATURE-INVALID' } as const;

  it('is no obstacle when only a volume is not here', () => {
    expect(obstacleOf([absent])).toBeNull();
  });

  it('is not told as a failure while the import would wait for it', () => {
    expect(withAwaited([absent, invalid])).toEqual([{ id: 'set.volumes', status: 'not-checked' }, invalid]);
    expect(missingVolumes({ volumes: 4, volumesPresent: [3, 1] })).toEqual([2, 4]);
  });

  it('can be accepted for an older set, and for nothing else', () => {
    expect(obstacleOf([absent, older])).toEqual({ why: 'older', canAccept: true });
    expect(obstacleOf([older, invalid])?.canAccept).toBe(false);
  });
});
