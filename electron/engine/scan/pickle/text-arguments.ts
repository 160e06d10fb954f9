/**
 * Arguments of the text opcodes of protocol 0, as CPython's pickler writes them. CPython reads more than it writes (`0x10`, ` 7`, `1_0`):
 * what only a person would write is undefined here, and so blocks.
 */

/** The argument of INT: a decimal number, or a boolean as `00` and `01`. */
export function parseInt0(text: string): number | bigint | boolean | undefined {
  if (text === '00') return false;
  if (text === '01') return true;
  return parseDecimal(text);
}

/** The argument of LONG: a decimal number, with an L since Python 2. */
export function parseLong(text: string): number | bigint | undefined {
  return parseDecimal(text.endsWith('L') ? text.slice(0, -1) : text);
}

/** The argument of GET and PUT. */
export function parseMemoKey(text: string): number | undefined {
  return /^(0|[1-9]\d{0,8})$/.test(text) ? Number(text) : undefined;
}

/** Is it what repr gives for a float? */
export function isFloatText(text: string): boolean {
  return /^-?(\d+(\.\d+)?(e[+-]?\d+)?|inf|nan)$/.test(text) && text.length <= 64;
}

/** The argument of STRING: quoted, with the escapes of a Python 2 string literal. */
export function parseQuoted(text: string): string | undefined {
  const inner = /^'((?:[^'\\]|\\[^])*)'$|^"((?:[^"\\]|\\[^])*)"$/.exec(text);
  const body = inner?.[1] ?? inner?.[2];
  if (body === undefined) return undefined;
  let valid = true;
  const decoded = body.replace(/\\(x[\da-fA-F]{2}|[0-7]{1,3}|[^])/g, (_escape, what: string) => {
    if (what.length === 3 && what.startsWith('x'))
      return String.fromCharCode(Number.parseInt(what.slice(1), 16));
    if (/^[0-7]/.test(what)) return String.fromCharCode(Number.parseInt(what, 8) & 0xff);
    const plain = escapes[what];
    valid &&= plain !== undefined;
    return plain ?? '';
  });
  return valid ? decoded : undefined;
}

/** The argument of UNICODE: `\uXXXX` and `\UXXXXXXXX`, everything else as it stands. */
export function parseRawUnicode(text: string): string | undefined {
  let valid = true;
  const decoded = text.replace(/\\(u[\da-fA-F]{4}|U[\da-fA-F]{8}|[^]|$)/g, (whole, what: string) => {
    if (what.length < 5) {
      valid &&= what !== 'u' && what !== 'U';
      return whole;
    }
    const point = Number.parseInt(what.slice(1), 16);
    valid &&= point <= 0x10ffff;
    return valid ? String.fromCodePoint(point) : '';
  });
  return valid ? decoded : undefined;
}

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\',
  "'": "'",
  '"': '"',
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

function parseDecimal(text: string): number | bigint | undefined {
  if (!/^-?(0|[1-9]\d*)$/.test(text) || text.length > 1_000) return undefined;
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
}
