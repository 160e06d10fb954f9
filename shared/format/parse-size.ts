const units: Readonly<Record<string, number>> = {
  '': 1,
  k: 1e3,
  m: 1e6,
  g: 1e9,
  t: 1e12,
  ki: 2 ** 10,
  mi: 2 ** 20,
  gi: 2 ** 30,
  ti: 2 ** 40,
};

/**
 * A size as people type it, in bytes: `4700000000`, `4.7G`, `4,7 GB` (decimal), `4Gi`, `4 GiB` (binary), whatever the case. A
 * number alone counts in `plainUnit`. Null when it is no size.
 */
export function parseSize(text: string, plainUnit: '' | 'G' = ''): number | null {
  const match = /^(\d*[.,]?\d+)\s*([kmgt]i?)?(b?)$/i.exec(text.trim());
  if (match?.[1] === undefined) return null;
  const [, number, prefix, letter] = match;
  const isPlain = prefix === undefined && letter === '';
  const unit = units[(isPlain ? plainUnit : (prefix ?? '')).toLowerCase()];
  const bytes = Math.floor(Number(number.replace(',', '.')) * (unit ?? NaN));
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** The same text with its unit written out, for a field that a person has left: `64` becomes `64 GB`. */
export function withUnit(text: string): string {
  const trimmed = text.trim();
  return /^\d*[.,]?\d+$/.test(trimmed) ? `${trimmed} GB` : trimmed;
}
