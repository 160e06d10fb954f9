import type { ByteSource } from '../byte-source.ts';
import { Malformed } from '../malformed.ts';
import { type HuffmanTable, huffmanTable } from './huffman.ts';

const HISTORY = 32 * 1024;
const PIECE = 64 * 1024;
const LONGEST_MATCH = 258;
const INPUT = 64 * 1024;

/**
 * Decompresses a raw deflate stream (RFC 1951) piece by piece, so that memory does not grow with what comes out, and says where
 * in the source the stream ends. node:zlib's synchronous calls can do neither. Throws Malformed with the owner's rule.
 */
export class Inflater {
  readonly #source: ByteSource;
  readonly #rule: string;
  #input: Uint8Array = new Uint8Array(0);
  #inputAt = 0;
  /** Offset in the source behind the input held. */
  #inputEnd: number;
  #bits = 0;
  #bitCount = 0;
  readonly #output = new Uint8Array(HISTORY + PIECE + LONGEST_MATCH);
  /** Where output not given out yet starts, and ends. */
  #start = 0;
  #end = 0;
  #block: Block = { kind: 'none' };
  #isLast = false;

  constructor(source: ByteSource, rule: string, start = 0) {
    this.#source = source;
    this.#rule = rule;
    this.#inputEnd = start;
  }

  /** Behind the last byte used; exact once `next` gave undefined. */
  get offset(): number {
    return this.#inputEnd - (this.#input.length - this.#inputAt) - (this.#bitCount >> 3);
  }

  /** The next bytes of output, a copy; undefined at the end of the stream. */
  next(): Uint8Array | undefined {
    this.#makeRoom();
    while (this.#end - this.#start < PIECE) {
      if (this.#block.kind === 'none') {
        if (this.#isLast) break;
        this.#block = this.#blockHeader();
      }
      this.#block = this.#continue(this.#block);
    }
    const piece = this.#output.slice(this.#start, this.#end);
    this.#start = this.#end;
    return piece.length === 0 ? undefined : piece;
  }

  #continue(block: Block): Block {
    if (block.kind === 'stored') return this.#copyStored(block.left);
    if (block.kind === 'coded')
      return this.#decode(block.literals, block.distances) ? { kind: 'none' } : block;
    return block;
  }

  #blockHeader(): Block {
    this.#isLast = this.#take(1) === 1;
    switch (this.#take(2)) {
      case 0:
        return this.#storedHeader();
      case 1:
        return fixedBlock;
      case 2:
        return this.#dynamicHeader();
      default:
        return this.#fail('A block is of no known type.');
    }
  }

  #storedHeader(): Block {
    this.#take(this.#bitCount & 7);
    const length = this.#take(16);
    if ((this.#take(16) ^ 0xffff) !== length) this.#fail('A stored block has a wrong length.');
    return { kind: 'stored', left: length };
  }

  #dynamicHeader(): Block {
    const literalCount = this.#take(5) + 257;
    const distanceCount = this.#take(5) + 1;
    const codeCount = this.#take(4) + 4;
    if (literalCount > 286 || distanceCount > 30) this.#fail('A block has too many codes.');
    const codeLengths = new Uint8Array(19);
    for (const symbol of codeLengthOrder.slice(0, codeCount)) codeLengths[symbol] = this.#take(3);
    const lengths = this.#lengths(this.#table(codeLengths), literalCount + distanceCount);
    if (lengths[256] === 0) this.#fail('A block has no end.');
    return {
      kind: 'coded',
      literals: this.#table(lengths.subarray(0, literalCount)),
      distances: this.#table(lengths.subarray(literalCount)),
    };
  }

  /** Code lengths, themselves coded (RFC 1951, 3.2.7). */
  #lengths(table: HuffmanTable, count: number): Uint8Array {
    const lengths = new Uint8Array(count);
    for (let at = 0; at < count;) {
      const symbol = this.#symbol(table);
      if (symbol < 16) {
        lengths[at++] = symbol;
        continue;
      }
      if (symbol === 16 && at === 0) this.#fail('A code length repeats nothing.');
      const value = symbol === 16 ? (lengths[at - 1] ?? 0) : 0;
      const repeat =
        symbol === 16 ? 3 + this.#take(2) : symbol === 17 ? 3 + this.#take(3) : 11 + this.#take(7);
      if (at + repeat > count) this.#fail('Code lengths repeat too often.');
      lengths.fill(value, at, at + repeat);
      at += repeat;
    }
    return lengths;
  }

  #table(lengths: Uint8Array): HuffmanTable {
    return huffmanTable(lengths) ?? this.#fail('Code lengths make no code.');
  }

  #copyStored(left: number): Block {
    while (this.#bitCount >= 8 && left > 0 && !this.#isFull) {
      this.#output[this.#end++] = this.#take(8);
      left--;
    }
    if (this.#bitCount === 0 && left > 0 && !this.#isFull) {
      if (this.#inputAt >= this.#input.length) this.#refill();
      const room = this.#output.length - LONGEST_MATCH - this.#end;
      const count = Math.min(left, this.#input.length - this.#inputAt, room);
      if (count === 0) this.#fail('The compressed data ends too early.');
      this.#output.set(this.#input.subarray(this.#inputAt, this.#inputAt + count), this.#end);
      this.#inputAt += count;
      this.#end += count;
      left -= count;
    }
    return left === 0 ? { kind: 'none' } : { kind: 'stored', left };
  }

  /** Decodes until the block ends, which gives true, or there is enough output. */
  #decode(literals: HuffmanTable, distances: HuffmanTable): boolean {
    const output = this.#output;
    while (!this.#isFull) {
      const symbol = this.#symbol(literals);
      if (symbol < 256) {
        output[this.#end++] = symbol;
        continue;
      }
      if (symbol === 256) return true;
      const length = this.#extended(lengthBase, lengthExtra, symbol - 257);
      const distance = this.#extended(distanceBase, distanceExtra, this.#symbol(distances));
      const from = this.#end - distance;
      if (from < 0) this.#fail('A match reaches before the beginning.');
      if (distance >= length) output.copyWithin(this.#end, from, from + length);
      else for (let index = 0; index < length; index++) output[this.#end + index] = output[from + index] ?? 0;
      this.#end += length;
    }
    return false;
  }

  #extended(base: readonly number[], extra: readonly number[], index: number): number {
    const [start, bits] = [base[index], extra[index]];
    if (start === undefined || bits === undefined) return this.#fail('A code has no meaning.');
    return start + this.#take(bits);
  }

  #symbol({ bits, entries }: HuffmanTable): number {
    while (this.#bitCount < bits && this.#feed());
    const entry = entries[this.#bits & (entries.length - 1)] ?? 0;
    const length = entry & 15;
    if (length === 0 || length > this.#bitCount) this.#fail('A code is not in the table.');
    this.#bits >>>= length;
    this.#bitCount -= length;
    return entry >> 4;
  }

  #take(count: number): number {
    while (this.#bitCount < count) if (!this.#feed()) this.#fail('The compressed data ends too early.');
    const value = this.#bits & ((1 << count) - 1);
    this.#bits >>>= count;
    this.#bitCount -= count;
    return value;
  }

  /** Adds a byte to the bits; false at the end of the input. Bits never exceed 24. */
  #feed(): boolean {
    if (this.#inputAt >= this.#input.length) this.#refill();
    if (this.#inputAt >= this.#input.length) return false;
    this.#bits |= (this.#input[this.#inputAt++] ?? 0) << this.#bitCount;
    this.#bitCount += 8;
    return true;
  }

  #refill(): void {
    this.#input = this.#source.read(this.#inputEnd, INPUT);
    this.#inputEnd += this.#input.length;
    this.#inputAt = 0;
  }

  get #isFull(): boolean {
    return this.#end >= HISTORY + PIECE;
  }

  /** Keeps the history that matches may reach back to, and makes room behind it. */
  #makeRoom(): void {
    if (this.#end <= HISTORY) return;
    this.#output.copyWithin(0, this.#end - HISTORY, this.#end);
    this.#start = HISTORY;
    this.#end = HISTORY;
  }

  #fail(detail: string): never {
    throw new Malformed(this.#rule, detail, { offset: this.offset });
  }
}

type Block =
  | { readonly kind: 'none' }
  | { readonly kind: 'stored'; readonly left: number }
  | { readonly kind: 'coded'; readonly literals: HuffmanTable; readonly distances: HuffmanTable };

const codeLengthOrder = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
const lengthExtra = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const lengthBase = [
  3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195,
  227, 258,
];
const distanceExtra = [
  0, 0, 0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6, 7, 7, 8, 8, 9, 9, 10, 10, 11, 11, 12, 12, 13, 13,
];
const distanceBase = [
  1, 2, 3, 4, 5, 7, 9, 13, 17, 25, 33, 49, 65, 97, 129, 193, 257, 385, 513, 769, 1025, 1537, 2049, 3073, 4097,
  6145, 8193, 12289, 16385, 24577,
];

/** The code that is not written into the stream (RFC 1951, 3.2.6); two of its distances mean nothing. */
const fixedBlock: Block = (() => {
  const literals = huffmanTable(
    Uint8Array.from({ length: 288 }, (_, symbol) =>
      symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
    ),
  );
  const distances = huffmanTable(new Uint8Array(32).fill(5));
  if (literals === undefined || distances === undefined) throw new Error('The fixed code is one.');
  return { kind: 'coded', literals, distances };
})();
