import type { FormatScanner } from '../format-scanner.ts';
import { readThrough } from '../read-through.ts';

interface Magic {
  readonly what: string;
  readonly matches: (head: Buffer) => boolean;
}

const starts = (what: string, ...bytes: readonly number[]): Magic => ({
  what,
  matches: (head) => bytes.every((byte, i) => head[i] === byte),
});
const startsWithText = (what: string, text: string): Magic => starts(what, ...Buffer.from(text, 'latin1'));

const magics: readonly Magic[] = [
  starts('an ELF program or library', 0x7f, 0x45, 0x4c, 0x46),
  { what: 'a Windows program or library', matches: isWindowsProgram },
  starts('a Mach-O program or library', 0xfe, 0xed, 0xfa, 0xce),
  starts('a Mach-O program or library', 0xfe, 0xed, 0xfa, 0xcf),
  starts('a Mach-O program or library', 0xce, 0xfa, 0xed, 0xfe),
  starts('a Mach-O program or library', 0xcf, 0xfa, 0xed, 0xfe),
  starts('a Java class or a Mach-O program for several processors', 0xca, 0xfe, 0xba, 0xbe),
  starts('a WebAssembly module', 0x00, 0x61, 0x73, 0x6d),
  startsWithText('an Android program', 'dex\n0'),
  startsWithText('compiled Lua', '\u001bLua'),
  startsWithText('LLVM bitcode', 'BC\u00c0\u00de'),
  startsWithText('a library of object files', '!<arch>\n'),
  starts('a CUDA binary', 0x50, 0xed, 0x55, 0xba),
  startsWithText('a TensorRT engine, which is machine code', 'ftrt'),
  startsWithText('a TensorRT engine, which is machine code', 'ptrt'),
  startsWithText('an RPM package', '\u00ed\u00ab\u00ee\u00db'),
  starts('an OLE document, which can hold macros', 0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1),
  starts('a Windows shortcut', 0x4c, 0x00, 0x00, 0x00, 0x01, 0x14, 0x02, 0x00),
  { what: 'compiled Python', matches: isCompiledPython },
];

/** Compiled programs of every platform. That it is one is all that is said of it. */
export const nativeCode: FormatScanner = {
  format: 'native-code',
  recognises: ({ head }) => magicOf(head) !== undefined,
  scan({ head, source }, context) {
    readThrough(source);
    context.find('code.native', `It is ${magicOf(head)?.what ?? 'a program'}.`);
  },
};

function magicOf(head: Uint8Array): Magic | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  return magics.find(({ matches }) => matches(bytes));
}

/** `MZ`, and a PE header where it says, or a DOS program. */
function isWindowsProgram(head: Buffer): boolean {
  if (head.toString('latin1', 0, 2) !== 'MZ' || head.length < 64) return false;
  const at = head.readUInt32LE(0x3c);
  if (at + 4 <= head.length) {
    return ['PE', 'NE', 'LE', 'LX'].includes(head.toString('latin1', at, at + 2)) || head.includes(0);
  }
  return head.includes(0);
}

/** The high byte of the magic number: 3000 to 4095 of Python 3, 50823 and above of Python 2. No text has it in front of CR LF. */
function isPythonVersion(high: number): boolean {
  return (high >= 0x0b && high <= 0x0f) || high >= 0xc6;
}

/** A magic number that changes with each version, then CR LF; flags of 0 to 3, then a marshalled code object (0xe3 or 0x63). */
function isCompiledPython(head: Buffer): boolean {
  if (head[2] !== 0x0d || head[3] !== 0x0a || !isPythonVersion(head[1] ?? 0)) return false;
  return [8, 12, 16].some((at) => head[at] === 0xe3 || head[at] === 0x63);
}
