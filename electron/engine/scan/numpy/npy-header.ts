/** What an .npy header states. */
export interface NpyHeader {
  /** Undefined where it is no plain string: a structure of fields. */
  readonly descr: string | undefined;
  readonly rawDescr: string;
  readonly shape: readonly number[];
}

/**
 * The header as numpy writes it: a dict with the keys `descr`, `fortran_order` and `shape`, padded with spaces up to a line feed.
 * Undefined for anything else that Python would take as a literal.
 */
export function parseNpyHeader(text: string): NpyHeader | undefined {
  const header = /^\{(.*)\} *\n$/s.exec(text)?.[1];
  if (header === undefined) return undefined;
  const fields = new Map<string, string>();
  const entry = /\s*'(descr|fortran_order|shape)': *('[^'\\]*'|True|False|\([\d,L ]*\)|\[.*?\])\s*(?:,|$)/sy;
  while (entry.lastIndex < header.trimEnd().length) {
    const match = entry.exec(header);
    const [, key, value] = match ?? [];
    if (key === undefined || value === undefined || fields.has(key)) return undefined;
    fields.set(key, value);
  }
  return fields.size === 3 ? headerOf(fields) : undefined;
}

function headerOf(fields: ReadonlyMap<string, string>): NpyHeader | undefined {
  const [rawDescr = '', order = '', shapeText = ''] = ['descr', 'fortran_order', 'shape'].map((key) =>
    fields.get(key),
  );
  const shape = shapeOf(shapeText);
  if (shape === undefined || (order !== 'True' && order !== 'False')) return undefined;
  return { descr: /^'([^'\\]*)'$/.exec(rawDescr)?.[1], rawDescr, shape };
}

/** A tuple of counts: `()`, `(3,)`, `(2, 3)`. */
function shapeOf(text: string): readonly number[] | undefined {
  if (text === '()') return [];
  const inner = /^\((\d{1,15}L?, ?)*(\d{1,15}L?)?\)$/.exec(text) === null ? undefined : text.slice(1, -1);
  if (inner === undefined || !inner.includes(',')) return undefined;
  const lengths = inner
    .split(',')
    .flatMap((part) => (part.trim() === '' ? [] : [Number(part.trim().replace('L', ''))]));
  return lengths.length <= 64 ? lengths : undefined;
}
