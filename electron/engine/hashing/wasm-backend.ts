import {
  createBLAKE2b,
  createBLAKE3,
  createSHA256,
  createSHA384,
  createSHA512,
  createXXHash3,
  type IHasher,
} from 'hash-wasm';
import type { HashAlgorithm } from '#shared/contract/system.ts';
import type { HashBackend } from './hasher.ts';

const creators: Record<HashAlgorithm, () => Promise<IHasher>> = {
  sha256: createSHA256,
  sha384: createSHA384,
  sha512: createSHA512,
  'blake2b-512': () => createBLAKE2b(512),
  blake3: () => createBLAKE3(256),
  xxh3: () => createXXHash3(),
};

/** hash-wasm: every algorithm, the same on every machine. */
export const wasmBackend: HashBackend = {
  name: 'wasm',
  async create(algorithm) {
    const hash = (await creators[algorithm]()).init();
    return {
      update: (bytes) => void hash.update(bytes),
      hex: () => hash.digest('hex'),
      restart: () => void hash.init(),
    };
  },
};
