/** A value of a property list; dates and data stay text, since no field used here has them. */
export type PlistValue = string | number | boolean | PlistValue[] | { [key: string]: PlistValue };

const token = /<(\/?)([a-z]+)(?:\s[^>]*?)?(\/?)>([^<]*)/g;
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Reads an XML property list as `diskutil -plist` prints it (Apple's PropertyList-1.0.dtd): dict, array, string, integer,
 * real, true, false, date, data. Throws SyntaxError on anything else.
 */
export function parsePlist(xml: string): PlistValue {
  const start = xml.indexOf('<plist');
  if (start < 0) throw new SyntaxError('not a property list');
  const tokens = [...xml.slice(start).matchAll(token)].map(
    ([, close = '', tag = '', empty = '', text = '']) => ({
      tag,
      text: decode(text),
      kind: close ? 'close' : empty ? 'empty' : 'open',
    }),
  );
  let next = 1;

  function take() {
    const current = tokens[next++];
    if (current === undefined) throw new SyntaxError('property list ends too early');
    return current;
  }
  function leaf(kind: string, tag: string, text: string): string {
    if (kind === 'open' && take().tag !== tag) throw new SyntaxError(`<${tag}> is not closed`);
    return kind === 'open' ? text : '';
  }
  function value(): PlistValue {
    const { tag, text, kind } = take();
    if (tag === 'true' || tag === 'false') {
      leaf(kind, tag, text);
      return tag === 'true';
    }
    if (tag === 'dict') return kind === 'empty' ? {} : dict();
    if (tag === 'array') return kind === 'empty' ? [] : array();
    if (tag === 'integer' || tag === 'real') return Number(leaf(kind, tag, text));
    if (tag === 'string' || tag === 'date' || tag === 'data') return leaf(kind, tag, text);
    throw new SyntaxError(`<${tag}> is not a value`);
  }
  function ends(): boolean {
    if (tokens[next]?.kind !== 'close') return false;
    next++;
    return true;
  }
  function array(): PlistValue[] {
    const items: PlistValue[] = [];
    while (!ends()) items.push(value());
    return items;
  }
  function dict(): { [key: string]: PlistValue } {
    const entries: [string, PlistValue][] = [];
    while (!ends()) {
      const { tag, text, kind } = take();
      if (tag !== 'key') throw new SyntaxError(`<${tag}> stands where a key must`);
      const key = leaf(kind, tag, text);
      entries.push([key, value()]);
    }
    return Object.fromEntries(entries);
  }
  return value();
}

function decode(text: string): string {
  return text.replace(
    /&(?:#x([0-9a-fA-F]+)|#(\d+)|([a-z]+));/g,
    (whole, hex?: string, dec?: string, name?: string) => {
      if (hex !== undefined) return String.fromCodePoint(parseInt(hex, 16));
      if (dec !== undefined) return String.fromCodePoint(parseInt(dec, 10));
      return entities[name ?? ''] ?? whole;
    },
  );
}
