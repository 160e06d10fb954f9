/** Writes the `string` of RFC 4251, section 5: a 32-bit length and the bytes. */
export function sshString(value: Uint8Array | string): Uint8Array {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  const out = new Uint8Array(4 + bytes.length);
  new DataView(out.buffer).setUint32(0, bytes.length);
  out.set(bytes, 4);
  return out;
}

/** Writes the `uint32` of RFC 4251, section 5. */
export function sshUint32(value: number): Uint8Array {
  const out = new Uint8Array(4);
  new DataView(out.buffer).setUint32(0, value);
  return out;
}

/** Writes a positive `mpint` (RFC 4251, section 5) from big-endian bytes: no spare zeros, one where the sign bit would be set. */
export function sshMpint(bigEndian: Uint8Array): Uint8Array {
  const first = bigEndian.findIndex((byte) => byte !== 0);
  const digits = first < 0 ? new Uint8Array(0) : bigEndian.subarray(first);
  return sshString((digits[0] ?? 0) >= 0x80 ? concatBytes(Uint8Array.of(0), digits) : digits);
}

/** One array out of many. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

/** Reads RFC 4251 data in order. Every method answers null once the data ends too early; it never throws. */
export class SshReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  take(length: number): Uint8Array | null {
    if (length > this.#bytes.length - this.#at) return null;
    const taken = this.#bytes.slice(this.#at, this.#at + length);
    this.#at += length;
    return taken;
  }

  uint32(): number | null {
    const four = this.take(4);
    return four === null ? null : new DataView(four.buffer).getUint32(0);
  }

  uint64(): bigint | null {
    const eight = this.take(8);
    return eight === null ? null : new DataView(eight.buffer).getBigUint64(0);
  }

  byte(): number | null {
    return this.take(1)?.[0] ?? null;
  }

  string(): Uint8Array | null {
    const length = this.uint32();
    return length === null ? null : this.take(length);
  }

  /** A positive mpint without spare zeros, as big-endian digits; null for zero, a negative number or a second spelling. */
  mpint(): Uint8Array | null {
    const bytes = this.string();
    const [first, second = 0] = bytes ?? [];
    if (bytes === null || first === undefined || first >= 0x80) return null;
    if (first !== 0) return bytes;
    return second >= 0x80 ? bytes.slice(1) : null;
  }

  /** UTF-8 without control characters; null for anything else. */
  text(): string | null {
    const bytes = this.string();
    if (bytes === null) return null;
    try {
      const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
      return /\p{Cc}/u.test(text) ? null : text;
    } catch {
      return null;
    }
  }

  /** A string of printable ASCII, as names of algorithms and namespaces are; null for anything else. */
  name(): string | null {
    const bytes = this.string();
    return bytes?.every((byte) => byte >= 0x21 && byte <= 0x7e)
      ? Buffer.from(bytes).toString('latin1')
      : null;
  }

  /** How many bytes were read. */
  get position(): number {
    return this.#at;
  }

  /** Nothing may follow. */
  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }
}
