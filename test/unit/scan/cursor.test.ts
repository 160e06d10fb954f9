import { describe, expect, it } from 'vitest';
import { type ByteSource, bytesSource } from '#engine/scan/byte-source.ts';
import { Cursor } from '#engine/scan/cursor.ts';
import type { Malformed } from '#engine/scan/malformed.ts';

const over = (...bytes: number[]) => new Cursor(bytesSource(Uint8Array.from(bytes)), 'x.malformed');

describe('the cursor', () => {
  it('reads numbers of every width', () => {
    const cursor = over(1, 2, 1, 0xff, 0xff, 0xff, 0xff, 0xfe, 0xff, 0xff, 0xff, 0, 0, 0, 1);
    expect([cursor.u8(), cursor.u16le(), cursor.u32le(), cursor.i32le(), cursor.u32be()]).toEqual([
      1, 0x102, 0xffff_ffff, -2, 1,
    ]);
    expect(cursor.remaining).toBe(0);
    expect(over(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff).u64le()).toBe(2n ** 64n - 1n);
    expect(over(0xac, 0x02).varint()).toBe(300n);
  });

  it.each([
    ['a number past the end', () => over(1).u16le()],
    ['bytes past the end', () => over(1, 2).bytes(3)],
    ['a negative length', () => over(1, 2).bytes(-1)],
    ['a length that is no number', () => over(1, 2).bytes(Number.NaN)],
    ['a length beyond 2^53', () => over(0, 0, 0, 0, 0, 0, 0, 0x80).size64le()],
    ['an overlong varint', () => over(...new Array<number>(11).fill(0x80)).varint()],
    ['a varint of 65 bits', () => over(...new Array<number>(9).fill(0xff), 0x02).varint()],
    ['text that is not UTF-8', () => over(0xc0, 0xaf).utf8(2)],
    ['a surrogate in UTF-8', () => over(0xed, 0xa0, 0x80).utf8(3)],
    ['a line without an end', () => over(65, 65).line(10)],
    ['a line over its limit', () => over(65, 65, 65, 10).line(2)],
    ['a seek past the end', () => over(1).seek(2)],
  ])('refuses %s with the rule of its owner', (_what, read) => {
    expect(read).toThrow(expect.objectContaining({ rule: 'x.malformed' }) as Malformed);
  });

  it('gives the same bytes in every way of reading, across windows', () => {
    const bytes = Uint8Array.from({ length: 700_000 }, (_, index) => (index * 7 + (index >> 9)) & 0xff);
    const cursor = new Cursor(bytesSource(bytes), 'x.malformed', { start: 5 });
    const seen: Uint8Array[] = [Uint8Array.of(cursor.u8()), cursor.bytes(300_000).slice()];
    for (let count = 0; count < 100_000; count++) seen.push(Uint8Array.of(cursor.u8()));
    seen.push(cursor.line(1_000).slice(), Uint8Array.of(10));
    cursor.stream(cursor.remaining, (piece) => seen.push(piece.slice()));
    expect(Buffer.concat(seen).equals(Buffer.from(bytes.subarray(5)))).toBe(true);
  });

  it('does not read what it passes over', () => {
    let read = 0;
    const source: ByteSource = {
      sizeBytes: 10_000_000,
      read: (_offset, length) => {
        read += length;
        return new Uint8Array(length);
      },
    };
    const cursor = new Cursor(source, 'x.malformed');
    cursor.skip(9_000_000);
    cursor.u8();
    expect(cursor.offset).toBe(9_000_001);
    expect(read).toBeLessThan(1_000_000);
  });
});
