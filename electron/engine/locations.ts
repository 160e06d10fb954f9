import path from 'node:path';
import type { Location, LocationHandle } from '#shared/contract/basics.ts';
import { AppError } from '#engine/core/app-error.ts';
import { newId } from '#engine/core/ids.ts';

/**
 * Paths that a person chose, behind handles that cannot be guessed: the window never sends a path, only a handle that a
 * dialog, the volume list or the command line produced. Handles live as long as the process.
 */
export class Locations {
  readonly #paths = new Map<LocationHandle, string>();
  readonly #handles = new Map<string, LocationHandle>();

  /** The same path always gets the same handle. `label` is what a window shows; the last segment unless given. */
  issue(anyPath: string, label?: string): Location {
    const absolute = path.resolve(anyPath);
    const handle = this.#handles.get(absolute) ?? newId('loc', 16);
    this.#paths.set(handle, absolute);
    this.#handles.set(absolute, handle);
    return { handle, label: label ?? absolute };
  }

  /** Throws NOT-FOUND for a handle that was never issued here. */
  resolve(handle: LocationHandle): string {
    const found = this.#paths.get(handle);
    if (found === undefined) {
      const next = 'Choose the folder or volume again.';
      throw new AppError('NOT-FOUND', 'That location is not known to this session.', { next });
    }
    return found;
  }
}
