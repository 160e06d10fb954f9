import { hasActiveMarkup, isDeceptiveName } from '../deceptive-text.ts';
import { Cursor } from '../cursor.ts';
import type { FormatScanner, ScanContext, ScanTarget } from '../format-scanner.ts';
import { Malformed } from '../malformed.ts';
import { findTrailingZip } from '../polyglot.ts';
import { readThrough } from '../read-through.ts';
import { judgeTemplate } from '../templates/judge-template.ts';
import { TensorPass } from '../tensor-pass.ts';
import { type GgufHeader, looksLikeGguf, parseGgufHeader } from './gguf-header.ts';
import { type GgufArray, type GgufMetadata, type GgufValue, ggufType, readString } from './gguf-metadata.ts';

/** `LLAMA_MAX_LAYERS`. */
const MAX_BLOCKS = 512;
const TEMPLATE_KEY = 'tokenizer.chat_template';
const TOKENS_KEY = 'tokenizer.ggml.tokens';
const byteToken = /^<0x.*>$/s;
const validByteToken = /^<0x[0-9A-Fa-f]{2}>$/;

/** llama.cpp's weights, metadata and vocabulary in one file. */
export const gguf: FormatScanner = {
  format: 'gguf',
  recognises: ({ head }) => looksLikeGguf(head),
  scan(target, context) {
    const header = parseGgufHeader(target.source, context.budget);
    checkEnd(header, target);
    judgeMetadata(header.metadata, target, context);
    for (const tensor of header.tensors) {
      context.learn({ kind: 'tensor', tensor });
      if (isDeceptiveName(tensor.name)) {
        context.find('gguf.deceptive-text', 'The name of a tensor is not what it looks like.', {
          subject: tensor.name,
        });
      }
      const rows = tensor.name === 'token_embd.weight' ? tensor.shape[1] : undefined;
      if (rows !== undefined) context.learn({ kind: 'vocabulary-rows', rows, source: 'embedding' });
    }
    if (context.extent === 'structure') return;
    const pass = new TensorPass();
    readThrough(target.source, (bytes) => pass.update(bytes));
    for (const tensor of pass.finish().tensors) context.learn({ kind: 'measured-tensor', tensor });
  },
};

/** All data lie in the file, and nothing lies behind them but the padding. */
function checkEnd({ dataEnd, paddedEnd }: GgufHeader, { source }: ScanTarget): void {
  if (source.sizeBytes < dataEnd) {
    throw new Malformed(
      'gguf.layout',
      `The tensors end at byte ${dataEnd}, the file at ${source.sizeBytes}.`,
    );
  }
  if (source.sizeBytes > paddedEnd) {
    throw new Malformed('gguf.layout', `${source.sizeBytes - paddedEnd} bytes lie behind the last tensor.`, {
      offset: paddedEnd,
    });
  }
  const zipAt = findTrailingZip(source);
  if (zipAt !== null)
    throw new Malformed('file.polyglot', 'The file is a zip archive too.', { offset: zipAt });
}

function judgeMetadata(metadata: GgufMetadata, target: ScanTarget, context: ScanContext): void {
  for (const [key, value] of metadata) {
    if (isDeceptiveName(key)) {
      context.find('gguf.deceptive-text', 'A metadata key is not what it looks like.', { subject: key });
    }
    if (key.endsWith('.block_count') && !(typeof value === 'number' && value <= MAX_BLOCKS)) {
      context.find('gguf.block-count', `The number of layers is none, or over ${MAX_BLOCKS}.`, {
        subject: key,
      });
    }
    if (typeof value !== 'string') continue;
    if (key === TEMPLATE_KEY || key.startsWith(`${TEMPLATE_KEY}.`)) {
      context.learn({ kind: 'chat-template', name: key, text: value });
      judgeTemplate(key, value, context);
    } else if (hasActiveMarkup(value)) {
      context.find('gguf.deceptive-text', 'A text in the metadata holds markup that acts.', { subject: key });
    }
  }
  judgeVocabulary(metadata, target, context);
}

function judgeVocabulary(metadata: GgufMetadata, target: ScanTarget, context: ScanContext): void {
  const tokens = metadata.get(TOKENS_KEY);
  if (tokens === undefined) return;
  if (!isArrayOf(tokens, ggufType.string)) {
    context.find('gguf.vocabulary', 'The tokens are no list of texts.', { subject: TOKENS_KEY });
    return;
  }
  context.learn({ kind: 'token-ids', count: tokens.length });
  for (const [key, type] of [
    ['tokenizer.ggml.scores', ggufType.float32],
    ['tokenizer.ggml.token_type', ggufType.int32],
  ] as const) {
    const values = metadata.get(key);
    if (values === undefined) continue;
    if (!isArrayOf(values, type)) {
      context.find('gguf.vocabulary', 'It is a list of the wrong type.', { subject: key });
    } else if (values.length !== tokens.length) {
      context.find('gguf.vocabulary', `It has ${values.length} values for ${tokens.length} tokens.`, {
        subject: key,
      });
    }
  }
  const cursor = new Cursor(target.source, 'gguf.header', { start: tokens.offset });
  for (let i = 0; i < tokens.length; i++) {
    const token = readString(cursor);
    if (byteToken.test(token) && !validByteToken.test(token) && token.length <= 8) {
      context.find('gguf.vocabulary', `Token ${i} names a byte that there is not.`, { subject: token });
    }
  }
}

function isArrayOf(value: GgufValue, type: number): value is GgufArray {
  return typeof value === 'object' && value.elementType === type;
}
