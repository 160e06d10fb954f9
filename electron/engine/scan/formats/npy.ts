import { Cursor } from '../cursor.ts';
import type { FormatScanner } from '../format-scanner.ts';
import { shown } from '../shown.ts';
import { itemBytesOfFields } from '../numpy/npy-fields.ts';
import { parseNpyHeader } from '../numpy/npy-header.ts';
import { itemBytesOfOrdered } from '../pickle/numpy-dtype.ts';

const MAGIC = '\x93NUMPY';
const MAX_HEADER = 64 * 1024;

/** One array of numpy (NEP 1): a header that is a Python literal, parsed and never evaluated, and exactly its bytes. */
export const npy: FormatScanner = {
  format: 'npy',
  recognises: ({ head }) => Buffer.from(head.subarray(0, MAGIC.length)).toString('latin1') === MAGIC,
  scan({ source }, context) {
    const cursor = new Cursor(source, 'npy.malformed');
    cursor.skip(MAGIC.length);
    const [major, minor] = [cursor.u8(), cursor.u8()];
    if (major < 1 || major > 3 || minor !== 0) cursor.fail(`There is no version ${major}.${minor}.`);
    const headerBytes = major === 1 ? cursor.u16le() : cursor.u32le();
    if (headerBytes > MAX_HEADER) cursor.fail(`Its header has ${headerBytes} bytes.`);
    const header =
      parseNpyHeader(cursor.utf8(headerBytes)) ?? cursor.fail('Its header is not as numpy writes it.');
    const itemBytes =
      header.descr === undefined ? itemBytesOfFields(header.rawDescr) : itemBytesOfOrdered(header.descr);
    if (itemBytes === undefined) {
      const isObject = /^'[<>|=]?O|, '[<>|=]?O/.test(header.rawDescr);
      const rule = isObject ? 'npy.object' : 'npy.dtype';
      context.find(rule, `Its elements are of type ${shown(header.descr ?? header.rawDescr)}.`);
      cursor.stream(cursor.remaining);
      return;
    }
    const expected = header.shape.reduce((product, length) => product * length, itemBytes);
    if (expected !== cursor.remaining) {
      context.find('npy.length', `${cursor.remaining} bytes follow its header, its shape takes ${expected}.`);
    }
    if (context.extent === 'all') cursor.stream(cursor.remaining);
  },
};
