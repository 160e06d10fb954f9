import { isAscii } from 'node:buffer';
import { bytesSource } from '../byte-source.ts';
import { Cursor } from '../cursor.ts';
import { inflateHead } from '../inflate/inflate-head.ts';
import { Malformed } from '../malformed.ts';
import type { WalkOptions } from './machine.ts';
import { probePickle } from './probe.ts';
import { walkPickle } from './walker.ts';

/**
 * Texts are up to 16 MiB long and come from whoever made the file, so each pattern looks for one character: what repeats and looks
 * back takes the square of the length, or more stack than there is.
 */
const control = /[\n\x80-\x9f\0-\x08]/;
const noEncoding = /[^\w+/\s:=-]/;
const noHex = /[^\da-fA-Fx\s:]/;
const noBase64 = /[^\w+/\s-]/;
const SHORTEST_ENCODING = 16;
/** Encodings in encodings. */
const MAX_LAYERS = 4;
/** In one text or bytes: what looks like the start of a pickle. */
const MAX_CANDIDATES = 32;

/**
 * Looks for pickles in the texts and bytes of a pickle: as they stand, in base64 or hexadecimal, compressed. Nothing loads them
 * by itself, but something may be meant to: they are for review, and blocked when they hold what a pickle may not.
 */
export function nestedInspector(
  options: Pick<WalkOptions, 'context' | 'setting'>,
  layers = 0,
): WalkOptions['inspect'] {
  return (content, offset) => {
    if (layers >= MAX_LAYERS || (typeof content === 'string' && !mayHold(content))) return;
    for (const candidate of candidatesOf(content)) {
      const nested = nestedAt(candidate);
      if (nested !== undefined) {
        report(nested, offset, options, layers + 1);
        return;
      }
      const unpacked = inflateHead(candidate) ?? (candidate === content ? undefined : candidate);
      if (unpacked !== undefined) nestedInspector(options, layers + 1)(unpacked, offset);
    }
  };
}

function report(
  nested: Uint8Array,
  offset: number,
  { context, setting }: Pick<WalkOptions, 'context' | 'setting'>,
  layers: number,
): void {
  const denied = new Set<string>();
  const inner: WalkOptions['context'] = {
    budget: context.budget,
    find: (rule, detail) => {
      if (rule !== 'pickle.nested') denied.add(detail);
    },
  };
  try {
    const inspect = nestedInspector({ context: inner, setting }, layers);
    walkPickle(new Cursor(bytesSource(nested), 'pickle.malformed'), { context: inner, setting, inspect });
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    denied.add(error.message);
  }
  context.find('pickle.nested', `A value of ${nested.length} bytes holds a pickle.`, { offset });
  const [first] = denied;
  if (first !== undefined) context.find('pickle.nested-code', `A pickle is in a value. ${first}`, { offset });
}

/** The bytes from where a pickle starts in them. */
function nestedAt(bytes: Uint8Array): Uint8Array | undefined {
  for (const start of startsIn(bytes)) {
    const { calls, complete, opcodes, imports } = probePickle(bytesSource(bytes), start);
    const declared = bytes[start] === PROTO;
    if (calls || (imports && declared) || (complete && (declared ? opcodes > 2 : opcodes > 4))) {
      return bytes.subarray(start);
    }
  }
  return undefined;
}

const PROTO = 0x80;

/** The start, and wherever PROTO with a known version and something that follows it stands. */
function* startsIn(bytes: Uint8Array): Iterable<number> {
  yield 0;
  let candidates = 0;
  for (
    let at = bytes.indexOf(PROTO, 1);
    at >= 0 && candidates < MAX_CANDIDATES;
    at = bytes.indexOf(PROTO, at + 1)
  ) {
    const [version = 0, next = 0] = [bytes[at + 1], bytes[at + 2]];
    if (version < 2 || version > 5 || !followers.includes(next)) continue;
    candidates++;
    yield at;
  }
}

/** What picklers write behind PROTO: FRAME, a global, an empty container, a text, a mark. */
const followers: readonly number[] = [0x95, 0x63, 0x5d, 0x7d, 0x28, 0x29, 0x58, 0x8c, 0x43, 0x42];

function* candidatesOf(content: string | Uint8Array): Iterable<Uint8Array> {
  if (typeof content !== 'string') {
    yield content;
    if (content.length < MAX_ENCODED && isAscii(content))
      yield* decodings(Buffer.from(content).toString('latin1'));
    return;
  }
  if (!/[^\0-\xff]/.test(content) && control.test(content)) yield Buffer.from(content, 'latin1');
  if (content.length < MAX_ENCODED) yield* decodings(content);
}

const MAX_ENCODED = 16 * 1024 * 1024;

/** Most texts are names, which are neither of these: a pickle as it stands, or one that is encoded. */
function mayHold(text: string): boolean {
  return control.test(text) || (text.length >= SHORTEST_ENCODING && !noEncoding.test(text));
}

function* decodings(text: string): Iterable<Uint8Array> {
  if (text.length < SHORTEST_ENCODING) return;
  if (/^(?:0x)?(?:[\da-fA-F]{2}[\s:]?)+$/.test(text.slice(0, 64 * 2)) && !noHex.test(text)) {
    yield Buffer.from(text.replace(/^0x|[\s:]/g, ''), 'hex');
  }
  const padded = text.trimEnd();
  const end = padded.endsWith('==') ? -2 : padded.endsWith('=') ? -1 : padded.length;
  if (!noBase64.test(padded.slice(0, end))) yield Buffer.from(text, 'base64');
}
