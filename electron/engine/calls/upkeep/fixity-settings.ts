import { FixitySettings, type PowerState } from '#shared/contract/fixity.ts';
import type { EngineContext } from '../../context.ts';

const SETTINGS = 'fixity.settings';
/** On battery reading every blob as fast as it goes would empty it; so much still gets the work done in a night. */
const BATTERY_BYTES_PER_SECOND = 20_000_000;
/** Asking what the machine runs on may start a process. */
const ASK_POWER_MS = 10_000;

/** How this site re-reads what it holds. */
export function fixitySettings({ registry }: Pick<EngineContext, 'registry'>): FixitySettings {
  const text = registry.settings.get(SETTINGS);
  if (text === null) return { everyDays: null, bytesPerSecond: null };
  return FixitySettings.parse(JSON.parse(text));
}

/** Puts them on record and lets them hold. */
export function changeFixitySettings(context: EngineContext, after: FixitySettings, reason: string): void {
  const details = {
    everyDays: after.everyDays === null ? 'only when asked' : String(after.everyDays),
    bytesPerSecond: after.bytesPerSecond === null ? 'no limit' : String(after.bytesPerSecond),
  };
  context.govern({ act: 'fixity.configure', object: 'fixity checks', reason, details }, () =>
    context.registry.settings.set(SETTINGS, JSON.stringify(after)),
  );
  context.changed('store', 'audit');
}

/** The rate that holds: what was asked for, and less on battery. */
export function rateOn(power: PowerState, wanted: number | null): number | null {
  if (power !== 'battery') return wanted;
  return Math.min(wanted ?? BATTERY_BYTES_PER_SECOND, BATTERY_BYTES_PER_SECOND);
}

/** The rate as of now for a check with a rate of its own, or without one: it follows the settings and the power source. */
export function currentRate(context: EngineContext, own: number | null): () => Promise<number | null> {
  let power: PowerState = 'unknown';
  let askedAt = -Infinity;
  return async () => {
    if (performance.now() - askedAt >= ASK_POWER_MS) {
      power = await context.power.state();
      askedAt = performance.now();
    }
    return rateOn(power, own ?? fixitySettings(context).bytesPerSecond);
  };
}
