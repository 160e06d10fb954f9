import { describe, expect, it } from 'vitest';
import {
  formatAge,
  formatLocalDay,
  formatLocalTime,
  formatTrustAge,
  formatUtcTime,
} from '#shared/format/dates.ts';
import { formatDuration, formatEta, formatMilliseconds } from '#shared/format/duration.ts';

const moment = '2026-11-23T23:02:03.004Z';

describe('times', () => {
  it('shows local time and keeps UTC for the title', () => {
    expect(formatLocalTime(moment, 'Europe/Berlin')).toBe('2026-11-24 00:02');
    expect(formatLocalDay(moment, 'Europe/Berlin')).toBe('2026-11-24');
    expect(formatUtcTime(moment)).toBe('2026-11-23 23:02:03 UTC');
  });

  it('hands back what is no time', () => {
    expect(formatLocalTime('yesterday')).toBe('yesterday');
    expect(formatUtcTime('')).toBe('');
  });

  it.each([
    [30, 'now'],
    [14 * 60, '14 min'],
    [3 * 3600, '3 h'],
    [47 * 3600, '47 h'],
    [12 * 86400, '12 d'],
    [-3600, 'in 1 h'],
  ])('tells an age of %d s as %s', (seconds, text) => {
    const now = new Date(new Date(moment).getTime() + seconds * 1000);
    expect(formatAge(moment, now)).toBe(text);
  });

  it('tells the age of trust data in words', () => {
    expect(formatTrustAge(0)).toBe('accepted today');
    expect(formatTrustAge(1)).toBe('1 day old');
    expect(formatTrustAge(12)).toBe('12 days old');
  });
});

describe('durations', () => {
  it.each([
    [0, '0:00'],
    [41, '0:41'],
    [59.6, '1:00'],
    [725, '12:05'],
    [3723, '1:02:03'],
    [Number.POSITIVE_INFINITY, '–'],
  ])('writes %d s as %s', (seconds, text) => expect(formatDuration(seconds)).toBe(text));

  it('estimates until it knows', () => {
    expect(formatEta(null)).toBe('estimating');
    expect(formatEta(41)).toBe('0:41 left');
    expect(formatMilliseconds(240)).toBe('240 ms');
    expect(formatMilliseconds(41_000)).toBe('0:41');
  });
});
