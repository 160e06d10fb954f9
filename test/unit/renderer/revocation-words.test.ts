import { describe, expect, it } from 'vitest';
import { listAffected } from '#renderer/features/trust/revocation-words.ts';

const nothing = { releases: [], channels: [], servers: [], imports: [] };

describe('what a revocation hits', () => {
  it('names releases, channels and servers, with the file when only one is revoked', () => {
    const release = { model: 'm', version: '1.0.0', manifestDigest: `sha256:${'0'.repeat(64)}` };
    const affected = {
      releases: [
        { ...release, path: null },
        { ...release, path: 'weights.bin' },
      ],
      channels: [{ model: 'm', channel: 'production', version: '1.0.0' }],
      servers: [{ server: 'gpu-1', model: 'm', channel: 'production', version: '1.0.0' }],
      imports: [{ id: 'imp-1', model: 'm', version: '2.0.0' }],
    };
    expect(listAffected(affected)).toEqual([
      {
        text: 'server gpu-1: m 1.0.0 is live on production',
        place: 'fleet',
        target: { server: 'gpu-1' },
      },
      { text: 'channel production of m, pinned to 1.0.0', place: 'models', target: { model: 'm' } },
      { text: 'release m 1.0.0', place: 'models', target: { model: 'm', version: '1.0.0' } },
      { text: 'release m 1.0.0: weights.bin', place: 'models', target: { model: 'm', version: '1.0.0' } },
      { text: 'import of m 2.0.0, which waits', place: 'intake', target: { import: 'imp-1' } },
    ]);
  });

  it('is empty when nothing is hit', () => {
    expect(listAffected(nothing)).toEqual([]);
  });
});
