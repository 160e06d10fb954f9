import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ClockFloor } from '#engine/clock-floor.ts';
import { Registry } from '#engine/registry/registry.ts';
import { ManualClock } from '../../fixtures/manual-clock.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const HOUR_MS = 3_600_000;

function openFloor(file = path.join(temporaryFolder(), 'registry.db'), clock = new ManualClock()) {
  const registry = new Registry(file);
  onTestFinished(() => registry.close());
  return { floor: new ClockFloor(registry.settings, clock), clock, file };
}

describe('the clock floor', () => {
  it('is not there before anything signed was seen', () => {
    const { floor, clock } = openFloor();
    expect(floor.floor()).toBeNull();
    expect(floor.now()).toEqual(clock.now());
    expect(floor.checks()).toEqual([]);
  });

  it('only rises, and names what raised it', () => {
    const { floor } = openFloor();
    floor.raise('2026-11-23T09:00:00.000Z', 'set 1');
    floor.raise('2026-11-22T09:00:00.000Z', 'set 2');
    expect(floor.floor()).toEqual({ at: '2026-11-23T09:00:00.000Z', source: 'set 1' });
    floor.raise('2026-11-23T09:30:00.000Z', 'set 3');
    expect(floor.floor()).toEqual({ at: '2026-11-23T09:30:00.000Z', source: 'set 3' });
  });

  it('is the time to judge at as long as the clock is behind it, and says so', () => {
    const { floor, clock } = openFloor();
    floor.raise('2026-11-23T10:00:00.000Z', 'set 1');
    clock.advance(-48 * HOUR_MS);
    expect(floor.now().toISOString()).toBe('2026-11-23T10:00:00.000Z');
    expect(floor.checks()).toEqual([
      expect.objectContaining({
        id: 'clock',
        status: 'warning',
        code: 'CLOCK-BEHIND',
        expected: 'not before 2026-11-23T10:00:00.000Z',
        found: '2026-11-21T10:00:00.000Z',
      }),
    ]);
    clock.advance(49 * HOUR_MS);
    expect(floor.behind()).toBeNull();
    expect(floor.now()).toEqual(clock.now());
  });

  it('is still there after a restart', () => {
    const { floor, file } = openFloor();
    floor.raise('2026-11-23T11:00:00.000Z', 'set 1');
    expect(openFloor(file).floor.floor()?.source).toBe('set 1');
  });
});
