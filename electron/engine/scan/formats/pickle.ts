import { type ByteSource, rangeSource } from '../byte-source.ts';
import { Cursor } from '../cursor.ts';
import type { FormatScanner, ScanContext, ScanTarget } from '../format-scanner.ts';
import { nestedInspector } from '../pickle/nested.ts';
import { probePickle } from '../pickle/probe.ts';
import { walkAndTell } from '../pickle/walker.ts';

/** A bare pickle, also as joblib writes it: one stream and nothing behind it. */
export const pickle: FormatScanner = {
  format: 'pickle',
  alsoReads: ['pickle'],
  recognises: isPickle,
  scan({ source }, context) {
    const cursor = new Cursor(source, 'pickle.malformed');
    const options = { context, setting: 'plain' } as const;
    const walked = walkAndTell(cursor, { ...options, inspect: nestedInspector(options) });
    const end = cursor.offset;
    if (end === source.sizeBytes) return;
    cursor.stream(cursor.remaining);
    if (walked !== undefined) scanBehind(rangeSource(source, end, source.sizeBytes - end), end, context);
  },
};

/** What follows is not loaded with it, but a payload may stand there, and the report should say so. */
function scanBehind(rest: ByteSource, offset: number, context: ScanContext): void {
  context.find('pickle.trailing', `${rest.sizeBytes} bytes follow it.`, { offset });
  if (!probePickle(rest).imports) return;
  const find: ScanContext['find'] = (rule, detail, place) =>
    context.find(rule, detail, { ...place, offset: offset + (place?.offset ?? 0) });
  const options = { context: { budget: context.budget, find }, setting: 'plain', inspect: () => {} } as const;
  walkAndTell(new Cursor(rest, 'pickle.malformed'), options);
}

/** By PROTO, which no text begins with; without it, as protocols 0 and 1 are, by what an unpickler would do. */
export function isPickle({ source, head }: ScanTarget): boolean {
  if (head[0] === 0x80) return (head[1] ?? 255) <= 5;
  const { imports, calls, complete, opcodes } = probePickle(source);
  return imports || calls || (complete && opcodes >= 2);
}
