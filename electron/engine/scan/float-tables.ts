/** The value of each bit pattern of the small number types, for counting patterns first and computing later. */

/** BF16: the upper half of an IEEE 754 binary32. */
export function bfloat16Values(): Float64Array {
  const patterns = Uint32Array.from({ length: 0x10000 }, (_, bits) => bits * 0x10000);
  return Float64Array.from(new Float32Array(patterns.buffer));
}

/** IEEE 754 binary16. */
export function float16Values(): Float64Array {
  return Float64Array.from({ length: 0x10000 }, (_, bits) => ieeeValue(bits, 5, 10));
}

/** OCP FP8 E5M2, which keeps IEEE 754's infinities and NaNs. */
export function float8E5M2Values(): Float64Array {
  return Float64Array.from({ length: 0x100 }, (_, bits) => ieeeValue(bits, 5, 2));
}

/** OCP FP8 E4M3: no infinities, and NaN only with all exponent and mantissa bits set. */
export function float8E4M3Values(): Float64Array {
  return Float64Array.from({ length: 0x100 }, (_, bits) => {
    if ((bits & 0x7f) === 0x7f) return NaN;
    return signOf(bits, 8) * magnitude((bits >> 3) & 0xf, bits & 7, 7, 3);
  });
}

/** E4M3 with bias 8, no infinities and no negative zero (FNUZ): 0x80 is its only NaN. */
export function float8E4M3FnuzValues(): Float64Array {
  return Float64Array.from({ length: 0x100 }, (_, bits) =>
    bits === 0x80 ? NaN : signOf(bits, 8) * magnitude((bits >> 3) & 0xf, bits & 7, 8, 3),
  );
}

/** E5M2 with bias 16, no infinities and no negative zero (FNUZ): 0x80 is its only NaN. */
export function float8E5M2FnuzValues(): Float64Array {
  return Float64Array.from({ length: 0x100 }, (_, bits) =>
    bits === 0x80 ? NaN : signOf(bits, 8) * magnitude((bits >> 2) & 0x1f, bits & 3, 16, 2),
  );
}

/** OCP MX scale E8M0: a power of two, 0xff is NaN. */
export function float8E8M0Values(): Float64Array {
  return Float64Array.from({ length: 0x100 }, (_, bits) => (bits === 0xff ? NaN : 2 ** (bits - 127)));
}

/** Two's complement or plain integers of 8 or 16 bits. */
export function integerValues(bits: 8 | 16, signed: boolean): Float64Array {
  const count = 2 ** bits;
  return Float64Array.from({ length: count }, (_, pattern) =>
    signed && pattern >= count / 2 ? pattern - count : pattern,
  );
}

function ieeeValue(bits: number, exponentBits: number, mantissaBits: number): number {
  const top = 2 ** exponentBits - 1;
  const exponent = (bits >> mantissaBits) & top;
  const mantissa = bits & (2 ** mantissaBits - 1);
  const sign = signOf(bits, 1 + exponentBits + mantissaBits);
  if (exponent === top) return mantissa === 0 ? sign * Infinity : NaN;
  return sign * magnitude(exponent, mantissa, 2 ** (exponentBits - 1) - 1, mantissaBits);
}

function magnitude(exponent: number, mantissa: number, bias: number, mantissaBits: number): number {
  const fraction = mantissa / 2 ** mantissaBits;
  return exponent === 0 ? fraction * 2 ** (1 - bias) : (1 + fraction) * 2 ** (exponent - bias);
}

function signOf(bits: number, width: number): number {
  return bits >> (width - 1) === 0 ? 1 : -1;
}
