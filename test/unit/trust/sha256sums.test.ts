import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPathProblem } from '#engine/core/release-path.ts';
import { looksLikeSha256sums, parseSha256sums } from '#engine/trust/formats/sha256sums.ts';

const text = (content: string) => new TextEncoder().encode(content);
const hex = createHash('sha256').update('x').digest('hex');
const one = (line: string) => parseSha256sums(text(`${line}\n`));

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
    expect(looksLikeSha256sums(text(`${line}\n`))).toBe(true);
    expect(one(line)).toEqual({ entries: [{ path, algorithm: 'sha256', digest: hex }], problems: [] });
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
    ['an MD5', `${hex.slice(32)}  model.bin`, 'FORMAT-INVALID'],
    ['one blank', `${hex} model.bin`, 'FORMAT-INVALID'],
    ['no name', `${hex}  `, 'FORMAT-INVALID'],
    ['prose', 'see the website', 'FORMAT-INVALID'],
  ])('refuse %s', (_, line, code) => {
    const list = one(line);
    expect(list.entries).toEqual([]);
    expect(list.problems).toMatchObject([{ line: 1, code }]);
  });

  it('refuse a name that is listed twice, also with the same digest', () => {
    const list = parseSha256sums(text(`${hex}  a\n${hex} *./a\n`));
    expect(list.problems).toMatchObject([{ line: 2, detail: 'The name is listed twice.' }]);
  });

  it('pass over blank lines and comments, as sha256sum does', () => {
    const content = text(`# release 5.0.0\n\n${hex}  a\n`);
    expect(looksLikeSha256sums(content)).toBe(true);
    expect(parseSha256sums(content).problems).toEqual([]);
  });

  it('refuse bytes that are not UTF-8, and lists of nothing', () => {
    const broken = new Uint8Array(Buffer.concat([text(`${hex}  a`), Buffer.from([0xff]), text('b\n')]));
    expect(parseSha256sums(broken).problems).toMatchObject([{ detail: 'The list is not UTF-8.' }]);
    expect(parseSha256sums(text('# nothing\n')).problems).toHaveLength(1);
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
        const list = parseSha256sums(text(lines.join('\n')));
        for (const { path } of list.entries) expect(findPathProblem(path)).toBeNull();
        expect(list.entries.length + list.problems.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        looksLikeSha256sums(bytes);
        parseSha256sums(bytes);
      }),
      { numRuns: 500 },
    );
  });
});
