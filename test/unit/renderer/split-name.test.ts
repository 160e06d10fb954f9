import { describe, expect, it } from 'vitest';
import { splitName } from '../../../renderer/components/split-name.ts';

const outline = (name: string) =>
  splitName(name)
    .map(({ part, isKept }) => (isKept ? `[${part}]` : part))
    .join('');

describe('a name that may be cut', () => {
  it.each([
    ['model.layers.12.self_attn.q_proj.weight', 'model.[layers.12].self_attn[.q_proj.weight]'],

    ['model-00001-of-00002.safetensors', 'model-00001-of-000[02.safetensors]'],
    ['layers.3.weight', 'layers.3.weight'],
    ['', ''],
  ])('%s keeps what tells it apart', (name, expected) => {
    expect(outline(name)).toBe(expected);
    expect(
      splitName(name)
        .map(({ part }) => part)
        .join(''),
    ).toBe(name);
  });

  it('is never cut inside a character', () => {
    const name = '😀'.repeat(40);
    for (const { part } of splitName(name)) expect(part.isWellFormed()).toBe(true);
  });
});
