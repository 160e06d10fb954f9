import { z } from 'zod';
import { Timestamp } from '#shared/contract/basics.ts';
import type { Check } from '#shared/contract/evidence.ts';
import type { Clock } from '#engine/core/clock.ts';
import type { SettingsRepository } from '#engine/registry/settings.ts';

const SETTING = 'clock.floor';

/** The newest time that something signed has shown, and what showed it. */
const Floor = z.object({ at: Timestamp, source: z.string() });
export type Floor = z.infer<typeof Floor>;

/**
 * Now cannot be earlier than the newest signed time ever seen here. Machines without a network lose their time, and one
 * that is set back would make expired certificates and withdrawn packs good again. The floor only rises.
 */
export class ClockFloor {
  readonly #settings: SettingsRepository;
  readonly #clock: Clock;

  constructor(settings: SettingsRepository, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Null as long as nothing signed was seen. */
  floor(): Floor | null {
    const text = this.#settings.get(SETTING);
    return text === null ? null : Floor.parse(JSON.parse(text));
  }

  /** Takes note of a signed time; an earlier one than the floor changes nothing. `source` is what a warning names. */
  raise(at: Timestamp, source: string): void {
    const floor = this.floor();
    if (floor !== null && Date.parse(at) <= Date.parse(floor.at)) return;
    this.#settings.set(SETTING, JSON.stringify({ at, source } satisfies Floor));
  }

  /** The floor when the clock is behind it, else null. */
  behind(): Floor | null {
    const floor = this.floor();
    return floor !== null && this.#clock.now().getTime() < Date.parse(floor.at) ? floor : null;
  }

  /** The moment to judge at: the clock's, but never before the floor. */
  now(): Date {
    const floor = this.behind();
    return floor === null ? this.#clock.now() : new Date(floor.at);
  }

  /** The check `clock`: a warning when the clock is behind, nothing else otherwise. */
  checks(): Check[] {
    const floor = this.behind();
    if (floor === null) return [];
    return [
      {
        id: 'clock',
        status: 'warning',
        code: 'CLOCK-BEHIND',
        expected: `not before ${floor.at}`,
        found: this.#clock.now().toISOString(),
        detail: `The clock of this machine is behind ${floor.source}. Times are judged as of ${floor.at}; set the clock.`,
      },
    ];
  }
}
