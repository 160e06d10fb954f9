import { isDeceptiveName } from '../deceptive-text.ts';
import type { FormatScanner, ScanContext } from '../format-scanner.ts';
import { Malformed } from '../malformed.ts';
import { findTrailingZip } from '../polyglot.ts';
import { readThrough } from '../read-through.ts';
import { kindOfOperator } from '../tensorflow/operators.ts';
import { FlatReader, type FlatTable } from '../tflite/flatbuffer.ts';

const RULE = 'tflite.malformed';
const MAX_DIMENSIONS = 64;
const CUSTOM = 32;
/** Custom by number, yet compiled into the runtime (tensorflow/lite/core/kernels/register.cc). */
const ownOperators = new Set(['TFLite_Detection_PostProcess', 'Mfcc', 'AudioSpectrogram', 'NumericVerify']);
/** TensorType: its name, and the bits of an element; texts and resources have no fixed size. */
const types: readonly (readonly [name: string, bits: number])[] = [
  ['F32', 32],
  ['F16', 16],
  ['I32', 32],
  ['U8', 8],
  ['I64', 64],
  ['STRING', 0],
  ['BOOL', 8],
  ['I16', 16],
  ['C64', 64],
  ['I8', 8],
  ['F64', 64],
  ['C128', 128],
  ['U64', 64],
  ['RESOURCE', 0],
  ['VARIANT', 0],
  ['U32', 32],
  ['U16', 16],
  ['I4', 4],
  ['BF16', 16],
  ['I2', 2],
  ['U4', 4],
];
/** Places of fields in the schema (tensorflow/compiler/mlir/lite/schema/schema.fbs). */
const model = { version: 0, operators: 1, subgraphs: 2, buffers: 4, metadata: 6 };
const operatorCode = { oldCode: 0, custom: 1, code: 3 };
const subgraph = { tensors: 0, operators: 3 };
const tensorField = { shape: 0, type: 1, buffer: 2, name: 3, sparsity: 6 };
const bufferField = { data: 0, offset: 1, size: 2 };
const operatorField = { index: 0, largeOffset: 9, largeSize: 10 };

/** TensorFlow Lite: a FlatBuffer of subgraphs over buffers. */
export const tflite: FormatScanner = {
  format: 'tflite',
  alsoReads: ['zip'],
  recognises: ({ head }) => Buffer.from(head.subarray(4, 8)).toString('latin1') === 'TFL3',
  scan({ source }, context) {
    if (context.extent === 'all') readThrough(source);
    const flat = new FlatReader(source, RULE, context.budget);
    const root = flat.root();
    if (root.uint32(model.version) !== 3) {
      throw new Malformed(RULE, `There is no version ${root.uint32(model.version)}.`);
    }
    const operators = root.tables(model.operators);
    for (const each of operators) judgeOperator(each, context);
    const buffers = root.tables(model.buffers).map((each) => bufferOf(each, source.sizeBytes));
    for (const each of root.tables(model.subgraphs)) {
      judgeSubgraph(each, operators.length, buffers, source.sizeBytes, context);
    }
    for (const each of root.tables(model.metadata)) {
      if (each.uint32(1) >= buffers.length) throw new Malformed(RULE, 'Metadata lie in no buffer.');
    }
    const zipAt = findTrailingZip(source);
    if (zipAt !== null) {
      context.find('tflite.associated-files', 'A zip lies behind it, and was not opened.', { offset: zipAt });
    }
  },
};

function judgeOperator(operator: FlatTable, { find }: ScanContext): void {
  const code = Math.max(operator.int8(operatorCode.oldCode), operator.int32(operatorCode.code));
  const name = operator.text(operatorCode.custom);
  if (code < 0) throw new Malformed(RULE, `There is no operator ${code}.`, { offset: operator.at });
  if ((code !== CUSTOM && !operator.has(operatorCode.custom)) || ownOperators.has(name)) return;
  const place = { offset: operator.at, subject: name };
  if (!name.startsWith('Flex')) {
    find('tflite.custom-operator', 'It is not one of TensorFlow Lite.', place);
    return;
  }
  const kind = kindOfOperator(name.slice('Flex'.length));
  if (kind === 'code') find('tensorflow.code-operator', 'It runs code.', place);
  else if (kind === 'files' || kind === 'saver') find('tensorflow.file-operator', 'It takes files.', place);
  else find('tflite.flex-operator', 'It is one of full TensorFlow.', place);
}

interface Data {
  readonly start: number;
  readonly length: number;
}

/** In the FlatBuffer, or behind it where that would be over 2 GB. */
function bufferOf(buffer: FlatTable, sizeBytes: number): Data {
  const data = buffer.vector(bufferField.data, 1);
  const [start, length] = [buffer.uint64(bufferField.offset), buffer.uint64(bufferField.size)];
  if (start <= 1) return data;
  if (start + length > sizeBytes) {
    throw new Malformed('tflite.size', 'A buffer leaves the file.', { offset: buffer.at });
  }
  return { start, length };
}

function judgeSubgraph(
  graph: FlatTable,
  operators: number,
  buffers: readonly Data[],
  sizeBytes: number,
  context: ScanContext,
): void {
  const tensors = graph.tables(subgraph.tensors);
  for (const each of tensors) judgeTensor(each, buffers, context);
  for (const each of graph.tables(subgraph.operators)) {
    if (each.uint32(operatorField.index) >= operators) {
      throw new Malformed(RULE, 'A node has no operator.', { offset: each.at });
    }
    for (const field of [1, 2]) {
      const odd = each.int32s(field, 1_000_000).find((n) => n < -1 || n >= tensors.length);
      if (odd !== undefined) throw new Malformed(RULE, `There is no tensor ${odd}.`, { offset: each.at });
    }
    if (each.uint64(operatorField.largeOffset) + each.uint64(operatorField.largeSize) > sizeBytes) {
      throw new Malformed(RULE, 'The options of a node leave the file.', { offset: each.at });
    }
  }
}

function judgeTensor(tensor: FlatTable, buffers: readonly Data[], context: ScanContext): void {
  const name = tensor.text(tensorField.name);
  const place = { offset: tensor.at, subject: name };
  if (isDeceptiveName(name.replaceAll(/[<>]/g, ''))) {
    context.find('tensorflow.deceptive-name', 'The name of a tensor is not what it looks like.', place);
  }
  const type = types[tensor.int8(tensorField.type)];
  if (type === undefined) throw new Malformed(RULE, 'A tensor has an unknown type.', place);
  const buffer = buffers[tensor.uint32(tensorField.buffer)];
  if (buffer === undefined) throw new Malformed(RULE, 'A tensor lies in no buffer.', place);
  const shape = tensor.int32s(tensorField.shape, MAX_DIMENSIONS);
  if (shape.some((each) => each < -1)) throw new Malformed('tflite.size', 'A shape is negative.', place);
  if (buffer.length === 0 || type[1] === 0 || tensor.has(tensorField.sparsity)) return;
  const elements = shape.reduce((product, each) => product * BigInt(each), 1n);
  const expected = (elements * BigInt(type[1]) + 7n) / 8n;
  if (expected !== BigInt(buffer.length)) {
    context.find('tflite.size', `Its shape takes ${expected} bytes, its data ${buffer.length}.`, place);
    return;
  }
  context.learn({
    kind: 'tensor',
    tensor: { name, dtype: type[0], shape, offset: buffer.start, sizeBytes: buffer.length },
  });
}
