import { createHash } from 'node:crypto';
import type { HashAlgorithm } from '#shared/contract/system.ts';
import type { HashBackend } from './hasher.ts';

const names: Partial<Record<HashAlgorithm, string>> = {
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
  'blake2b-512': 'blake2b512',
};

/**
 * Node's own crypto. What it offers is found by trying, since it depends on the library it was built with: OpenSSL has
 * BLAKE2, the BoringSSL inside Electron has not.
 */
export const nativeBackend: HashBackend = {
  name: 'native',
  create(algorithm) {
    const name = names[algorithm];
    if (name === undefined) return Promise.resolve(null);
    try {
      let hash = createHash(name);
      return Promise.resolve({
        update: (bytes) => void hash.update(bytes),
        hex: () => hash.digest('hex'),
        restart: () => void (hash = createHash(name)),
      });
    } catch {
      return Promise.resolve(null);
    }
  },
};
