import type { Budget } from '../budget.ts';
import { type ByteSource, bytesSource } from '../byte-source.ts';
import { Cursor } from '../cursor.ts';
import type { TensorEntry } from '../facts.ts';
import { Malformed } from '../malformed.ts';
import { type GgufMetadata, readMetadata, readString } from './gguf-metadata.ts';
import { type GgmlType, ggmlTypes } from './gguf-types.ts';

export interface GgufHeader {
  readonly version: number;
  readonly metadata: GgufMetadata;
  readonly tensors: readonly TensorEntry[];
  /** Where the last tensor ends; with and without the padding that writers add. */
  readonly dataEnd: number;
  readonly paddedEnd: number;
}

const MAGIC = 'GGUF';
const MAX_TENSORS = 1_000_000;
const MAX_NAME_BYTES = 63;
const MAX_DIMENSIONS = 4;
const MAX_ALIGNMENT = 1024 * 1024;
const DEFAULT_ALIGNMENT = 32;
const MAX_ELEMENTS = 2n ** 63n - 1n;

export function looksLikeGguf(head: Uint8Array): boolean {
  return Buffer.from(head.subarray(0, 4)).toString('latin1') === MAGIC;
}

/** Reads all that comes before the tensors' data (ggml/docs/gguf.md). Throws Malformed. */
export function parseGgufHeader(source: ByteSource, budget: Budget): GgufHeader {
  const cursor = new Cursor(source, 'gguf.header');
  cursor.seek(MAGIC.length);
  const version = cursor.u32le();
  if (version !== 2 && version !== 3) {
    throw new Malformed('gguf.version', `It is of version ${version}, or big-endian.`, { offset: 4 });
  }
  const tensorCount = cursor.size64le();
  const keyCount = cursor.size64le();
  if (tensorCount > MAX_TENSORS) cursor.fail(`It has ${tensorCount} tensors, over ${MAX_TENSORS}.`);
  const metadata = readMetadata(cursor, keyCount, budget);
  const alignment = alignmentOf(metadata);
  const described = readTensors(cursor, tensorCount, budget);
  return { version, metadata, ...placeTensors(described, cursor.offset, alignment) };
}

/** The same over bytes in memory, or null when there are not enough of them yet or they are wrong. */
export function tryGgufHeader(bytes: Uint8Array, budget: Budget): GgufHeader | null {
  try {
    return parseGgufHeader(bytesSource(bytes), budget);
  } catch (error) {
    if (error instanceof Malformed) return null;
    throw error;
  }
}

interface Described {
  readonly name: string;
  readonly type: GgmlType;
  readonly shape: readonly number[];
  /** From the start of the data. */
  readonly offset: number;
  readonly sizeBytes: number;
}

function alignmentOf(metadata: GgufMetadata): number {
  const alignment = metadata.get('general.alignment') ?? DEFAULT_ALIGNMENT;
  const valid =
    typeof alignment === 'number' &&
    alignment >= 1 &&
    alignment <= MAX_ALIGNMENT &&
    Number.isInteger(Math.log2(alignment));
  if (!valid) {
    throw new Malformed('gguf.layout', 'The alignment is no power of two up to 1 MiB.', {
      subject: 'general.alignment',
    });
  }
  return alignment;
}

function readTensors(cursor: Cursor, count: number, budget: Budget): Described[] {
  const names = new Set<string>();
  const tensors: Described[] = [];
  for (let i = 0; i < count; i++) {
    budget.step();
    const start = cursor.offset;
    const name = readString(cursor);
    if (name === '' || cursor.offset - start - 8 > MAX_NAME_BYTES) {
      cursor.fail('The name of a tensor is empty or 64 bytes or more.', start);
    }
    if (names.has(name))
      throw new Malformed('gguf.duplicate-name', 'Two tensors have it.', { subject: name });
    names.add(name);
    tensors.push(readTensor(cursor, name));
  }
  return tensors;
}

function readTensor(cursor: Cursor, name: string): Described {
  const start = cursor.offset;
  const dimensions = cursor.u32le();
  if (dimensions > MAX_DIMENSIONS) cursor.fail(`A tensor has ${dimensions} dimensions.`, start);
  const shape: number[] = [];
  for (let i = 0; i < dimensions; i++) shape.push(cursor.size64le());
  const typeNumber = cursor.u32le();
  const type = ggmlTypes.get(typeNumber);
  if (type === undefined) {
    throw new Malformed('gguf.type', `There is no tensor type ${typeNumber}.`, { subject: name });
  }
  const offset = cursor.size64le();
  return { name, type, shape, offset, sizeBytes: sizeOf(name, type, shape) };
}

function sizeOf(name: string, type: GgmlType, shape: readonly number[]): number {
  const row = shape[0] ?? 1;
  if (row % type.blockValues !== 0) {
    throw new Malformed('gguf.size', `Its rows of ${row} values are no whole blocks of ${type.name}.`, {
      subject: name,
    });
  }
  const elements = shape.reduce((product, dimension) => product * BigInt(dimension), 1n);
  const bytes = (elements / BigInt(type.blockValues)) * BigInt(type.blockBytes);
  if (elements > MAX_ELEMENTS || bytes > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new Malformed('gguf.size', 'Its size overflows.', { subject: name });
  }
  return Number(bytes);
}

function placeTensors(
  described: readonly Described[],
  headerEnd: number,
  alignment: number,
): Pick<GgufHeader, 'tensors' | 'dataEnd' | 'paddedEnd'> {
  const padded = (offset: number) => Math.ceil(offset / alignment) * alignment;
  const dataStart = padded(headerEnd);
  let expected = 0;
  let end = 0;
  for (const { name, offset, sizeBytes } of described) {
    if (offset !== expected) {
      throw new Malformed('gguf.layout', `Its data starts at ${offset}, where ${expected} is due.`, {
        subject: name,
      });
    }
    end = offset + sizeBytes;
    expected = padded(end);
  }
  return {
    tensors: described.map(({ name, type, shape, offset, sizeBytes }) => ({
      name,
      dtype: type.name,
      shape,
      offset: dataStart + offset,
      sizeBytes,
    })),
    dataEnd: described.length === 0 ? headerEnd : dataStart + end,
    paddedEnd: dataStart + expected,
  };
}
