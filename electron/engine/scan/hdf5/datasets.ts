import type { ScanContext } from '../format-scanner.ts';
import { datatypeOf, elementsOf, readDataspace } from './datatypes.ts';
import { cursorAt, type Hdf5Bytes, type Hdf5Message, kinds, UNDEFINED } from './object-header.ts';

/** What is not stored costs memory all the same; less than this is no attack. */
const MAX_UNSTORED_BYTES = 16n * 1024n * 1024n;
/** The best that deflate does is about 1:1032. */
const MAX_RATIO = 1032n;
const DEFLATE = 1;
/** Deflate, shuffle, Fletcher32, szip, n-bit, scale-offset, and h5py's LZF; others are libraries that are loaded by number. */
const knownFilters = new Set([1, 2, 3, 4, 5, 6, 32000]);
const MAX_DEPTH = 32;

/** Checks a dataset: what its shape takes against what is stored, and that it is stored here. */
export function judgeDataset(
  file: Hdf5Bytes,
  messages: readonly Hdf5Message[],
  name: string,
  context: ScanContext,
): void {
  const one = (kind: number) => messages.find((each) => each.kind === kind);
  const [space, typeMessage, layout] = [one(kinds.dataspace), one(kinds.datatype), one(kinds.layout)];
  const place = { subject: name };
  if (one(kinds.externalFiles) !== undefined) {
    context.find('hdf5.link', 'Its data lie in other files.', place);
  }
  if (space === undefined || typeMessage === undefined || layout === undefined) return;
  const type = datatypeOf(file, typeMessage);
  if (type === null || space.isShared || layout.isShared) {
    context.find('hdf5.unread', 'Its type or shape lies in a table of shared messages.', place);
    return;
  }
  const shape = readDataspace(cursorAt(file, space.start, space.end));
  const declared = elementsOf(shape) * BigInt(type.sizeBytes);
  const filters = messages
    .filter(({ kind }) => kind === kinds.filters)
    .flatMap((each) => readFilters(file, each));
  const foreign = filters.find((id) => !knownFilters.has(id));
  if (foreign !== undefined) {
    context.find('hdf5.unread', `Its data need the filter ${foreign}, a library of its own.`, place);
  }
  const stored = readLayout(file, layout);
  if (stored.kind === 'virtual') context.find('hdf5.link', 'Its data are parts of other files.', place);
  if (stored.kind === 'unread') context.find('hdf5.unread', 'Its index of chunks is not walked.', place);
  const limit = BigInt(stored.bytes) * (filters.includes(DEFLATE) ? MAX_RATIO : 1n);
  const unstored = declared - limit;
  const isShort = stored.kind === 'contiguous' && stored.bytes > 0 && unstored > 0n;
  if (isShort || unstored > MAX_UNSTORED_BYTES) {
    context.find('hdf5.size', `Its shape takes ${declared} bytes, and ${stored.bytes} are stored.`, place);
  } else if (stored.kind === 'contiguous' && shape !== null) {
    context.learn({
      kind: 'tensor',
      tensor: {
        name,
        dtype: type.name,
        shape: shape.map(Number),
        offset: stored.offset,
        sizeBytes: Number(declared),
      },
    });
  }
}

interface Stored {
  readonly kind: 'compact' | 'contiguous' | 'chunked' | 'virtual' | 'unread';
  readonly offset: number;
  readonly bytes: number;
}

/** IV.A.2.i, versions 1 to 5. */
function readLayout(file: Hdf5Bytes, { start, end }: Hdf5Message): Stored {
  const cursor = cursorAt(file, start, end);
  const version = cursor.u8();
  if (version < 1 || version > 5) cursor.fail('A layout has an unknown version.', start);
  const rank = version < 3 ? cursor.u8() : 0;
  const kind = cursor.u8();
  if (version < 3) cursor.skip(5);
  if (kind === 0) {
    if (version < 3) cursor.skip(4 * rank);
    const bytes = version < 3 ? cursor.u32le() : cursor.u16le();
    cursor.skip(bytes);
    return { kind: 'compact', offset: 0, bytes };
  }
  if (kind === 1) {
    const address = cursor.u64le();
    if (address === UNDEFINED) return { kind: 'contiguous', offset: 0, bytes: 0 };
    const bytes = version < 3 ? file.source.sizeBytes - Number(address) : cursor.size64le();
    if (Number(address) + bytes > file.source.sizeBytes || bytes < 0) {
      cursor.fail('The data of a dataset leave the file.', start);
    }
    return { kind: 'contiguous', offset: Number(address), bytes };
  }
  if (kind === 3) return { kind: 'virtual', offset: 0, bytes: 0 };
  if (kind !== 2) return cursor.fail(`There is no layout ${kind}.`, start);
  if (version > 3) return { kind: 'unread', offset: 0, bytes: file.source.sizeBytes };
  const dimensions = version === 3 ? cursor.u8() : rank;
  const tree = cursor.u64le();
  if (dimensions < 2 || dimensions > 33) cursor.fail('Chunks have no shape.', start);
  return {
    kind: 'chunked',
    offset: 0,
    bytes: tree === UNDEFINED ? 0 : sumChunks(file, Number(tree), dimensions),
  };
}

/** III.A.1, node type 1: how many bytes the chunks take together; each of them lies in the file. */
function sumChunks(file: Hdf5Bytes, tree: number, dimensions: number): number {
  let total = 0;
  const seen = new Set<number>();
  const open: (readonly [address: number, depth: number])[] = [[tree, 0]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [address, depth] = next;
    const cursor = cursorAt(file, address);
    if (Buffer.from(cursor.bytes(4)).toString('latin1') !== 'TREE' || cursor.u8() !== 1) {
      cursor.fail('There is no index of chunks.', address);
    }
    if (seen.has(address) || depth > MAX_DEPTH)
      cursor.fail('An index of chunks leads back into itself.', address);
    seen.add(address);
    const level = cursor.u8();
    const count = cursor.u16le();
    cursor.skip(16);
    for (let n = 0; n < count; n++) {
      file.budget.step();
      const bytes = cursor.u32le();
      cursor.skip(4 + 8 * dimensions);
      const child = cursor.size64le();
      if (level > 0) open.push([child, depth + 1]);
      else if (child + bytes > file.source.sizeBytes) cursor.fail('A chunk leaves the file.');
      else if (seen.has(child)) cursor.fail('A chunk is there twice.');
      else {
        seen.add(child);
        total += bytes;
      }
    }
  }
  return total;
}

/** IV.A.2.l: the numbers of the filters. */
function readFilters(file: Hdf5Bytes, { start, end }: Hdf5Message): number[] {
  const cursor = cursorAt(file, start, end);
  const version = cursor.u8();
  const count = cursor.u8();
  if (version < 1 || version > 2 || count > 32) cursor.fail('Filters are none.', start);
  if (version === 1) cursor.skip(6);
  return Array.from({ length: count }, () => {
    const id = cursor.u16le();
    const nameBytes = version === 1 || id >= 256 ? cursor.u16le() : 0;
    cursor.skip(2);
    const values = cursor.u16le();
    cursor.skip(version === 1 ? Math.ceil(nameBytes / 8) * 8 : nameBytes);
    cursor.skip(4 * (version === 1 && values % 2 === 1 ? values + 1 : values));
    return id;
  });
}
