import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { collisionKey, findCollisions, findPathProblem } from '#engine/core/release-path.ts';

describe('paths inside releases', () => {
  it.each(['model.onnx', 'a/b/c.json', 'tokenizer (1).json', 'größe.bin', '.gitattributes', 'com10.txt'])(
    'allows %s',
    (path) => expect(findPathProblem(path)).toBeNull(),
  );

  it.each([
    ['', 'is empty'],
    ['/etc/passwd', 'is absolute'],
    ['C:/x', 'is absolute'],
    ['a//b', 'has an empty segment'],
    ['a/', 'has an empty segment'],
    ['../x', 'has a . or .. segment'],
    ['a/./b', 'has a . or .. segment'],
    ['a\\b', 'has a backslash'],
    ['a\u0000b', 'has a control or direction character'],
    ['a\u202egpj.bin', 'has a control or direction character'],
    ['a\u200bb', 'has a control or direction character'],
    ['\ud800', 'has a control or direction character'],
    ['e\u0301.bin', 'is not in Unicode form NFC'],
    ['CON', 'has a name that Windows reserves'],
    ['a/aux.txt', 'has a name that Windows reserves'],
    ['lpt1.bin', 'has a name that Windows reserves'],
    ['ab:c', 'has a name with a character that Windows forbids'],
    ['what?.bin', 'has a name with a character that Windows forbids'],
    ['name.', 'has a segment that ends with a dot or a space'],
    ['name /x', 'has a segment that ends with a dot or a space'],
  ])('refuses %j: %s', (path, problem) => expect(findPathProblem(path)).toBe(problem));

  it('bounds the bytes of a segment and of the whole', () => {
    expect(findPathProblem('é'.repeat(127))).toBeNull();
    expect(findPathProblem('é'.repeat(128))).toBe('has a segment over 255 bytes');
    expect(findPathProblem(Array.from({ length: 17 }, () => 'y'.repeat(250)).join('/'))).toBe(
      'is over 4096 bytes',
    );
  });

  it('finds names that are one file on some file system', () => {
    expect(findCollisions(['Model.bin', 'model.bin', 'other'])).toEqual([['Model.bin', 'model.bin']]);
    expect(findCollisions(['straße', 'STRASSE'])).toHaveLength(1);
    expect(findCollisions(['ﬁle', 'file'])).toHaveLength(1);
    expect(findCollisions(['a', 'a/b'])).toEqual([['a', 'a/b']]);
    expect(findCollisions(['a/b', 'a/c', 'ab'])).toEqual([]);
  });

  it('an allowed path never leaves the folder it is put in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (path) => {
        if (findPathProblem(path) !== null) return;
        expect(path.split('/')).not.toContain('..');
        expect(path.startsWith('/')).toBe(false);
        expect(collisionKey(collisionKey(path))).toBe(collisionKey(path));
      }),
      { numRuns: 500 },
    );
  });
});
