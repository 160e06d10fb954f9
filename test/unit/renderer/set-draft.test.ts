import { describe, expect, it } from 'vitest';
import {
  capacityProblem,
  emptyDraft,
  imageSizeProblem,
  parseAtLeast,
  wishOf,
  type DraftPlace,
} from '#renderer/features/transfers/set-draft.ts';

const location = (digit: string) => ({ handle: `loc-${digit.repeat(32)}`, label: `drive ${digit}` });
const place = (digit: string, capacity = ''): DraftPlace => {
  return { location: location(digit), volume: null, capacity };
};
const releases = [{ model: 'demo-model', version: '1.0.0' }];

describe('sizes as typed', () => {
  it('counts in gigabytes unless a unit is named, and takes nothing below what the contract takes', () => {
    expect(parseAtLeast('0,5', 1)).toBe(500_000_000);
    expect(parseAtLeast(' .0001 ', 100_000)).toBe(100_000);
    expect(parseAtLeast('700 MB', 1)).toBe(700_000_000);
    expect(parseAtLeast('4.4 GiB', 1)).toBe(Math.floor(4.4 * 2 ** 30));
    for (const text of ['', '-1', '1e3', 'Infinity', '1.2.3', '0']) expect(parseAtLeast(text, 1)).toBeNull();
  });

  it('says what is wrong with a capacity, which may be left empty, and with an image, which may not', () => {
    expect(capacityProblem('')).toBeNull();
    expect(capacityProblem('0.00001')).not.toBeNull();
    expect(imageSizeProblem('')).not.toBeNull();
    expect(imageSizeProblem('25')).toBeNull();
  });
});

describe('wishOf', () => {
  it('says what is missing, one thing at a time', () => {
    expect(wishOf(emptyDraft, [])).toBe('Choose at least one release.');
    expect(wishOf(emptyDraft, releases)).toMatch(/^Choose where the set goes/);
    expect(wishOf({ ...emptyDraft, places: [place('1', 'much')] }, releases)).toBe('A capacity is no size.');
  });

  it('keeps the order of the places, and one that stands twice', () => {
    const places = [place('2', '1'), place('1'), place('2', '1')];
    expect(wishOf({ ...emptyDraft, places }, releases)).toEqual({
      releases,
      volumes: [
        { location: location('2').handle, capacityBytes: 1_000_000_000 },
        { location: location('1').handle },
        { location: location('2').handle, capacityBytes: 1_000_000_000 },
      ],
    });
  });

  it('makes image folders below one folder only', () => {
    const draft = { ...emptyDraft, places: [place('1')], imageSize: '4,7' };
    expect(wishOf(draft, releases)).toMatchObject({
      target: location('1').handle,
      volumeBytes: 4_700_000_000,
    });
    expect(wishOf({ ...draft, places: [place('1'), place('2')] }, releases)).toMatch(/^Image folders/);
  });

  it('lets a re-request stand for the releases and the receipt', () => {
    const draft = { ...emptyDraft, places: [place('1')], since: location('3'), request: location('4') };
    expect(wishOf(draft, releases)).toEqual({
      for: location('4').handle,
      volumes: [{ location: location('1').handle }],
    });
  });
});
