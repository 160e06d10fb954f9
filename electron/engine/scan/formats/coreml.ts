import { Budget } from '../budget.ts';
import { Cursor } from '../cursor.ts';
import { isInnerPath } from '../external-path.ts';
import type { FormatScanner, ScanContext, ScanTarget } from '../format-scanner.ts';
import { Malformed } from '../malformed.ts';
import { type ProtoField, ProtoReader } from '../protobuf.ts';
import { readThrough } from '../read-through.ts';
import { decodeText, textOf } from '../text-head.ts';

const RULE = 'coreml.malformed';
/** Field numbers of Model.proto: what the model is lies in one of 200 to 3000. */
const model = { version: 1, description: 2, updatable: 10 };
const kinds: ReadonlyMap<number, string> = new Map([
  [200, 'pipeline classifier'],
  [201, 'pipeline regressor'],
  [202, 'pipeline'],
  [300, 'linear model'],
  [301, 'support vectors'],
  [302, 'trees'],
  [303, 'neural network'],
  [304, 'nearest neighbours'],
  [400, 'linear model'],
  [401, 'support vectors'],
  [402, 'trees'],
  [403, 'neural network'],
  [404, 'nearest neighbours'],
  [500, 'neural network'],
  [501, 'item similarity'],
  [502, 'program'],
  [555, 'custom model'],
  [556, 'linked model'],
  [560, 'class list'],
  [600, 'one-hot encoder'],
  [601, 'imputer'],
  [602, 'feature vectorizer'],
  [603, 'dictionary vectorizer'],
  [604, 'scaler'],
  [606, 'categories'],
  [607, 'normalizer'],
  [609, 'array features'],
  [610, 'non-maximum suppression'],
  [900, 'identity'],
  [2000, 'word embedding'],
  [2001, 'text classifier'],
  [2002, 'word tagger'],
  [2003, 'vision features'],
  [2004, 'sound analysis'],
  [2005, 'gazetteer'],
  [2006, 'audio features'],
  [3000, 'serialized model'],
]);
const networks = new Set([303, 403, 500]);
const pipelines = new Set([200, 201, 202]);
/** Layers of a network, and of one inside a pipeline or a branch. */
const CUSTOM_LAYER = 500;
const MAX_DEPTH = 16;

/** Core ML, `.mlmodel` (https://apple.github.io/coremltools/mlmodel/). */
export const coreml: FormatScanner = {
  format: 'coreml',
  recognises: looksLikeCoreml,
  scan({ source }, context) {
    if (context.extent === 'all') readThrough(source);
    const proto = new ProtoReader(source, RULE, context.budget);
    judgeModel(proto, proto.whole(), context, 0);
  },
};

/** A version of the format, a description, and one kind of model. */
function looksLikeCoreml({ head, source }: ScanTarget): boolean {
  if (head[0] !== 0x08 || (head[1] ?? 0) > 30) return false;
  const proto = new ProtoReader(
    source,
    RULE,
    new Budget({ maxSteps: 1_000, maxInflatedBytes: 0, maxDepth: 0 }),
  );
  try {
    let found = 0;
    for (const { number, wire } of proto.fields(proto.whole())) {
      if (kinds.has(number) && wire === 'bytes') found++;
      else if (number !== model.version && number !== model.description && number !== model.updatable)
        return false;
    }
    return found > 0;
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}

function judgeModel(
  proto: ProtoReader,
  range: { readonly start: number; readonly end: number },
  context: ScanContext,
  depth: number,
): void {
  proto.checkDepth(depth * 4);
  const message = proto.message(range);
  const found = message.numbers().filter((number) => kinds.has(number));
  if (found.length !== 1) throw new Malformed(RULE, `It is ${found.length} models at once.`);
  for (const number of found) {
    for (const field of message.all(number)) {
      if (networks.has(number)) judgeNetwork(proto, field, context, 0);
      else if (number === 502) judgeProgram(proto, field, context);
      else if (number === 202) judgePipeline(proto, field, context, depth);
      else if (pipelines.has(number)) {
        for (const inner of proto.message(field).all(1)) judgePipeline(proto, inner, context, depth);
      } else if (number === 555) {
        context.find('coreml.custom', 'The whole model is a class of its own.', {
          subject: proto.message(field).text(10),
        });
      } else if (number === 556) context.find('coreml.custom', 'It is a link to another model.');
      else if (number === 3000)
        context.find('coreml.custom', 'It is packed for one framework, and was not read.');
    }
  }
}

function judgePipeline(proto: ProtoReader, field: ProtoField, context: ScanContext, depth: number): void {
  for (const each of proto.message(field).all(1)) judgeModel(proto, each, context, depth + 1);
}

/** NeuralNetwork.proto: layers, some of which hold networks as branches or bodies. */
function judgeNetwork(proto: ProtoReader, field: ProtoField, context: ScanContext, depth: number): void {
  if (depth > MAX_DEPTH) throw new Malformed(RULE, 'It is nested too deep.', { offset: field.start });
  for (const each of proto.message(field).all(1)) {
    const layer = proto.message(each);
    for (const custom of layer.all(CUSTOM_LAYER)) {
      const className = proto.message(custom).text(10);
      context.find('coreml.custom', `The layer ${layer.text(1)} is a class of its own.`.slice(0, 200), {
        offset: each.start,
        subject: className,
      });
    }
    // Loop 600 has a condition and a body, branch 605 two ways.
    for (const loop of layer.all(600)) {
      const inner = proto.message(loop);
      for (const network of [...inner.all(3), ...inner.all(4)])
        judgeNetwork(proto, network, context, depth + 1);
    }
    for (const branch of layer.all(605)) {
      const inner = proto.message(branch);
      for (const network of [...inner.all(1), ...inner.all(2)])
        judgeNetwork(proto, network, context, depth + 1);
    }
  }
}

/** MIL.proto: functions of blocks of operations; weights lie in files of the package. */
function judgeProgram(proto: ProtoReader, field: ProtoField, context: ScanContext): void {
  for (const fn of proto.message(field).all(2)) {
    for (const body of proto.message(fn).all(2)) {
      for (const special of proto.message(body).all(3)) {
        for (const block of proto.message(special).all(2)) judgeBlock(proto, block, context, 0);
      }
    }
  }
}

function judgeBlock(proto: ProtoReader, field: ProtoField, context: ScanContext, depth: number): void {
  if (depth > MAX_DEPTH) throw new Malformed(RULE, 'It is nested too deep.', { offset: field.start });
  for (const each of proto.message(field).all(3)) {
    const operation = proto.message(each);
    const type = operation.text(1);
    if (/custom/i.test(type)) {
      context.find('coreml.custom', 'An operation is a class of its own.', {
        offset: each.start,
        subject: type,
      });
    }
    for (const block of operation.all(4)) judgeBlock(proto, block, context, depth + 1);
    for (const attribute of operation.all(5)) {
      for (const value of proto.message(attribute).all(2)) judgeFile(proto, value, context);
    }
  }
}

const ROOT = '@model_path/';

/** Value.blobFileValue: a file of the package, and where in it. */
function judgeFile(proto: ProtoReader, field: ProtoField, context: ScanContext): void {
  for (const blob of proto.message(field).all(5)) {
    const name = proto.message(blob).text(1);
    if (name.startsWith(ROOT) && isInnerPath(name.slice(ROOT.length))) continue;
    context.find('coreml.path', 'Weights lie outside the package.', { offset: blob.start, subject: name });
  }
}

const SENTINEL = 0xdeadbeef;
const HEADER_BYTES = 64;

/** `weight.bin` of a package: a count, then each tensor's description and its bytes, all at multiples of 64. */
export const coremlWeights: FormatScanner = {
  format: 'coreml-weights',
  recognises: ({ source, head }) => {
    if (source.sizeBytes < 2 * HEADER_BYTES || head.length < HEADER_BYTES + 4) return false;
    const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
    return bytes.readUInt32LE(4) === 2 && bytes.readUInt32LE(HEADER_BYTES) === SENTINEL;
  },
  scan({ source }, context) {
    if (context.extent === 'all') readThrough(source);
    const cursor = new Cursor(source, RULE);
    const count = cursor.u32le();
    let at = HEADER_BYTES;
    for (let n = 0; n < count; n++) {
      context.budget.step();
      cursor.seek(at);
      if (cursor.u32le() !== SENTINEL) cursor.fail('A tensor has no description.', at);
      cursor.skip(4);
      const [bytes, offset] = [cursor.size64le(), cursor.size64le()];
      if (offset !== at + HEADER_BYTES || offset + bytes > source.sizeBytes) {
        cursor.fail('A tensor does not lie behind its description.', at);
      }
      at = Math.ceil((offset + bytes) / HEADER_BYTES) * HEADER_BYTES;
    }
    if (at < source.sizeBytes) cursor.fail(`${source.sizeBytes - at} bytes follow the last tensor.`, at);
  },
};

const MAX_TEXT_BYTES = 64 * 1024 * 1024;

/** `model.mil` of a compiled model (`.mlmodelc`): the program as text, whose paths are checked and whose operations are not. */
export const coremlText: FormatScanner = {
  format: 'coreml-text',
  recognises: (target) => /^\s*program\(\d/.test(textOf(target) ?? ''),
  scan({ source }, context) {
    if (source.sizeBytes > MAX_TEXT_BYTES) throw new Malformed(RULE, `It has ${source.sizeBytes} bytes.`);
    const text = decodeText(source.read(0, source.sizeBytes));
    if (text === null) throw new Malformed(RULE, 'Behind its beginning it is not text.');
    context.find('coreml.compiled', 'It is the program of a compiled model.');
    for (const { 1: name = '', index } of text.matchAll(
      /path\s*=\s*(?:tensor<string[^>]*>|string)\("([^"\n]*)"\)/g,
    )) {
      if (!name.startsWith(ROOT) || !isInnerPath(name.slice(ROOT.length))) {
        context.find('coreml.path', 'Weights lie outside the package.', { offset: index, subject: name });
      }
    }
  },
};
