import type { ByteSource } from '../byte-source.ts';
import { Cursor } from '../cursor.ts';
import { type FormatScanner, HEAD_BYTES, type ScanContext, type ScanTarget } from '../format-scanner.ts';
import { inflateAll } from '../inflate/inflated.ts';
import { Inflater } from '../inflate/inflater.ts';
import { looksLikeSafetensors } from './safetensors-header.ts';
import { tar } from './tar.ts';

const RULE = 'gzip.malformed';

/** One gzip member (RFC 1952) and nothing behind it; what is in it is scanned by content. */
export const gzip: FormatScanner = {
  format: 'gzip',
  // Not the length of a safetensors header, which has zeros here and a brace behind them.
  recognises: ({ head }) => head[0] === 0x1f && head[1] === 0x8b && !looksLikeSafetensors(head),
  scan(target, context) {
    const { source } = target;
    const start = gzipHeader(source);
    const inflated = inflateAll(() => new Inflater(source, RULE, start), context.budget);
    const trailer = new Cursor(source, RULE, { start: inflated.end });
    const [crc, size] = [trailer.u32le(), trailer.u32le()];
    if (crc !== inflated.crc32 || size !== inflated.source.sizeBytes % 2 ** 32) {
      context.find('gzip.checksum', 'What it decompresses to has another checksum than it states.');
    }
    if (trailer.remaining > 0) {
      context.find('gzip.trailing', `${trailer.remaining} bytes follow it.`, { offset: trailer.offset });
      trailer.stream(trailer.remaining);
    }
    scanContent(target, inflated.source, context);
  },
};

/** A zlib stream (RFC 1950), as joblib compresses by default. */
export const zlib: FormatScanner = {
  format: 'zlib',
  recognises: ({ head: [first = 0, second = 0], source }) =>
    first === 0x78 && [0x01, 0x5e, 0x9c, 0xda].includes(second) && inflates(source),
  scan(target, context) {
    const { source } = target;
    const inflated = inflateAll(() => new Inflater(source, RULE, 2), context.budget);
    const trailer = new Cursor(source, RULE, { start: inflated.end });
    if (trailer.u32be() !== adler32(inflated.source)) {
      context.find('gzip.checksum', 'What it decompresses to has another checksum than it states.');
    }
    if (trailer.remaining > 0) {
      context.find('gzip.trailing', `${trailer.remaining} bytes follow it.`, { offset: trailer.offset });
      trailer.stream(trailer.remaining);
    }
    scanContent(target, inflated.source, context);
  },
};

/** A compressed tar is one archive, not one in another. */
function scanContent({ name, depth }: ScanTarget, source: ByteSource, context: ScanContext): void {
  const inner: ScanTarget = { name, source, depth, head: source.read(0, HEAD_BYTES) };
  if (tar.recognises(inner)) tar.scan(inner, context);
  else context.scanInside(name.replace(/^.*\//, '').replace(/\.(gz|z|gzip)$/i, ''), source);
}

const TEXT_FLAG = 0x01;
const HEADER_CRC = 0x02;
const EXTRA = 0x04;
const NAME = 0x08;
const COMMENT = 0x10;

/** Returns where the compressed data starts. */
function gzipHeader(source: ByteSource): number {
  const cursor = new Cursor(source, RULE, { start: 2 });
  const [method, flags] = [cursor.u8(), cursor.u8()];
  if (method !== 8) cursor.fail(`Its method is ${method}.`);
  if ((flags & ~(TEXT_FLAG | HEADER_CRC | EXTRA | NAME | COMMENT)) !== 0)
    cursor.fail('It has flags of no meaning.');
  cursor.skip(6);
  if ((flags & EXTRA) !== 0) cursor.skip(cursor.u16le());
  for (const field of [NAME, COMMENT]) if ((flags & field) !== 0) while (cursor.u8() !== 0);
  if ((flags & HEADER_CRC) !== 0) cursor.skip(2);
  return cursor.offset;
}

/** Two bytes are no magic: does it decompress, for a piece at least? */
function inflates(source: ByteSource): boolean {
  try {
    return new Inflater(source, RULE, 2).next() !== undefined;
  } catch {
    return false;
  }
}

function adler32(source: ByteSource): number {
  let [a, b] = [1, 0];
  new Cursor(source, RULE).stream(source.sizeBytes, (piece) => {
    for (let start = 0; start < piece.length; start += 3_800) {
      for (const byte of piece.subarray(start, start + 3_800)) {
        a += byte;
        b += a;
      }
      a %= 65_521;
      b %= 65_521;
    }
  });
  return ((b << 16) | a) >>> 0;
}
