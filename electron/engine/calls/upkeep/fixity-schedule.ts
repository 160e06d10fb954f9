import { asAppError } from '#engine/core/app-error.ts';
import type { EngineContext } from '../../context.ts';
import { startDueCheck } from './fixity-due.ts';

/** How often it is looked whether something became due. */
const LOOK_MS = 5 * 60_000;

/** Starts a fixity check when blobs are due, for as long as the engine is open. */
export class FixitySchedule {
  readonly #context: EngineContext;
  #timer: NodeJS.Timeout | null = null;

  constructor(context: EngineContext) {
    this.#context = context;
  }

  /** Looks now, and from then on again and again. */
  begin(): void {
    this.#look();
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  end(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  #look(): void {
    try {
      startDueCheck(this.#context);
    } catch (error) {
      const { code, message } = asAppError(error);
      this.#context.log.warn('what is due could not be started', { code, message });
    }
  }
}
