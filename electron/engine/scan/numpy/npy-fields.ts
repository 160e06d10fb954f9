import { itemBytesOfOrdered } from '../pickle/numpy-dtype.ts';

const MAX_DEPTH = 8;
const MAX_FIELDS = 10_000;

/**
 * Bytes of an item that is a structure of fields, as `descr` lists them: `[('x', '<f4'), ('y', '<i2', (3,)), ('z', [...])]`. Undefined
 * where a field is an object or of a type that is not on the list, and for everything that numpy does not write.
 */
export function itemBytesOfFields(descr: string): number | undefined {
  const walk = new FieldsWalk(descr);
  const bytes = walk.fields(0);
  return walk.isAtEnd ? bytes : undefined;
}

class FieldsWalk {
  readonly #text: string;
  #at = 0;
  #count = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length;
  }

  fields(depth: number): number | undefined {
    if (depth > MAX_DEPTH || !this.#take(/\[/y)) return undefined;
    const names = new Set<string>();
    let total = 0;
    while (!this.#take(/,? *\]/y)) {
      if (names.size > 0 && !this.#take(/, /y)) return undefined;
      const field = this.#field(depth);
      if (field === undefined || names.has(field.name) || ++this.#count > MAX_FIELDS) return undefined;
      // Padding has no name, and may come more than once.
      names.add(field.name === '' ? `\0${this.#count}` : field.name);
      total += field.bytes;
    }
    return names.size === 0 || !Number.isSafeInteger(total) ? undefined : total;
  }

  #field(depth: number): { readonly name: string; readonly bytes: number } | undefined {
    const name = this.#match(/\((?:\('[^'\\]*', '([^'\\]*)'\)|'([^'\\]*)'), /y);
    if (name === undefined) return undefined;
    const plain = this.#match(/'([^'\\]*)'/y);
    const bytes = plain === undefined ? this.fields(depth + 1) : itemBytesOfOrdered(plain[1] ?? '');
    const shape = this.#match(/, \((\d{1,9}(?:, ?\d{1,9})*),?\)/y)?.[1];
    if (bytes === undefined || !this.#take(/\)/y)) return undefined;
    const elements = (shape ?? '1').split(',').reduce((product, each) => product * Number(each), 1);
    return { name: name[1] ?? name[2] ?? '', bytes: bytes * elements };
  }

  #match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match !== null) this.#at = pattern.lastIndex;
    return match ?? undefined;
  }

  #take(pattern: RegExp): boolean {
    return this.#match(pattern) !== undefined;
  }
}
