import type { Budget } from '../budget.ts';
import { Malformed } from '../malformed.ts';

/** A start tag with its attributes; texts between tags mean nothing where this is used. */
export interface XmlTag {
  readonly name: string;
  /** How many elements are around it. */
  readonly depth: number;
  readonly offset: number;
  readonly attributes: ReadonlyMap<string, string>;
}

const MAX_DEPTH = 64;
const tag = /<(\/?)([A-Za-z_][\w.:-]*)((?:\s+[A-Za-z_][\w.:-]*\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?)>/y;
const attribute = /([A-Za-z_][\w.:-]*)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const references: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/**
 * The start tags of an XML document in order (XML 1.0): well nested, no document type, no entities but the five that every reader
 * knows, no attribute twice. Throws Malformed of `rule`.
 */
export function* readTags(text: string, rule: string, budget: Budget): Generator<XmlTag> {
  const open: string[] = [];
  const fail = (detail: string, offset: number): never => {
    throw new Malformed(rule, detail, { offset });
  };
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at)) {
    budget.step();
    if (text.startsWith('<?', at) || text.startsWith('<!--', at)) {
      const end = text.startsWith('<?', at) ? '?>' : '-->';
      const found = text.indexOf(end, at + 2);
      if (found < 0) fail('A comment does not end.', at);
      at = found + end.length;
      continue;
    }
    tag.lastIndex = at;
    const [whole = '', isEnd, name = '', rest = '', isEmpty] = tag.exec(text) ?? [];
    if (whole === '') fail('A tag is none, or declares something.', at);
    if (isEnd === '/') {
      if (open.pop() !== name || rest !== '' || isEmpty === '/') fail('An end tag ends something else.', at);
    } else {
      yield { name, depth: open.length, offset: at, attributes: readAttributes(rest, at, fail) };
      if (isEmpty !== '/') open.push(name);
      if (open.length > MAX_DEPTH) fail(`It is nested deeper than ${MAX_DEPTH} levels.`, at);
    }
    at += whole.length;
  }
  if (open.length > 0) fail('It ends too early.', text.length);
}

function readAttributes(
  text: string,
  offset: number,
  fail: (detail: string, offset: number) => never,
): ReadonlyMap<string, string> {
  const attributes = new Map<string, string>();
  for (const [, name = '', double, single] of text.matchAll(attribute)) {
    if (attributes.has(name)) fail('An attribute is there twice.', offset);
    const value = (double ?? single ?? '').replaceAll(
      /&(?:#(\d{1,7})|#x([0-9A-Fa-f]{1,6})|(\w+));/g,
      (_all, ten, hex, word) => {
        const code = Number(ten ?? `0x${String(hex)}`);
        if (word !== undefined) return references[String(word)] ?? fail('An entity is not known.', offset);
        return code <= 0x10ffff ? String.fromCodePoint(code) : fail('A character is none.', offset);
      },
    );
    attributes.set(name, value);
  }
  return attributes;
}
