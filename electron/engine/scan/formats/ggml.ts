import type { FormatScanner } from '../format-scanner.ts';
import { readThrough } from '../read-through.ts';

/** `ggml`, `ggmf`, `ggjt`, `ggla`, `ggsn` as numbers of 32 bits, so the letters come backwards. */
const magics = new Set(['lmgg', 'fmgg', 'tjgg', 'algg', 'nsgg']);

/** What came before GGUF; whisper.cpp still uses it. Nothing in it says how long anything is, so it is told and not checked. */
export const ggml: FormatScanner = {
  format: 'ggml',
  recognises: ({ head, source }) =>
    source.sizeBytes > 8 && magics.has(Buffer.from(head.subarray(0, 4)).toString('latin1')),
  scan({ source }, context) {
    readThrough(source);
    context.find('ggml.old', 'It is of a format before GGUF.');
  },
};
