import { DerProblem, DerReader, oidOf, Tag, valuesOf } from './der.ts';

/** A name of one of the kinds in RFC 5280, section 4.2.1.6, by its tag there. */
export type GeneralName =
  | { readonly kind: 'email' | 'dns' | 'uri'; readonly text: string }
  | { readonly kind: 'directory'; readonly content: Uint8Array }
  | { readonly kind: 'ip'; readonly bytes: Uint8Array }
  | { readonly kind: 'other'; readonly tag: number };

const shortNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

interface Attribute {
  readonly oid: string;
  readonly text: string;
}

/** A distinguished name for a person: `CN=…, O=…`, the most telling part first. */
export function nameText(content: Uint8Array): string {
  const parts = relativeNames(content).map((attributes) =>
    attributes
      .map(({ oid, text }) => `${shortNames[oid] ?? oid}=${text.replace(/[\\,+=]/g, '\\$&')}`)
      .join('+'),
  );
  return parts.reverse().join(', ');
}

/** Mail addresses that stand in a distinguished name itself, as they used to (section 4.1.2.6). */
export function emailsIn(content: Uint8Array): string[] {
  const attributes = relativeNames(content).flat();
  return attributes.flatMap(({ oid, text }) => (shortNames[oid] === 'emailAddress' ? [text] : []));
}

/** Equal for names that are the same by RFC 5280, section 7.1: whatever the string type, case and spacing. */
export function nameKey(content: Uint8Array): string {
  return JSON.stringify(relativeKeys(content));
}

/** Is the name below the other, or that very one? */
export function isBelow(content: Uint8Array, base: Uint8Array): boolean {
  const parts = relativeKeys(content);
  return relativeKeys(base).every((part, n) => part === parts[n]);
}

function relativeKeys(content: Uint8Array): string[] {
  return relativeNames(content).map((attributes) =>
    JSON.stringify(attributes.map(({ oid, text }) => `${oid}=${folded(text)}`).sort()),
  );
}

function folded(text: string): string {
  return text.normalize('NFKC').trim().replace(/\s+/g, ' ').toLowerCase();
}

function relativeNames(content: Uint8Array): Attribute[][] {
  return valuesOf(content).map(({ tag, content: set }) => {
    if (tag !== Tag.set) throw new DerProblem('a malformed name');
    return valuesOf(set).map(({ tag: inner, content: pair }) => {
      if (inner !== Tag.sequence) throw new DerProblem('a malformed name');
      const reader = new DerReader(pair);
      const oid = oidOf(reader.next(Tag.oid).content);
      const value = reader.next();
      reader.end();
      return { oid, text: textOf(value.tag, value.content) };
    });
  });
}

function textOf(tag: number, content: Uint8Array): string {
  const bytes = Buffer.from(content);
  switch (tag) {
    case Tag.utf8String:
      return bytes.toString('utf8');
    case Tag.printableString:
    case Tag.ia5String:
    case Tag.teletexString:
      return bytes.toString('latin1');
    case Tag.bmpString:
      if (bytes.length % 2 !== 0) throw new DerProblem('a malformed string');
      return bytes.swap16().toString('utf16le');
    default:
      return `#${bytes.toString('hex')}`;
  }
}

/** The names in a GeneralNames. */
export function generalNamesOf(content: Uint8Array): GeneralName[] {
  return valuesOf(content).map(({ tag, content: value }): GeneralName => {
    const text = Buffer.from(value).toString('latin1');
    switch (tag) {
      case 0x81:
        return { kind: 'email', text };
      case 0x82:
        return { kind: 'dns', text };
      case 0x86:
        return { kind: 'uri', text };
      case 0x87:
        return { kind: 'ip', bytes: value };
      case 0xa4: {
        const reader = new DerReader(value);
        const name = reader.next(Tag.sequence).content;
        reader.end();
        return { kind: 'directory', content: name };
      }
      default:
        return { kind: 'other', tag };
    }
  });
}
