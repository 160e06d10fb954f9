import type { ScanContext } from '../format-scanner.ts';
import { isInnerPath } from '../external-path.ts';
import { Malformed } from '../malformed.ts';
import type { ProtoField, ProtoReader } from '../protobuf.ts';
import { isDeceptiveName } from '../deceptive-text.ts';

const RULE = 'onnx.malformed';
const MAX_DIMENSIONS = 64;
const STRING_TYPE = 8;
const EXTERNAL = 1n;

/** TensorProto.DataType: its name, and how many bits an element has in raw data. Texts have no fixed size. */
const types: readonly (readonly [name: string, bits: number] | undefined)[] = [
  undefined,
  ['F32', 32],
  ['U8', 8],
  ['I8', 8],
  ['U16', 16],
  ['I16', 16],
  ['I32', 32],
  ['I64', 64],
  ['STRING', 0],
  ['BOOL', 8],
  ['F16', 16],
  ['F64', 64],
  ['U32', 32],
  ['U64', 64],
  ['C64', 64],
  ['C128', 128],
  ['BF16', 16],
  ['F8_E4M3', 8],
  ['F8_E4M3FNUZ', 8],
  ['F8_E5M2', 8],
  ['F8_E5M2FNUZ', 8],
  ['U4', 4],
  ['I4', 4],
  ['F4', 4],
  ['F8_E8M0', 8],
  ['U2', 2],
  ['I2', 2],
];
const known = new Set([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16]);

/** Checks a TensorProto: its shape against its data, and where data lie that are not in the file. */
export function judgeTensor(
  field: ProtoField,
  proto: ProtoReader,
  context: ScanContext,
  unknown: (n: number) => void,
): void {
  const message = proto.message(field);
  for (const number of message.numbers()) if (!known.has(number)) unknown(number);
  const name = message.text(8);
  if (isDeceptiveName(name)) {
    context.find('onnx.deceptive-text', 'The name of a tensor is not what it looks like.', { subject: name });
  }
  const typeNumber = Number(message.int(2));
  const type = types[typeNumber];
  if (type === undefined)
    throw new Malformed(RULE, `There is no tensor type ${typeNumber}.`, { subject: name });
  const shape = proto.numbers(message.all(1), MAX_DIMENSIONS).map((each) => BigInt.asIntN(64, each));
  const elements = shape.reduce((product, each) => product * each, 1n);
  if (shape.some((each) => each < 0n) || elements > 2n ** 60n) {
    throw new Malformed('onnx.size', 'Its shape overflows.', { subject: name });
  }
  if (message.last(3) !== undefined)
    throw new Malformed(RULE, 'It is in segments, which no tool writes.', { subject: name });
  const sizeBytes = (elements * BigInt(type[1]) + 7n) / 8n;
  if (message.int(14) === EXTERNAL) {
    if (message.last(9) !== undefined)
      throw new Malformed('onnx.external-data', 'It has data inside and outside.', { subject: name });
    judgeExternal(name, message.all(13), sizeBytes, proto, context);
    return;
  }
  if (message.all(13).length > 0) {
    context.find('onnx.external-data', 'It names data outside, and says that there are none.', {
      subject: name,
    });
  }
  const raw = message.last(9);
  if (raw === undefined) return;
  if (typeNumber === STRING_TYPE || BigInt(raw.end - raw.start) !== sizeBytes) {
    throw new Malformed(
      'onnx.size',
      `Its shape and type take ${sizeBytes} bytes, its data ${raw.end - raw.start}.`,
      {
        subject: name,
      },
    );
  }
  const dims = shape.map(Number);
  context.learn({
    kind: 'tensor',
    tensor: { name, dtype: type[0], shape: dims, offset: raw.start, sizeBytes: raw.end - raw.start },
  });
}

function judgeExternal(
  name: string,
  entries: readonly ProtoField[],
  sizeBytes: bigint,
  proto: ProtoReader,
  context: ScanContext,
): void {
  const values = new Map<string, string>();
  for (const entry of entries) {
    const pair = proto.message(entry);
    const key = pair.text(1);
    if (values.has(key) || !['location', 'offset', 'length', 'checksum'].includes(key)) {
      context.find(
        'onnx.external-data',
        'What describes the data has a key twice or one that is not known.',
        { subject: name },
      );
    }
    values.set(key, pair.text(2));
  }
  const location = values.get('location') ?? '';
  if (!isInnerPath(location)) {
    context.find('onnx.external-path', 'Its data lie outside the folder of the model.', {
      subject: `${name}: ${location}`,
    });
    return;
  }
  const offset = byteCount(values.get('offset') ?? '0');
  const length = byteCount(values.get('length') ?? String(sizeBytes));
  if (offset === null || length === null || BigInt(length) < sizeBytes) {
    context.find('onnx.external-data', 'Where its data lie is no range, or shorter than the tensor.', {
      subject: name,
    });
    return;
  }
  context.learn({ kind: 'reference', path: location, role: 'external-data', endBytes: offset + length });
}

function byteCount(text: string): number | null {
  const value = Number(text);
  return /^[0-9]{1,16}$/.test(text) && Number.isSafeInteger(value) ? value : null;
}
