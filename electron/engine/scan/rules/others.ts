import type { RuleTable } from './rule-table.ts';

const approveCode = 'Have the code approved separately, or ask the sender for the weights without it.';

/** What can be wrong with code, texts, pictures and documents that lie beside weights. */
export const otherRules = {
  'code.script': {
    version: 1,
    severity: 'critical',
    title: 'source code',
    why: 'Code that comes with weights runs with the rights of whoever loads them.',
    next: approveCode,
  },
  'code.native': {
    version: 1,
    severity: 'critical',
    title: 'machine code',
    why: 'Programs and libraries run with the rights of whoever loads them.',
    next: approveCode,
  },
  'text.embedded-pickle': {
    version: 1,
    severity: 'critical',
    title: 'a pickle inside a text',
    why: 'A loader that finds it runs it.',
    next: 'Keep the file out, and tell the sender.',
  },
  'text.terminal-escape': {
    version: 1,
    severity: 'high',
    title: 'terminal escapes in a text',
    why: 'They act on the terminal of whoever prints the file.',
    next: 'Look at the text as it is shown here, and ask the sender why they are there.',
  },
  'text.not-readable': {
    version: 1,
    severity: 'critical',
    title: 'text with bytes that are none',
    why: 'What is not text in it was not checked.',
    next: 'Ask the sender for the file as UTF-8.',
  },
  'markup.active': {
    version: 1,
    severity: 'high',
    title: 'markup that acts',
    why: 'Script in a page or picture runs for whoever opens it.',
    next: 'Leave the file out, or open it only where script is off.',
  },
  'picture.malformed': {
    version: 1,
    severity: 'critical',
    title: 'picture that is not well formed',
    why: 'Pictures like this are made to break their readers or to hide something.',
    next: 'Leave the file out.',
  },
  'picture.tail': {
    version: 1,
    severity: 'high',
    title: 'bytes behind the picture',
    why: 'What lies behind its end is shown by no viewer, and can be anything.',
    next: 'Leave the file out, or ask the sender for the picture alone.',
  },
  'document.active': {
    version: 1,
    severity: 'high',
    title: 'document that acts',
    why: 'It holds script, files, or commands for its viewer.',
    next: 'Leave the file out.',
  },
  'document.opaque': {
    version: 1,
    severity: 'warning',
    title: 'file whose inside is not read',
    why: 'Its parts are packed, and were read as bytes only.',
    next: 'Leave the file out if nobody needs it.',
  },
  'table.malformed': {
    version: 1,
    severity: 'critical',
    title: 'table that is not well formed',
    why: 'Its parts do not lie where it says.',
    next: 'Ask the sender for the file as it was published.',
  },
  'sentencepiece.malformed': {
    version: 1,
    severity: 'critical',
    title: 'vocabulary that is not well formed',
    why: 'Its loader is C++ and reads it unchecked.',
    next: 'Ask the sender for the file as it was published.',
  },
} as const satisfies RuleTable;
