import { randomBytes } from 'node:crypto';

/** A random identifier, `<prefix>-<2n hex>`; 8 bytes unless it must be unguessable (handles take 16). */
export function newId<P extends string>(prefix: P, bytes = 8): `${P}-${string}` {
  return `${prefix}-${randomBytes(bytes).toString('hex')}`;
}
