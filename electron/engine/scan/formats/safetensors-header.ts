import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '#engine/core/json-reader.ts';
import type { Budget } from '../budget.ts';
import type { TensorEntry } from '../facts.ts';
import { Malformed } from '../malformed.ts';
import { countOf, scanJson } from '../scan-json.ts';
import { safetensorsTypeBits } from './safetensors-types.ts';

/** The length of the header, before it. */
export const LENGTH_BYTES = 8;
/** As the reference implementation bounds it. */
export const MAX_HEADER_BYTES = 100_000_000;

export interface SafetensorsHeader {
  /** In the order of their data. */
  readonly tensors: readonly TensorEntry[];
  readonly metadata: ReadonlyMap<string, string>;
}

const BRACE = 0x7b;
/** White space of JSON (RFC 8259 section 2). */
export const JSON_WHITE_SPACE: ReadonlySet<number> = new Set([0x20, 0x09, 0x0a, 0x0d]);
const METADATA = '__metadata__';
const MAX_U64 = 2n ** 64n - 1n;
const rules = { malformed: 'safetensors.header', duplicateKey: 'safetensors.duplicate-key' };

/** A length that can be one, and behind it an opening brace, white space before it or not. */
export function looksLikeSafetensors(head: Uint8Array): boolean {
  if (head.length <= LENGTH_BYTES || head[5] !== 0 || head[6] !== 0 || head[7] !== 0) return false;
  let at = LENGTH_BYTES;
  while (JSON_WHITE_SPACE.has(head[at] ?? 0)) at++;
  return head[at] === BRACE;
}

/** What the first eight bytes say of the header's length. Throws Malformed when they are not there or say too much. */
export function headerLength(head: Uint8Array): number {
  if (head.length < LENGTH_BYTES) throw bad('The file is shorter than the length of its header.');
  const length = new DataView(head.buffer, head.byteOffset, LENGTH_BYTES).getBigUint64(0, true);
  if (length > BigInt(MAX_HEADER_BYTES)) throw bad(`The header is said to take ${length} bytes.`);
  return Number(length);
}

/**
 * Reads the JSON of a header. Stricter than the reference on purpose: no name twice, also not by an escape, and no field
 * beside the three. Throws Malformed. Where the data lies in the file is checked by `checkLayout`.
 */
export function parseSafetensorsHeader(json: Uint8Array, budget: Budget): SafetensorsHeader {
  const root = scanJson(json, rules, budget);
  if (!isJsonObject(root)) throw bad('The header is no JSON object.');
  const tensors: TensorEntry[] = [];
  let metadata: ReadonlyMap<string, string> = new Map();
  for (const [name, value] of root) {
    budget.step();
    if (name === METADATA) metadata = metadataOf(value);
    else tensors.push(tensorOf(name, value, LENGTH_BYTES + json.length));
  }
  tensors.sort((a, b) => a.offset - b.offset || a.sizeBytes - b.sizeBytes);
  return { tensors, metadata };
}

/** The data starts behind the header, has neither gaps nor overlaps, and ends where the file does. Throws Malformed. */
export function checkLayout(tensors: readonly TensorEntry[], dataStart: number, fileBytes: number): void {
  let expected = dataStart;
  for (const { name, offset, sizeBytes } of tensors) {
    if (offset !== expected) {
      throw new Malformed(
        'safetensors.layout',
        `Its data starts at ${offset - dataStart}, where ${expected - dataStart} is due.`,
        { subject: name },
      );
    }
    expected += sizeBytes;
  }
  if (expected !== fileBytes) {
    throw new Malformed(
      'safetensors.layout',
      `The tensors end at byte ${expected}, the file at byte ${fileBytes}.`,
    );
  }
}

function metadataOf(value: JsonValue): ReadonlyMap<string, string> {
  if (!isJsonObject(value)) throw bad('The metadata are no JSON object.', METADATA);
  const texts = new Map<string, string>();
  for (const [key, text] of value) {
    if (typeof text !== 'string') throw bad('A value in the metadata is no text.', key);
    texts.set(key, text);
  }
  return texts;
}

function tensorOf(name: string, value: JsonValue, dataStart: number): TensorEntry {
  if (!isJsonObject(value)) throw bad('What describes the tensor is no JSON object.', name);
  for (const field of value.keys()) {
    if (field !== 'dtype' && field !== 'shape' && field !== 'data_offsets') {
      throw new Malformed('safetensors.unknown-field', 'The tensor has a field that is not in the format.', {
        subject: `${name}: ${field}`,
      });
    }
  }
  const dtype = value.get('dtype');
  const bits = typeof dtype === 'string' ? safetensorsTypeBits[dtype] : undefined;
  if (typeof dtype !== 'string' || bits === undefined) {
    throw new Malformed('safetensors.dtype', 'The type of the tensor is not known.', { subject: name });
  }
  const shape = shapeOf(name, value);
  const [begin, end] = offsetsOf(name, value);
  checkSize(name, shape, bits, end - begin);
  return { name, dtype, shape, offset: dataStart + begin, sizeBytes: end - begin };
}

function shapeOf(name: string, tensor: JsonObject): number[] {
  const shape = tensor.get('shape');
  if (!isJsonArray(shape)) throw bad('The shape is no list.', name);
  return shape.map((dimension) => {
    const count = countOf(dimension);
    if (count === null) throw bad('The shape has something that is no count.', name);
    return count;
  });
}

function offsetsOf(name: string, tensor: JsonObject): [begin: number, end: number] {
  const offsets = tensor.get('data_offsets');
  if (!isJsonArray(offsets) || offsets.length !== 2) throw bad('There are not two offsets.', name);
  const begin = countOf(offsets[0]);
  const end = countOf(offsets[1]);
  if (begin === null || end === null) throw bad('The offsets are no byte counts.', name);
  if (end < begin) {
    throw new Malformed('safetensors.layout', 'Its data ends before it starts.', { subject: name });
  }
  return [begin, end];
}

function checkSize(name: string, shape: readonly number[], bits: number, sizeBytes: number): void {
  let elements = 1n;
  for (const dimension of shape) {
    elements *= BigInt(dimension);
    if (elements > MAX_U64) throw badSize(name, 'The number of its elements overflows 64 bits.');
  }
  const totalBits = elements * BigInt(bits);
  if (totalBits > MAX_U64) throw badSize(name, 'The number of its bits overflows 64 bits.');
  if (totalBits % 8n !== 0n) throw badSize(name, 'Its values fill no whole number of bytes.');
  if (totalBits / 8n !== BigInt(sizeBytes)) {
    throw badSize(name, `Its shape and type take ${totalBits / 8n} bytes, its data ${sizeBytes}.`);
  }
}

function badSize(name: string, detail: string): Malformed {
  return new Malformed('safetensors.size', detail, { subject: name });
}

function bad(detail: string, subject?: string): Malformed {
  return new Malformed('safetensors.header', detail, subject === undefined ? {} : { subject });
}
