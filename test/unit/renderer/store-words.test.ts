import { describe, expect, it } from 'vitest';
import type { DamagedBlob } from '#shared/contract/fixity.ts';
import { describeAge, describeRanges } from '../../../renderer/features/activity/store-words.ts';

const nothingDue = { blobs: 0, sizeBytes: 0 };
const blob = { what: 'damaged' } as DamagedBlob;

describe('how the store is', () => {
  it('is never good news for what was not read', () => {
    expect(describeAge({ damaged: [], neverRead: 2, blobs: 5, due: nothingDue })).toEqual({
      verdict: 'not-checked',
      label: '2 blobs of 5 never read since coming in',
    });
    expect(describeAge({ damaged: [], neverRead: 0, blobs: 0, due: nothingDue }).verdict).toBe('not-checked');
  });

  it('says damage before anything else, then what is due', () => {
    const due = { blobs: 1, sizeBytes: 9 };
    expect(describeAge({ damaged: [blob], neverRead: 2, blobs: 5, due }).verdict).toBe('failed');
    expect(describeAge({ damaged: [], neverRead: 0, blobs: 5, due }).verdict).toBe('warning');
    expect(describeAge({ damaged: [], neverRead: 0, blobs: 5, due: nothingDue }).verdict).toBe('verified');
  });
});

describe('where a blob differs', () => {
  it('names the first range and counts the others', () => {
    const ranges = [
      { start: 0, end: 9 },
      { start: 20, end: 29 },
      { start: 40, end: 49 },
    ];
    expect(describeRanges({ what: 'damaged', ranges: ranges.slice(0, 1) })).toBe('bytes 0-9');
    expect(describeRanges({ what: 'damaged', ranges: ranges.slice(0, 2) })).toBe(
      'bytes 0-9 and 1 more range',
    );
    expect(describeRanges({ what: 'damaged', ranges })).toBe('bytes 0-9 and 2 more ranges');
    expect(describeRanges({ what: 'missing', ranges: [] })).toBe('all of it');
  });
});
