import { userInfo } from 'node:os';
import type { Session } from '#shared/contract/trust.ts';
import { AppError } from '#engine/core/app-error.ts';
import type { Signer } from '#engine/core/signer.ts';

/** Who an act is recorded under. */
export interface Actor {
  /** The person whose key is unlocked, else the operating system's user. */
  readonly who: string;
  /** Fingerprint of the unlocked key; null when only the operating system vouches for the name. */
  readonly key: string | null;
}

/** Who acts in this process: the operating system's user, and the person who unlocked a key. */
export class ActingSession {
  readonly #osUser: string;
  #signer: Signer | null = null;

  constructor(osUser: string = currentUser()) {
    this.#osUser = osUser;
  }

  unlock(signer: Signer): void {
    this.#signer = signer;
  }

  lock(): void {
    this.#signer = null;
  }

  /** The unlocked key. Throws KEY-LOCKED. */
  signer(): Signer {
    if (this.#signer !== null) return this.#signer;
    throw new AppError('KEY-LOCKED', 'This act is signed, and no key is unlocked.', {
      state: 'Nothing was done.',
      next: 'Unlock your key first (--as NAME on the command line), or make one with keys create.',
    });
  }

  actor(): Actor {
    const signer = this.#signer;
    return signer === null ? { who: this.#osUser, key: null } : { who: signer.name, key: signer.fingerprint };
  }

  current(): Session {
    const signer = this.#signer;
    const person = signer === null ? null : { name: signer.name, fingerprint: signer.fingerprint };
    return { osUser: this.#osUser, person };
  }
}

/** A user without an entry in the system's list of users (containers) is named by number. */
function currentUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
