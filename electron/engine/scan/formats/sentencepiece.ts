import { Budget } from '../budget.ts';
import { bytesSource } from '../byte-source.ts';
import type { FormatScanner, ScanContext, ScanTarget } from '../format-scanner.ts';
import { Malformed } from '../malformed.ts';
import { fieldsOf, type ProtoShape, readShaped } from '../proto-shape.ts';
import { type ProtoField, type ProtoMessage, ProtoReader } from '../protobuf.ts';
import { checkCharsmap } from '../sentencepiece/charsmap.ts';

const RULE = 'sentencepiece.malformed';
/** The largest vocabularies have 5 MB. */
const MAX_BYTES = 64 * 1024 * 1024;
const MAX_PIECE_BYTES = 4096;
const UNKNOWN = 2n;
const BYTE = 6n;
const byteToken = /^<0x[0-9A-F]{2}>$/;

/** Field numbers of sentencepiece_model.proto. Extensions (200 and above) are nobody's, so there are none. */
const model: ProtoShape = fieldsOf('bytes', [1, 2, 3, 4, 5]);
const piece: ProtoShape = { 1: 'bytes', 2: 'fixed32', 3: 'varint' };
const trainer: ProtoShape = {
  ...fieldsOf('bytes', [1, 2, 5, 7, 30, 31, 36, 44, 45, 46, 47, 48, 53, 54]),
  ...fieldsOf('fixed32', [10, 15, 51]),
  ...fieldsOf(
    'varint',
    [3, 4, 6, 11, 12, 13, 14, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 32, 33, 34, 35],
  ),
  ...fieldsOf('varint', [40, 41, 42, 43, 49, 50, 52]),
};
const normalizer: ProtoShape = { ...fieldsOf('bytes', [1, 2, 6]), ...fieldsOf('varint', [3, 4, 5]) };
const selfTest: ProtoShape = fieldsOf('bytes', [1]);
const sample: ProtoShape = fieldsOf('bytes', [1, 2]);

/** A vocabulary of SentencePiece, `tokenizer.model`: https://github.com/google/sentencepiece. */
export const sentencePiece: FormatScanner = {
  format: 'sentencepiece',
  recognises: looksLikeSentencePiece,
  scan({ source }, context) {
    if (source.sizeBytes > MAX_BYTES) {
      throw new Malformed(RULE, `It has ${source.sizeBytes} bytes, over ${MAX_BYTES}.`);
    }
    new ModelWalk(source.read(0, source.sizeBytes), context).run();
  },
};

/** It starts with a piece: a text, and beside it at most a score and a type. */
function looksLikeSentencePiece({ head, source }: ScanTarget): boolean {
  if (head[0] !== 0x0a) return false;
  const reader = new ProtoReader({ ...bytesSource(head), sizeBytes: source.sizeBytes }, RULE, new Budget());
  try {
    for (const first of reader.fields(reader.whole())) {
      if (first.end > head.length) return false;
      const message = readShaped(reader, first, { shape: piece, rule: RULE, what: 'A piece' });
      return message.last(1) !== undefined && (message.last(2) ?? message.last(3)) !== undefined;
    }
    return false;
  } catch (error) {
    if (error instanceof Malformed) return false;
    throw error;
  }
}

class ModelWalk {
  readonly #bytes: Uint8Array;
  readonly #reader: ProtoReader;
  readonly #context: ScanContext;

  constructor(bytes: Uint8Array, context: ScanContext) {
    this.#bytes = bytes;
    this.#reader = new ProtoReader(bytesSource(bytes), RULE, context.budget);
    this.#context = context;
  }

  run(): void {
    const root = this.#message(this.#reader.whole(), model, 'The model');
    for (const number of [2, 3, 4, 5]) {
      if (root.all(number).length > 1) throw new Malformed(RULE, `It has field ${number} twice.`);
    }
    this.#checkPieces(root.all(1));
    for (const field of root.all(2)) this.#checkTrainer(field, root.all(1).length);
    for (const field of [...root.all(3), ...root.all(5)]) this.#checkNormalizer(field);
    for (const field of root.all(4)) this.#checkSelfTest(field);
    this.#context.learn({ kind: 'token-ids', count: root.all(1).length });
  }

  /** Pieces are told apart by their texts: the library refuses a text twice, and others take one of them. */
  #checkPieces(fields: readonly ProtoField[]): void {
    const texts = new Set<string>();
    let unknown = 0;
    for (const field of fields) {
      const message = this.#message(field, piece, 'A piece');
      const text = message.text(1);
      const kind = message.last(3)?.value ?? 1n;
      const fail = (detail: string): never => {
        throw new Malformed(RULE, detail, { offset: field.start, subject: text });
      };
      if (text === '') fail('A piece has no text.');
      if (text.length > MAX_PIECE_BYTES) fail('A piece is longer than any word.');
      if (kind < 1n || kind > BYTE) fail(`There is no type ${kind} of pieces.`);
      if (kind === BYTE && !byteToken.test(text)) fail('A piece for a byte names none.');
      if (!Number.isFinite(this.#score(message))) fail('The score of a piece is no number.');
      if (texts.has(text)) {
        this.#context.find('tokenizer.duplicate-id', 'A piece is there twice.', { subject: text });
      }
      if (kind === UNKNOWN) unknown++;
      texts.add(text);
    }
    if (unknown !== 1) throw new Malformed(RULE, `It has ${unknown} pieces for what is unknown, not one.`);
  }

  #score(message: ProtoMessage): number {
    const field = message.last(2);
    return field === undefined ? 0 : this.#view(field).getFloat32(0, true);
  }

  #checkTrainer(field: ProtoField, pieces: number): void {
    const message = this.#message(field, trainer, 'The training settings');
    const kind = message.last(3)?.value ?? 1n;
    if (kind < 1n || kind > 4n) throw new Malformed(RULE, `There is no model type ${kind}.`);
    for (const number of [40, 41, 42, 43]) {
      const id = message.int(number);
      if (message.last(number) === undefined || (id >= -1n && id < pieces)) continue;
      throw new Malformed(RULE, `A special token has the id ${id} of ${pieces}.`, { offset: field.start });
    }
  }

  #checkNormalizer(field: ProtoField): void {
    const message = this.#message(field, normalizer, 'The normalisation');
    const map = message.last(2);
    if (map !== undefined) checkCharsmap(this.#bytes.subarray(map.start, map.end), map.start);
  }

  #checkSelfTest(field: ProtoField): void {
    for (const each of this.#message(field, selfTest, 'The self test').all(1)) {
      this.#message(each, sample, 'A sample');
    }
  }

  #message(range: { start: number; end: number }, shape: ProtoShape, what: string): ProtoMessage {
    return readShaped(this.#reader, range, { shape, rule: RULE, what });
  }

  #view({ start }: ProtoField): DataView {
    return new DataView(this.#bytes.buffer, this.#bytes.byteOffset + start);
  }
}
