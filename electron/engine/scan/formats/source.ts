import type { FormatScanner } from '../format-scanner.ts';
import { readThrough } from '../read-through.ts';
import { looksLikeSourceCode } from '../source-code.ts';
import { textOf } from '../text-head.ts';

/** Programs as text, in any language. That it is code is all that is said of it. */
export const sourceCode: FormatScanner = {
  format: 'source-code',
  recognises(target) {
    const text = textOf(target);
    return text !== null && looksLikeSourceCode(target.name, text);
  },
  scan({ source }, context) {
    readThrough(source);
    context.find('code.script', 'It is a program in source.');
  },
};
