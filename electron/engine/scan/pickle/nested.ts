import { bytesSource } from '../byte-source.ts';
import { Cursor } from '../cursor.ts';
import { inflateHead } from '../inflate/inflate-head.ts';
import { Malformed } from '../malformed.ts';
import type { WalkOptions } from './machine.ts';
import { probePickle } from './probe.ts';
import { walkPickle } from './walker.ts';

/** Most texts are names, which are neither of these: a pickle as it stands, or one that is encoded. */
const mayHold = /[\n\x80-\x9f\0-\x08]|^[\w+/\s:=-]{16,}$/;
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
    if (layers >= MAX_LAYERS || (typeof content === 'string' && !mayHold.test(content))) return;
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
  if (!/[^\0-\xff]/.test(content) && mayStart(content)) yield Buffer.from(content, 'latin1');
  if (content.length < MAX_ENCODED) yield* decodings(content);
}

const MAX_ENCODED = 16 * 1024 * 1024;

/** Most texts are names; those with a line break or a control character may be more. */
function mayStart(content: string): boolean {
  return /[\n\x80-\x9f\0-\x08]/.test(content);
}

function* decodings(text: string): Iterable<Uint8Array> {
  if (text.length < 16) return;
  if (/^(?:0x)?(?:[\da-fA-F]{2}[\s:]?)+$/.test(text.slice(0, 64 * 2)) && /^[\da-fA-Fx\s:]+$/.test(text)) {
    yield Buffer.from(text.replace(/^0x|[\s:]/g, ''), 'hex');
  }
  if (/^[\w+/\s-]+={0,2}\s*$/.test(text)) yield Buffer.from(text, 'base64');
}

function isAscii(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte < 0x80);
}
