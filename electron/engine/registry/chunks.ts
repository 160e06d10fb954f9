const SHA256_BYTES = 32;

/** Chunk digests as the registry keeps them: raw SHA-256 digests one after the other. */
export function packChunks(chunks: readonly string[]): Buffer {
  return Buffer.concat(chunks.map((hex) => Buffer.from(hex, 'hex')));
}

/** Back to one hex string a chunk. */
export function unpackChunks(packed: Uint8Array): string[] {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const count = bytes.length / SHA256_BYTES;
  return Array.from({ length: count }, (_, n) =>
    bytes.toString('hex', n * SHA256_BYTES, (n + 1) * SHA256_BYTES),
  );
}
