import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPathProblem } from '#engine/core/release-path.ts';
import { digestListFormat, looksLikeDigestList, parseDigestList } from '#engine/trust/formats/digest-list.ts';

const text = (content: string) => new TextEncoder().encode(content);
const hex = createHash('sha256').update('x').digest('hex');
const parseSums = (content: Uint8Array) => parseDigestList(content, 'SHA256SUMS');
const one = (line: string) => parseSums(text(`${line}\n`));

describe('lists of SHA-256 digests', () => {
  it.each([
    ['GNU text mode', `${hex}  model.bin`, 'model.bin'],
    ['GNU binary mode', `${hex} *model.bin`, 'model.bin'],
    ['BSD', `SHA256 (model.bin) = ${hex}`, 'model.bin'],
    ['BSD with parentheses in the name', `SHA256 (a (b) c) = ${hex}`, 'a (b) c'],
    ['upper case', `${hex.toUpperCase()}  model.bin`, 'model.bin'],
    ['a folder', `${hex}  weights/model 1.bin`, 'weights/model 1.bin'],
    ['a needless ./', `${hex}  ./weights/model.bin`, 'weights/model.bin'],
    ['the line ends of Windows', `${hex}  model.bin\r`, 'model.bin'],
    ['umlauts', `${hex}  gewichte-ä.bin`, 'gewichte-ä.bin'],
  ])('read %s', (_, line, path) => {
    expect(looksLikeDigestList(text(`${line}\n`))).toBe(true);
    expect(one(line)).toEqual({
      entries: [{ path, algorithm: 'sha256', digest: hex }],
      problems: [],
      weakLines: 0,
    });
  });

  it.each([
    ['a name with a line feed', `\\${hex}  a\\nb`, 'PATH-UNSAFE'],
    ['a name with a backslash', `\\${hex}  a\\\\b`, 'PATH-UNSAFE'],
    ['an escaped BSD name', `\\SHA256 (a\\nb) = ${hex}`, 'PATH-UNSAFE'],
    ['an unknown escape', `\\${hex}  a\\tb`, 'FORMAT-INVALID'],
    ['a way out', `${hex}  ../model.bin`, 'PATH-UNSAFE'],
    ['an absolute name', `${hex}  /etc/passwd`, 'PATH-UNSAFE'],
    ['a name of Windows', `${hex}  C:model.bin`, 'PATH-UNSAFE'],
    ['a short digest', `${hex.slice(1)}  model.bin`, 'FORMAT-INVALID'],
    ['a digest of no known length', `${hex.slice(30)}  model.bin`, 'FORMAT-INVALID'],
    ['a tag that does not fit its digest', `SHA512 (model.bin) = ${hex}`, 'FORMAT-INVALID'],
    ['a tag that nobody knows', `SHA3 (model.bin) = ${hex}`, 'FORMAT-INVALID'],
    ['one blank', `${hex} model.bin`, 'FORMAT-INVALID'],
    ['no name', `${hex}  `, 'FORMAT-INVALID'],
    ['prose', 'see the website', 'FORMAT-INVALID'],
  ])('refuse %s', (_, line, code) => {
    const list = one(line);
    expect(list.entries).toEqual([]);
    expect(list.problems).toMatchObject([{ line: 1, code }]);
  });

  it('refuse a name that is listed twice, also with the same digest', () => {
    const list = parseSums(text(`${hex}  a\n${hex} *./a\n`));
    expect(list.problems).toMatchObject([{ line: 2, detail: 'The name is listed twice.' }]);
  });

  it('pass over blank lines and comments, as sha256sum does', () => {
    const content = text(`# release 5.0.0\n\n${hex}  a\n`);
    expect(looksLikeDigestList(content)).toBe(true);
    expect(parseSums(content).problems).toEqual([]);
  });

  it.each([
    ['SHA512SUMS', 128, 'sha512', undefined],
    ['B2SUMS', 128, 'blake2b-512', undefined],
    ['checksums.blake2', 128, 'blake2b-512', undefined],
    ['checksums.txt', 128, 'sha512', true],
    ['checksums.txt', 96, 'sha384', undefined],
    ['checksums.txt', 64, 'sha256', undefined],
    ['B3SUMS', 64, 'blake3', undefined],
  ])('named %s take %i digits for %s', (name, digits, algorithm, isGuess) => {
    const { entries } = parseDigestList(text(`${'a'.repeat(digits)}  f\n`), name);
    expect(entries).toMatchObject([{ path: 'f', algorithm, digest: 'a'.repeat(digits) }]);
    expect(entries[0]?.isGuess).toBe(isGuess);
  });

  it.each([
    ['SHA256', 64, 'sha256'],
    ['SHA384', 96, 'sha384'],
    ['SHA512', 128, 'sha512'],
    ['BLAKE2b', 128, 'blake2b-512'],
    ['BLAKE3', 64, 'blake3'],
  ])('say with the tag %s what they mean, whatever their name', (tag, digits, algorithm) => {
    const list = parseDigestList(text(`${tag} (f) = ${'b'.repeat(digits)}\n`), 'B2SUMS');
    expect(list).toMatchObject({ entries: [{ path: 'f', algorithm }], problems: [] });
  });

  it.each([
    `${'a'.repeat(32)}  f`,
    `${'a'.repeat(40)} *f`,
    `MD5 (f) = ${'a'.repeat(32)}`,
    `SHA1 (f) = ${'a'.repeat(40)}`,
    `SHA224 (f) = ${'a'.repeat(56)}`,
  ])('count for nothing with a digest that can be forged: %s', (line) => {
    expect(looksLikeDigestList(text(line))).toBe(true);
    expect(one(line)).toEqual({ entries: [], problems: [], weakLines: 1 });
  });

  it('may list one file with several algorithms, each once', () => {
    const strong = `SHA256 (f) = ${hex}\nSHA512 (f) = ${'c'.repeat(128)}\n`;
    const list = parseSums(text(strong));
    expect(list).toMatchObject({ entries: [{ algorithm: 'sha256' }, { algorithm: 'sha512' }], problems: [] });
    expect(digestListFormat(list)).toBe('digest-list');
    expect(parseSums(text(`${strong}${strong}`)).problems).toHaveLength(2);
    expect(digestListFormat(one(`${hex}  f`))).toBe('sha256sums');
    expect(digestListFormat(parseDigestList(text(`${'a'.repeat(128)}  f`), 'B2SUMS'))).toBe('blake2bsums');
  });

  it('refuse bytes that are not UTF-8, and lists of nothing', () => {
    const broken = new Uint8Array(Buffer.concat([text(`${hex}  a`), Buffer.from([0xff]), text('b\n')]));
    expect(parseSums(broken).problems).toMatchObject([{ detail: 'The list is not UTF-8.' }]);
    expect(parseSums(text('# nothing\n')).problems).toHaveLength(1);
  });

  it('give back any allowed name, as GNU and as BSD write it', () => {
    const names = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((name) => findPathProblem(name) === null);
    fc.assert(
      fc.property(names, (name) => {
        expect(one(`${hex}  ${name}`).entries).toEqual([{ path: name, algorithm: 'sha256', digest: hex }]);
        expect(one(`${hex} *${name}`).entries).toEqual([{ path: name, algorithm: 'sha256', digest: hex }]);
        expect(one(`SHA256 (${name}) = ${hex}`).entries).toEqual([
          { path: name, algorithm: 'sha256', digest: hex },
        ]);
      }),
      { numRuns: 300 },
    );
  });

  it('never throw, and never let an unsafe name through', () => {
    const line = fc
      .tuple(fc.constantFrom('', '\\'), fc.string({ maxLength: 40 }))
      .map(([slash, name]) => `${slash}${hex}  ${name}`);
    fc.assert(
      fc.property(fc.array(fc.oneof(line, fc.string({ maxLength: 60 })), { maxLength: 8 }), (lines) => {
        const list = parseSums(text(lines.join('\n')));
        for (const { path } of list.entries) expect(findPathProblem(path)).toBeNull();
        expect(list.entries.length + list.problems.length + (list.weakLines ?? 0)).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        looksLikeDigestList(bytes);
        parseSums(bytes);
      }),
      { numRuns: 500 },
    );
  });
});
