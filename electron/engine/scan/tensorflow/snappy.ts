import type { Budget } from '../budget.ts';
import type { ByteSource } from '../byte-source.ts';
import { Cursor } from '../cursor.ts';

/** Of blocks that TensorFlow writes, which have 256 KiB at most. */
const MAX_BYTES = 64 * 1024 * 1024;

/** Snappy's block format (https://github.com/google/snappy/blob/main/format_description.txt). Throws Malformed of the rule. */
export function readSnappy(source: ByteSource, rule: string, budget: Budget): Uint8Array {
  const cursor = new Cursor(source, rule);
  const length = Number(cursor.varint());
  if (length > MAX_BYTES) cursor.fail(`It decompresses to ${length} bytes.`, 0);
  budget.inflate(length);
  const bytes = new Uint8Array(length);
  let at = 0;
  while (cursor.remaining > 0) {
    budget.step();
    const tag = cursor.u8();
    if ((tag & 3) === 0) {
      const count = literalLength(tag >> 2, cursor);
      if (at + count > length) cursor.fail('It decompresses to more than it says.');
      bytes.set(cursor.bytes(count), at);
      at += count;
      continue;
    }
    const { count, offset } = copyOf(tag, cursor);
    if (offset === 0 || offset > at || at + count > length) cursor.fail('A copy leads outside.');
    for (let n = 0; n < count; n++, at++) bytes[at] = bytes[at - offset] ?? 0;
  }
  return at === length ? bytes : cursor.fail('It decompresses to less than it says.');
}

/** Up to 60 in the tag, else in one to four bytes behind it. */
function literalLength(code: number, cursor: Cursor): number {
  if (code < 60) return code + 1;
  let length = 0;
  for (let n = 0; n < code - 59; n++) length += cursor.u8() * 256 ** n;
  return length + 1;
}

function copyOf(tag: number, cursor: Cursor): { readonly count: number; readonly offset: number } {
  if ((tag & 3) === 1) return { count: ((tag >> 2) & 7) + 4, offset: (tag >> 5) * 256 + cursor.u8() };
  const offset = (tag & 3) === 2 ? cursor.u16le() : cursor.u32le();
  return { count: (tag >> 2) + 1, offset };
}
