import { describe, expect, it } from 'vitest';
import type { PolicyDocument } from '#shared/contract/policy.ts';
import {
  listChanges,
  readFormats,
  verdictChanges,
  withRule,
  writeFormats,
} from '../../../renderer/features/trust/policy-draft.ts';

const document: PolicyDocument = {
  severities: { info: 'note', warning: 'review', high: 'review', critical: 'block' },
  rules: { 'zip.*': 'block' },
  unsigned: 'review',
  formats: null,
  otherFormat: 'block',
  noOutsideScan: 'off',
};

describe('a draft of the policy', () => {
  it('says every single change, and nothing when a change is taken back', () => {
    const changed = withRule({ ...document, unsigned: 'block', formats: ['gguf'] }, 'zip.gap', 'note');
    expect(listChanges(document, changed)).toEqual([
      'unsigned: review → block',
      'formats: any → gguf',
      'rule zip.gap: as its severity says → note',
    ]);
    expect(listChanges(document, withRule(withRule(document, 'zip.gap', 'note'), 'zip.gap', null))).toEqual(
      [],
    );
    expect(document.rules).toEqual({ 'zip.*': 'block' });
  });

  it('reads formats as they are typed; none allows every one', () => {
    expect(readFormats(' gguf,safetensors  gguf ')).toEqual(['gguf', 'safetensors']);
    expect(readFormats(' , ')).toBeNull();
    expect(readFormats(writeFormats(['onnx', 'gguf']))).toEqual(['onnx', 'gguf']);
  });

  it('names only the releases that would be judged otherwise', () => {
    const release = { model: 'm', manifestDigest: `sha256:${'0'.repeat(64)}` };
    const changes = verdictChanges({
      settings: [],
      rules: [],
      releases: [
        { ...release, version: '1.0.0', now: 'pass', then: 'pass' },
        { ...release, version: '2.0.0', now: 'pass', then: 'block' },
        { ...release, version: '3.0.0', now: null, then: null },
      ],
    });
    expect(changes).toEqual([{ name: 'm@2.0.0', now: 'pass', then: 'block' }]);
  });
});
