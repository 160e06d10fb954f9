import { describe, expect, it } from 'vitest';
import { bytesSource } from '#engine/scan/byte-source.ts';
import { scanFile } from '#engine/scan/scan-file.ts';
import { verdictOf } from '#engine/scan/verdict.ts';
import { benignWeights, blockedObjects } from '../../fixtures/scan/benign-weights.ts';

describe('weights of people', () => {
  it.each(blockedObjects)('$name is blocked, and says why', ({ name, bytes, rule }) => {
    const { findings } = scanFile(name, bytesSource(bytes), { extent: 'all' });
    expect(findings.map((finding) => finding.rule)).toContain(rule);
    expect(verdictOf(findings)).toBe('block');
  });

  it('names tensors by the keys that lead to them, with their place in the file', () => {
    const sample = benignWeights.find(({ name }) => name === 'torch: a checkpoint with an optimizer');
    const bytes = sample?.bytes ?? new Uint8Array(0);
    const { facts } = scanFile('x', bytesSource(bytes), { extent: 'all' });
    const tensors = facts.flatMap((fact) => (fact.kind === 'tensor' ? [fact.tensor] : []));
    expect(tensors.map(({ name }) => name)).toEqual([
      'state_dict.layer.weight',
      'state_dict.layer.bias',
      'optimizer.state.exp_avg',
    ]);
    expect(tensors[1]).toMatchObject({ dtype: 'float32', shape: [3], sizeBytes: 12 });
    expect(tensors[1]?.offset).toBe(Buffer.from(bytes).indexOf('archive/data/0') + 'archive/data/0'.length);
  });
});
