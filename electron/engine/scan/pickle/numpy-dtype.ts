/**
 * Bytes of one item of a numpy type string without its byte order (`f4`, `U10`, `M8`); undefined for objects, structures and
 * whatever is not a number, a text of fixed width or a time.
 */
export function itemBytesOf(code: string): number | undefined {
  const fixed = fixedWidths[code];
  if (fixed !== undefined) return fixed;
  if (/^[Mm]8\[(?:\d{1,9})?(?:Y|M|W|D|h|m|s|ms|us|ns|ps|fs|as)\]$/.test(code)) return 8;
  const [, letter, digits] = /^([SaUV])([1-9]\d{0,8})$/.exec(code) ?? [];
  if (letter === undefined) return undefined;
  return Number(digits) * (letter === 'U' ? 4 : 1);
}

/** The same of a string with byte order, as an .npy header states it: `<f4`, `|b1`. */
export function itemBytesOfOrdered(descr: string): number | undefined {
  return /^[<>|=]/.test(descr) ? itemBytesOf(descr.slice(1)) : undefined;
}

const fixedWidths: Readonly<Record<string, number>> = {
  b1: 1,
  i1: 1,
  i2: 2,
  i4: 4,
  i8: 8,
  u1: 1,
  u2: 2,
  u4: 4,
  u8: 8,
  f2: 2,
  f4: 4,
  f8: 8,
  f12: 12,
  f16: 16,
  c8: 8,
  c16: 16,
  c24: 24,
  c32: 32,
  M8: 8,
  m8: 8,
  S0: 0,
  U0: 0,
};
