import type { ByteSource } from '../byte-source.ts';
import { Cursor } from '../cursor.ts';
import type { FormatScanner, ScanContext } from '../format-scanner.ts';
import { findTrailingZip } from '../polyglot.ts';
import { readThrough } from '../read-through.ts';

const RULE = 'picture.malformed';
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

/** A picture format: told by its first bytes, and where the picture ends. */
function picture(
  format: string,
  recognises: (head: string) => boolean,
  end: (cursor: Cursor) => number,
): FormatScanner {
  return {
    format,
    recognises: ({ head }) => recognises(latin1(head.subarray(0, 16))),
    scan({ source }, context) {
      readThrough(source);
      const endsAt = end(new Cursor(source, RULE));
      if (endsAt < source.sizeBytes && !isPadding(source, endsAt)) {
        context.find('picture.tail', `${source.sizeBytes - endsAt} bytes lie behind its end.`, {
          offset: endsAt,
        });
      }
      findZip(source, context);
    },
  };
}

function findZip(source: ByteSource, context: ScanContext): void {
  const zipAt = findTrailingZip(source);
  if (zipAt !== null) context.find('file.polyglot', 'The picture is a zip archive too.', { offset: zipAt });
}

/** Some cameras and tools fill up with zeros. */
function isPadding(source: ByteSource, start: number): boolean {
  const tail = source.read(start, Math.min(source.sizeBytes - start, 64 * 1024));
  return tail.length === source.sizeBytes - start && tail.every((byte) => byte === 0 || byte === 0x0a);
}

export const png = picture(
  'png',
  (head) => head.startsWith('\u0089PNG\r\n\u001a\n'),
  (cursor) => {
    cursor.skip(8);
    for (;;) {
      const length = cursor.u32be();
      const type = latin1(cursor.bytes(4));
      if (!/^[A-Za-z]{4}$/.test(type)) cursor.fail('A chunk has no name.');
      cursor.skip(length);
      cursor.skip(4);
      if (type === 'IEND') return cursor.offset;
    }
  },
);

export const jpeg = picture(
  'jpeg',
  (head) => head.startsWith('\u00ff\u00d8\u00ff'),
  (cursor) => {
    cursor.skip(2);
    for (;;) {
      if (cursor.u8() !== 0xff) cursor.fail('A marker is missing.');
      let marker = cursor.u8();
      while (marker === 0xff) marker = cursor.u8();
      if (marker === 0xd9) return cursor.offset;
      if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) continue;
      const length = cursor.u8() * 256 + cursor.u8();
      if (length < 2) cursor.fail('A segment is too short.');
      cursor.skip(length - 2);
      if (marker === 0xda) passEntropyCoded(cursor);
    }
  },
);

/** Goes to the next marker that is neither a stuffed byte nor a restart. */
function passEntropyCoded(cursor: Cursor): void {
  for (;;) {
    if (cursor.u8() !== 0xff) continue;
    const next = cursor.peek();
    if (next === 0x00 || next === 0xff || (next >= 0xd0 && next <= 0xd7)) continue;
    return cursor.seek(cursor.offset - 1);
  }
}

export const gif = picture(
  'gif',
  (head) => /^GIF8[79]a/.test(head),
  (cursor) => {
    cursor.skip(10);
    const flags = cursor.u8();
    cursor.skip(2 + colourTable(flags));
    for (;;) {
      const block = cursor.u8();
      if (block === 0x3b) return cursor.offset;
      if (block === 0x21) cursor.skip(1);
      else if (block === 0x2c) {
        cursor.skip(8);
        cursor.skip(colourTable(cursor.u8()) + 1);
      } else cursor.fail('There is no such block.');
      for (let length = cursor.u8(); length > 0; length = cursor.u8()) cursor.skip(length);
    }
  },
);

function colourTable(flags: number): number {
  return (flags & 0x80) === 0 ? 0 : 3 * 2 ** ((flags & 7) + 1);
}

export const riff = picture(
  'riff',
  (head) => /^RIFF[\s\S]{4}(?:WEBP|WAVE)/.test(head),
  (cursor) => {
    cursor.skip(4);
    const length = cursor.u32le();
    if (length < 4 || length + 8 > cursor.remaining + 8) cursor.fail('It is shorter than it says.');
    return 8 + length + (length % 2 === 1 && cursor.remaining > length ? 1 : 0);
  },
);
