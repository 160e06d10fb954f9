import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareTexts, groupFingerprint, shortenDigest, shortenMiddle } from '#shared/format/digest.ts';

describe('digests', () => {
  it('are shortened in the middle', () => {
    expect(shortenDigest(`sha256:8f31c2d0${'0'.repeat(52)}9a7e`)).toBe('8f31c2d0…9a7e');
    expect(shortenMiddle('short', 8, 4)).toBe('short');
  });

  it('are compared by what differs', () => {
    const { expected, found } = compareTexts('sha256:aabbcc', 'sha256:aaXXcc');
    expect(expected).toEqual([
      { text: 'sha256:aa', differs: false },
      { text: 'bb', differs: true },
      { text: 'cc', differs: false },
    ]);
    expect(found[1]).toEqual({ text: 'XX', differs: true });
  });

  it('loses no character in a comparison, and marks nothing when both are the same', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (left, right) => {
        const { expected, found } = compareTexts(left, right);
        expect(expected.map((part) => part.text).join('')).toBe(left);
        expect(found.map((part) => part.text).join('')).toBe(right);
        const marked = [...expected, ...found].some((part) => part.differs);
        expect(marked).toBe(left !== right);
      }),
    );
  });
});

describe('fingerprints', () => {
  it('stand in groups of four', () => {
    expect(groupFingerprint('SHA256:abcdefghij')).toEqual({ kind: 'SHA256', groups: ['abcd', 'efgh', 'ij'] });
    expect(groupFingerprint('minisign:0123456789ABCDEF').groups).toHaveLength(4);
    expect(groupFingerprint('bare')).toEqual({ kind: '', groups: ['bare'] });
  });
});
