/** Writes the `string` of RFC 4251, section 5: a 32-bit length and the bytes. */
export function sshString(value: Uint8Array | string): Uint8Array {
  const bytes = typeof value === 'string' ? new TextEncoder().encode(value) : value;
  const out = new Uint8Array(4 + bytes.length);
  new DataView(out.buffer).setUint32(0, bytes.length);
  out.set(bytes, 4);
  return out;
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

  string(): Uint8Array | null {
    const length = this.uint32();
    return length === null ? null : this.take(length);
  }

  /** A string of printable ASCII, as names of algorithms and namespaces are; null for anything else. */
  name(): string | null {
    const bytes = this.string();
    return bytes?.every((byte) => byte >= 0x21 && byte <= 0x7e)
      ? Buffer.from(bytes).toString('latin1')
      : null;
  }

  /** Nothing may follow. */
  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }
}
