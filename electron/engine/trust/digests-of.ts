import { createHash } from 'node:crypto';
import type { HashAlgorithm } from '#shared/contract/system.ts';
import { type DigestNeed, digestKey } from '#engine/core/digest-need.ts';

/** The digests of bytes in memory, as lower-case hex by `digestKey`; a range beyond their end has none. */
export async function digestsOf(
  bytes: Uint8Array,
  needs: readonly DigestNeed[],
): Promise<Map<string, string>> {
  const digests = new Map<string, string>();
  for (const need of needs) {
    const { start, end } = need.range ?? { start: 0, end: bytes.length };
    if (end > bytes.length) continue;
    const { prefix, suffix } = need.frame ?? { prefix: '', suffix: '' };
    const framed = Buffer.concat([
      Buffer.from(prefix, 'hex'),
      bytes.subarray(start, end),
      Buffer.from(suffix, 'hex'),
    ]);
    digests.set(digestKey(need), await hashOf(framed, need.algorithm));
  }
  return digests;
}

/** Electron's crypto has no BLAKE2, so what is not SHA-2 comes from hash-wasm everywhere, loaded when it is needed. */
async function hashOf(bytes: Uint8Array, algorithm: HashAlgorithm): Promise<string> {
  if (algorithm === 'sha256' || algorithm === 'sha384' || algorithm === 'sha512') {
    return createHash(algorithm).update(bytes).digest('hex');
  }
  const { blake2b, blake3, xxhash3 } = await import('hash-wasm');
  switch (algorithm) {
    case 'blake2b-512':
      return blake2b(bytes, 512);
    case 'blake3':
      return blake3(bytes);
    case 'xxh3':
      return xxhash3(bytes);
  }
}
