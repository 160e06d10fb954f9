import type { EventName, EventPayload, Unsubscribe } from '#shared/contract/calls.ts';
import type { Logger } from '#engine/core/logger.ts';

type Listener<N extends EventName> = (payload: EventPayload<N>) => void;

/** Sends events to whoever listens; a listener that throws does not stop the others or the work that sent it. */
export class EventHub {
  readonly #listeners: { [N in EventName]: Set<Listener<N>> } = { job: new Set(), changed: new Set() };
  readonly #log: Logger;

  constructor(log: Logger) {
    this.#log = log;
  }

  on<N extends EventName>(name: N, listener: Listener<N>): Unsubscribe {
    const listeners: Set<Listener<N>> = this.#listeners[name];
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  emit<N extends EventName>(name: N, payload: EventPayload<N>): void {
    const listeners: Set<Listener<N>> = this.#listeners[name];
    for (const listener of listeners) {
      try {
        listener(payload);
      } catch (error) {
        this.#log.error('an event listener failed', { event: name, message: String(error) });
      }
    }
  }
}
