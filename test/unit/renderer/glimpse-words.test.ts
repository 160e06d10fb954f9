import { describe, expect, it } from 'vitest';
import type { Recognised } from '#shared/contract/transfers.ts';
import { glimpseLines } from '#renderer/features/intake/glimpse-words.ts';
import { contentsWords } from '#renderer/features/intake/set-words.ts';

const nothing = { fileCount: 0, sizeBytes: 0 };
const found = (change: Partial<Recognised>): Recognised => ({
  kind: 'unknown',
  title: 'nothing that Sallyport knows',
  sets: [],
  models: [],
  unknown: nothing,
  fileCount: 0,
  sizeBytes: 0,
  signatures: [],
  problems: [],
  ...change,
});
const volume = (number: number): Recognised['sets'][number] => ({
  setId: '8f31c2d0'.repeat(4),
  origin: 'vendor',
  sequence: 3,
  createdAt: '2026-11-23T11:02:03.004Z',
  volume: number,
  volumes: 3,
  releases: [{ model: 'toy', version: '1.0.0' }],
  isDelta: false,
});

describe('what lies on a drive, at a glance', () => {
  it('counts the volumes of a set over all drives', () => {
    const here = found({ kind: 'transfer-set', sets: [volume(2)] });
    const what = 'transfer set 8f31c2d0: toy 1.0.0';
    expect(glimpseLines(here, [])).toEqual([{ what, facts: 'volume 2 of 3, the others not here' }]);
    expect(glimpseLines(here, [volume(1), volume(2), volume(3)])).toEqual([
      { what, facts: 'volume 2 of 3, all of them here' },
    ]);
    const all = found({ kind: 'transfer-set', sets: [volume(1), volume(2), volume(3)] });
    expect(glimpseLines(all, [])).toEqual([{ what, facts: 'volumes 1 to 3 of 3' }]);
  });

  it('names model folders with their sizes, and says what is not recognised', () => {
    const models = Array.from({ length: 5 }, (_, n) => ({ path: `m${n}`, fileCount: 2, sizeBytes: 1e9 }));
    const lines = glimpseLines(
      found({ kind: 'model-folder', models, unknown: { fileCount: 7, sizeBytes: 1234 } }),
      [],
    );
    expect(lines[0]).toEqual({ what: 'model folder m0', facts: '2 files, 1.00 GB' });
    expect(lines.slice(4)).toEqual([
      { what: '1 more', facts: '' },
      { what: 'not recognised', facts: '7 files, 1.23 kB' },
    ]);
    expect(glimpseLines(found({}), [])).toEqual([{ what: 'nothing recognised', facts: 'no files' }]);
  });

  it('keeps one model that is the place as a whole in one line', () => {
    const whole = found({ kind: 'hugging-face', title: 'snapshot of x/y', fileCount: 31, sizeBytes: 14.2e9 });
    expect(glimpseLines(whole, [])).toEqual([{ what: 'snapshot of x/y', facts: '31 files, 14.2 GB' }]);
  });
});

describe('the contents of a set', () => {
  it('say what is waited for, and not that something failed', () => {
    const set = { volumes: 3, volumesPresent: [2] };
    expect(contentsWords(set, undefined)).toEqual({
      word: 'incomplete',
      awaited: '; volumes 1, 3 not here yet',
    });
    const needs = {
      kind: 'read',
      sentence: 'volume 1 of 3',
      setId: '',
      volumes: [],
      bytes: 1,
      troubles: [],
    } as const;
    expect(contentsWords(set, { state: 'waiting', needs: { ...needs, volumes: [], troubles: [] } })).toEqual({
      word: 'waiting',
      awaited: '; the import waits for volume 1 of 3',
    });
  });
});
