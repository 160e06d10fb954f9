import { Budget } from '../budget.ts';
import { judgeKerasConfiguration } from '../configs/judge-keras.ts';
import type { FormatScanner, ScanTarget } from '../format-scanner.ts';
import { Malformed } from '../malformed.ts';
import { type ProtoField, type ProtoMessage, ProtoReader } from '../protobuf.ts';
import { fieldsOf, type ProtoShape, readShaped } from '../proto-shape.ts';
import { readThrough } from '../read-through.ts';
import { scanJson } from '../scan-json.ts';
import { judgeGraph, judgeMetaGraph } from '../tensorflow/judge-graph.ts';
import { jsonRules } from './json.ts';

const RULE = 'tensorflow.malformed';
const savedModelShape: ProtoShape = { 1: 'varint', 2: 'bytes' };
const metaGraphShape: ProtoShape = fieldsOf('bytes', [1, 2, 3, 4, 5, 6, 7]);
const graphShape: ProtoShape = { ...fieldsOf('bytes', [1, 2, 4, 5]), 3: 'varint' };
const nodeShape: ProtoShape = fieldsOf('bytes', [1, 2, 3, 4, 5, 6, 7]);
const keepsShape = (shape: ProtoShape, field: ProtoField) => shape[field.number] === field.wire;

/** `saved_model.pb`: meta graphs with their tags (saved_model.proto). */
export const savedModel: FormatScanner = {
  format: 'saved-model',
  recognises: (target) =>
    isMessageOf(target, savedModelShape, (proto, field) => field.number === 2 && isMetaGraph(proto, field)),
  scan({ source }, context) {
    if (context.extent === 'all') readThrough(source);
    const proto = new ProtoReader(source, RULE, context.budget);
    const root = shaped(proto, proto.whole(), savedModelShape, 'The model');
    for (const field of root.all(2)) {
      shaped(proto, field, metaGraphShape, 'A meta graph');
      judgeMetaGraph(proto, field, context);
    }
  },
};

/** `model.ckpt.meta`: a meta graph alone. */
export const metaGraph: FormatScanner = {
  format: 'tf-meta-graph',
  recognises: (target) =>
    isMessageOf(target, metaGraphShape, (proto, field) => {
      return field.number === 2 && isGraph(proto, field);
    }),
  scan({ source }, context) {
    if (context.extent === 'all') readThrough(source);
    const proto = new ProtoReader(source, RULE, context.budget);
    shaped(proto, proto.whole(), metaGraphShape, 'The meta graph');
    judgeMetaGraph(proto, proto.whole(), context);
  },
};

/** `frozen_inference_graph.pb`: a graph alone. */
export const graphDef: FormatScanner = {
  format: 'tf-graph',
  recognises: (target) =>
    isMessageOf(target, graphShape, (proto, field) => field.number === 1 && isNode(proto, field)),
  scan({ source }, context) {
    if (context.extent === 'all') readThrough(source);
    const proto = new ProtoReader(source, RULE, context.budget);
    shaped(proto, proto.whole(), graphShape, 'The graph');
    judgeGraph(proto, proto.whole(), context);
  },
};

const metadataShape: ProtoShape = { 1: 'bytes' };
const savedObject: ProtoShape = { 2: 'varint', ...fieldsOf('bytes', [3, 4, 5, 6]) };

/** `keras_metadata.pb`: what Keras 2 makes its layers of, as JSON by node (saved_metadata.proto). */
export const kerasMetadata: FormatScanner = {
  format: 'keras-metadata',
  recognises: (target) =>
    isMessageOf(target, metadataShape, (proto, field) => {
      const object = readShaped(proto, field, { shape: savedObject, rule: RULE, what: 'A node' });
      return object.text(4).startsWith('_tf_keras_');
    }),
  scan({ source }, context) {
    if (context.extent === 'all') readThrough(source);
    const proto = new ProtoReader(source, RULE, context.budget);
    for (const field of shaped(proto, proto.whole(), metadataShape, 'The metadata').all(1)) {
      const object = shaped(proto, field, savedObject, 'A node');
      const metadata = object.last(5);
      if (metadata === undefined || metadata.start === metadata.end) continue;
      const inside = context.inside(object.text(3));
      const bytes = source.read(metadata.start, metadata.end - metadata.start);
      judgeKerasConfiguration(
        scanJson(bytes, jsonRules, context.budget, () => {}),
        inside,
      );
    }
  },
};

const fingerprintShape: ProtoShape = { ...fieldsOf('varint', [1, 2, 3, 4, 5]), ...fieldsOf('bytes', [6, 7]) };
const MAX_FINGERPRINT_BYTES = 1024;

/** `fingerprint.pb` (fingerprint.proto): five hashes, a version and an id. */
export const fingerprint: FormatScanner = {
  format: 'tf-fingerprint',
  recognises: (target) => {
    if (target.source.sizeBytes > MAX_FINGERPRINT_BYTES || target.source.sizeBytes < 20) return false;
    return isMessageOf(target, fingerprintShape, (_proto, field) => field.number === 5);
  },
  scan({ source }, context) {
    readThrough(source);
    const proto = new ProtoReader(source, RULE, context.budget);
    const root = shaped(proto, proto.whole(), fingerprintShape, 'The fingerprint');
    const id = root.text(7);
    if (!/^[0-9A-Za-z-]{0,64}$/.test(id)) throw new Malformed(RULE, 'Its id is none.', { subject: id });
    const version = root.last(6);
    if (version !== undefined) shaped(proto, version, fieldsOf('varint', [1, 2, 3]), 'Its version');
  },
};

function shaped(
  proto: ProtoReader,
  range: { readonly start: number; readonly end: number },
  shape: ProtoShape,
  what: string,
): ProtoMessage {
  return readShaped(proto, range, { shape, rule: RULE, what });
}

/** All fields are of the shape, and one of them is what the format cannot do without. Never throws. */
function isMessageOf(
  { source, head }: ScanTarget,
  shape: ProtoShape,
  isProof: (proto: ProtoReader, field: ProtoField) => boolean,
): boolean {
  if (shape[(head[0] ?? 0) >> 3] === undefined || head.length < 4) return false;
  try {
    const proto = new ProtoReader(
      source,
      RULE,
      new Budget({ maxSteps: 200_000, maxInflatedBytes: 0, maxDepth: 0 }),
    );
    let isProven = false;
    for (const field of proto.fields(proto.whole())) {
      if (!keepsShape(shape, field)) return false;
      isProven ||= isProof(proto, field);
    }
    return isProven;
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}

function isMetaGraph(proto: ProtoReader, range: ProtoField): boolean {
  const message = readShaped(proto, range, { shape: metaGraphShape, rule: RULE, what: 'A meta graph' });
  return message.all(2).some((field) => isGraph(proto, field));
}

function isGraph(proto: ProtoReader, range: ProtoField): boolean {
  const message = readShaped(proto, range, { shape: graphShape, rule: RULE, what: 'A graph' });
  const [first] = message.all(1);
  return first === undefined ? message.all(2).length > 0 : isNode(proto, first);
}

function isNode(proto: ProtoReader, range: ProtoField): boolean {
  const node = readShaped(proto, range, { shape: nodeShape, rule: RULE, what: 'A node' });
  return node.text(2) !== '';
}
