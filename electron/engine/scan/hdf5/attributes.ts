import { cursorAt, type Hdf5Bytes, type Hdf5Message, UNDEFINED } from './object-header.ts';
import { type Datatype, datatypeOf, elementsOf, readDataspace } from './datatypes.ts';

/** An attribute; `texts` are its values where it has texts, null where it has numbers or cannot be read. */
export interface Hdf5Attribute {
  readonly name: string;
  readonly texts: readonly string[] | null;
}

const MAX_TEXTS = 100_000n;
const padded = (length: number) => Math.ceil(length / 8) * 8;
const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

/** IV.A.2.m, versions 1 to 3. */
export function readAttribute(file: Hdf5Bytes, { start, end }: Hdf5Message): Hdf5Attribute {
  const cursor = cursorAt(file, start, end);
  const version = cursor.u8();
  if (version < 1 || version > 3) cursor.fail('An attribute has an unknown version.', start);
  const flags = cursor.u8();
  const [nameBytes, typeBytes, spaceBytes] = [cursor.u16le(), cursor.u16le(), cursor.u16le()];
  if (version === 3) cursor.skip(1);
  const sized = (length: number) => (version === 1 ? padded(length) : length);
  const name = latin1(cursor.bytes(sized(nameBytes)).subarray(0, nameBytes)).replace(/\0.*$/s, '');
  const typeAt = cursor.offset;
  cursor.skip(sized(typeBytes));
  const isShared = version > 1 && (flags & 1) !== 0;
  const type = datatypeOf(file, { kind: 0, start: typeAt, end: cursor.offset, isShared });
  const spaceAt = cursor.offset;
  cursor.skip(sized(spaceBytes));
  if (version > 1 && (flags & 2) !== 0) return { name, texts: null };
  const count = elementsOf(readDataspace(cursorAt(file, spaceAt, cursor.offset)));
  if (type?.text === null || type === null) return { name, texts: null };
  if (count > MAX_TEXTS) cursor.fail('An attribute has more texts than any model.', start);
  return { name, texts: readTexts(file, cursor.offset, end, type, Number(count)) };
}

function readTexts(file: Hdf5Bytes, start: number, end: number, type: Datatype, count: number): string[] {
  const cursor = cursorAt(file, start, end);
  const texts: string[] = [];
  for (let n = 0; n < count; n++) {
    file.budget.step();
    if (type.text === 'fixed') texts.push(asText(cursor.bytes(type.sizeBytes)));
    else {
      const length = cursor.u32le();
      const address = cursor.u64le();
      const index = cursor.u32le();
      const isNone = length === 0 || address === 0n || address === UNDEFINED;
      texts.push(isNone ? '' : asText(globalHeapObject(file, Number(address), index).subarray(0, length)));
    }
  }
  return texts;
}

/** III.E: an object of a collection, by its index. */
function globalHeapObject(file: Hdf5Bytes, address: number, index: number): Uint8Array {
  const head = cursorAt(file, address);
  if (latin1(head.bytes(4)) !== 'GCOL') head.fail('A text is not where it should be.', address);
  head.skip(4);
  const size = head.size64le();
  const cursor = cursorAt(file, address, address + size);
  cursor.skip(16);
  while (cursor.remaining >= 16) {
    file.budget.step();
    const number = cursor.u16le();
    cursor.skip(6);
    const length = cursor.size64le();
    if (number === index) return cursor.bytes(length);
    if (number === 0) break;
    cursor.skip(padded(length));
  }
  return cursor.fail('A text is not in its heap.', address);
}

function asText(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8').replace(/\0+$/, '');
}
