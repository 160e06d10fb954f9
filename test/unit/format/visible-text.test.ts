import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { splitVisible, toVisibleText } from '#shared/format/visible-text.ts';

describe('text from media', () => {
  it('shows what would turn the reading order', () => {
    expect(toVisibleText('weights\u202egpj.exe')).toBe('weights⟨U+202E⟩gpj.exe');
    expect(toVisibleText('a\u2066b\u2069')).toBe('a⟨U+2066⟩b⟨U+2069⟩');
  });

  it.each([
    ['a\nb', 'a⟨U+000A⟩b'],
    ['a\u0000', 'a⟨U+0000⟩'],
    ['zero\u200bwidth', 'zero⟨U+200B⟩width'],
    ['no\u00a0break', 'no⟨U+00A0⟩break'],
    ['line\u2028', 'line⟨U+2028⟩'],
    ['tag\u{e0041}', 'tag⟨U+E0041⟩'],
    ['half\ud800', 'half⟨U+D800⟩'],
    ['filler\u3164', 'filler⟨U+3164⟩'],
  ])('makes %j visible', (text, visible) => expect(toVisibleText(text)).toBe(visible));

  it('leaves ordinary writing alone', () => {
    for (const text of ['model card v1.0', 'größe.onnx', '模型', 'נתונים', '<b>bold</b>']) {
      expect(splitVisible(text)).toEqual([{ text, hidden: false }]);
    }
  });

  it('never lets an unseen character through', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const part of splitVisible(text)) expect(part.text).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
