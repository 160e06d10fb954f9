/** A number of places that work waits for, first come, first served. */
export class ConnectionLimit {
  #free: number;
  readonly #waiting: { places: number; enter: () => void }[] = [];

  constructor(places: number) {
    this.#free = places;
  }

  /** Resolves with the function that gives the places back; rejects with the signal's reason while waiting. */
  async take(places: number, signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#waiting.length > 0 || this.#free < places) {
      await new Promise<void>((resolve, reject) => {
        const entry = {
          places,
          enter: () => {
            signal?.removeEventListener('abort', leave);
            resolve();
          },
        };
        const leave = () => {
          this.#waiting.splice(this.#waiting.indexOf(entry), 1);
          reject(signal?.reason as Error);
          this.#admit();
        };
        signal?.addEventListener('abort', leave, { once: true });
        this.#waiting.push(entry);
      });
    } else this.#free -= places;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      this.#free += places;
      this.#admit();
    };
  }

  #admit(): void {
    for (
      let next = this.#waiting[0];
      next !== undefined && next.places <= this.#free;
      next = this.#waiting[0]
    ) {
      this.#waiting.shift();
      this.#free -= next.places;
      next.enter();
    }
  }
}

/** All connections of this process to all servers: sshd starts to drop new ones at ten unauthenticated (MaxStartups). */
export const sshConnections = new ConnectionLimit(8);
