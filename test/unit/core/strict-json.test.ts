import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '#engine/core/app-error.ts';
import { parseStrictJson } from '#engine/core/strict-json.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const parse = (text: string, maxDepth?: number) =>
  parseStrictJson(bytes(text), { maxBytes: 1000, ...(maxDepth === undefined ? {} : { maxDepth }) });

const hasLargeNumber = (text: string) => /[0-9]{16}|e\+?[0-9]{2}/i.test(text);

describe('strict JSON', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 4 }), (text) => {
        fc.pre(text.length < 900 && text.isWellFormed() && !hasLargeNumber(text));
        expect(parse(text)).toEqual(JSON.parse(text));
      }),
      { numRuns: 500 },
    );
  });

  it('never fails but with FORMAT-INVALID', () => {
    const anything = fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ maxLength: 200 }).map(bytes));
    fc.assert(
      fc.property(anything, (input) => {
        try {
          parseStrictJson(input, { maxBytes: 1000 });
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect((error as AppError).code).toBe('FORMAT-INVALID');
        }
      }),
      { numRuns: 1000 },
    );
  });

  it.each([
    ['a key twice', '{"a":1,"a":2}'],
    ['a key twice, once escaped', '{"a":1,"\\u0061":2}'],
    ['a key twice further in', '[{"b":{"a":1,"a":1}}]'],
    ['an integer that is not exact', '9007199254740993'],
    ['a number out of range', '1e999'],
    ['half of a surrogate pair', '"\\ud800"'],
    ['a byte order mark', '\ufeff{}'],
    ['a comment', '{} // no'],
    ['two values', '{} {}'],
    ['a comma at the end', '[1,]'],
    ['a leading zero', '01'],
    ['a control character in a string', '"\u0001"'],
    ['NaN', 'NaN'],
    ['nothing', ''],
    ['an open object', '{"a":1'],
  ])('refuses %s', (_, text) => {
    expect(() => parse(text)).toThrow(AppError);
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(() => parseStrictJson(Uint8Array.of(0x22, 0xc3, 0x28, 0x22), { maxBytes: 10 })).toThrow(/UTF-8/);
  });

  it('bounds size and depth', () => {
    expect(() => parseStrictJson(bytes('[1,2,3]'), { maxBytes: 6 })).toThrow(/more than the 6/);
    expect(parse('[[[1]]]', 3)).toEqual([[[1]]]);
    expect(() => parse('[[[[1]]]]', 3)).toThrow(/deeper than 3/);
    expect(() => parseStrictJson(bytes('['.repeat(100_000)), { maxBytes: 1e6 })).toThrow(/deeper/);
  });

  it('keeps __proto__ an ordinary key', () => {
    const value = parse('{"__proto__":{"polluted":true}}') as Record<string, unknown>;
    expect(Object.keys(value)).toEqual(['__proto__']);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
