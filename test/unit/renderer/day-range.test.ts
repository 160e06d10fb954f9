import { describe, expect, it } from 'vitest';
import { dayRange } from '../../../renderer/features/activity/day-range.ts';

describe('dayRange', () => {
  it('runs from one local midnight to the next', () => {
    const range = dayRange('2026-11-23');
    expect(range).toEqual({
      since: new Date(2026, 10, 23).toISOString(),
      until: new Date(2026, 10, 24).toISOString(),
    });
  });

  it('knows the end of a month and of a year', () => {
    expect(dayRange('2026-12-31')?.until).toBe(new Date(2027, 0, 1).toISOString());
  });

  it('takes nothing that is no day', () => {
    for (const text of ['', '2026-02-31', '2026-13-01', '23.11.2026']) expect(dayRange(text)).toBeNull();
  });
});
