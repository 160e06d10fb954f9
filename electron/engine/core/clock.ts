import type { Timestamp } from '#shared/contract/basics.ts';

/** Wall clock; a port, because offline clocks lie and tests need to. */
export interface Clock {
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };

/** RFC 3339 UTC with milliseconds, the only form in which times are stored or signed. */
export function timestamp(clock: Clock): Timestamp {
  return clock.now().toISOString();
}
