/** Codes of up to 15 bits, looked up by the next bits of the stream: `symbol << 4 | length`, 0 where no code is. */
export interface HuffmanTable {
  readonly bits: number;
  readonly entries: Uint32Array;
}

/**
 * The canonical code of these lengths (RFC 1951, 3.2.2). Undefined where they make no code: over-subscribed, or incomplete beyond
 * the one-code case that zlib takes.
 */
export function huffmanTable(lengths: Uint8Array): HuffmanTable | undefined {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  const used = lengths.length - (counts[0] ?? 0);
  const bits = Math.max(1, ...lengths);
  const firstCodes = new Uint32Array(17);
  let left = 1;
  for (let length = 1; length <= 15; length++) {
    left = left * 2 - (counts[length] ?? 0);
    if (left < 0) return undefined;
    firstCodes[length + 1] = ((firstCodes[length] ?? 0) + (counts[length] ?? 0)) << 1;
  }
  if (left > 0 && used > 0 && !(used === 1 && bits === 1)) return undefined;
  return { bits, entries: filled(lengths, firstCodes, bits) };
}

function filled(lengths: Uint8Array, nextCodes: Uint32Array, bits: number): Uint32Array {
  const entries = new Uint32Array(1 << bits);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol] ?? 0;
    if (length === 0) continue;
    const code = nextCodes[length] ?? 0;
    nextCodes[length] = code + 1;
    for (let at = reversed(code, length); at < entries.length; at += 1 << length) {
      entries[at] = (symbol << 4) | length;
    }
  }
  return entries;
}

function reversed(code: number, length: number): number {
  let result = 0;
  for (let bit = 0; bit < length; bit++) result |= ((code >> bit) & 1) << (length - 1 - bit);
  return result;
}
