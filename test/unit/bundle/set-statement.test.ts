import { describe, expect, it } from 'vitest';
import { findSetProblem, locateParts, TransferSet } from '#engine/bundle/set-statement.ts';

const hex = (n: number) => n.toString(16).padStart(64, '0');
const digest = (n: number) => `sha256:${hex(n)}`;

const good: TransferSet = {
  setId: '0123456789abcdef0123456789abcdef',
  createdAt: '2026-11-23T10:00:00.000Z',
  origin: 'vendor',
  sequence: 1,
  signer: { name: 'packer', publicKey: 'ssh-ed25519 AAAA' },
  revision: 1,
  volumes: 2,
  media: [
    { label: 'ONE', serial: 'S1' },
    { label: 'TWO', serial: null },
  ],
  releases: [
    {
      model: 'toy',
      version: '1.0.0',
      manifestDigest: digest(1),
      sizeBytes: 30,
      blobs: [digest(1), digest(2)],
    },
  ],
  blobs: [
    { digest: digest(1), sizeBytes: 10 },
    { digest: digest(2), sizeBytes: 20 },
  ],
  parts: [
    { blob: digest(1), index: 0, offset: 0, sizeBytes: 10, volume: 1, chunks: [hex(1)] },
    { blob: digest(2), index: 0, offset: 0, sizeBytes: 15, volume: 1, chunks: [hex(9)] },
    { blob: digest(2), index: 1, offset: 15, sizeBytes: 5, volume: 2, chunks: [hex(8)] },
  ],
  referrers: [],
  delta: null,
  supplements: null,
  custodyHead: hex(0),
};
const supplements = { setId: 'f'.repeat(32), requestId: 'req-0123456789abcdef' };
const [first, second, third] = good.parts;
if (!first || !second || !third) throw new Error('three parts');

describe('a control file', () => {
  it('that agrees with itself tells where everything lies', () => {
    expect(TransferSet.parse(good)).toEqual(good);
    expect(findSetProblem(good)).toBeNull();
    expect(locateParts(good).map((part) => part.path)).toEqual([
      `blobs/sha256/${hex(1)}`,
      `parts/${hex(2)}.00000`,
      `parts/${hex(2)}.00001`,
    ]);
  });

  it.each<[string, Partial<TransferSet>]>([
    ['leaves a gap', { parts: [first, second, { ...third, offset: 16, sizeBytes: 4 }] }],
    ['overlaps', { parts: [first, second, { ...third, offset: 14 }] }],
    ['lacks a part', { parts: [first, second] }],
    ['lacks all parts of a blob without being a delta', { parts: [first] }],
    ['has a part twice', { parts: [first, first, second, third] }],
    ['has parts out of order', { parts: [first, third, second] }],
    ['has a part of a stranger', { parts: [...good.parts, { ...first, blob: digest(3) }] }],
    ['has a part on a volume that does not exist', { parts: [first, second, { ...third, volume: 3 }] }],
    ['has a whole blob under another digest', { parts: [{ ...first, chunks: [hex(7)] }, second, third] }],
    ['has the wrong number of chunks', { parts: [{ ...first, chunks: [] }, second, third] }],
    ['names fewer media than volumes', { media: good.media.slice(1) }],
    ['has a part that ends beyond its blob', { parts: [{ ...first, sizeBytes: 11 }, second, third] }],
    ['completes another with parts that overlap', { supplements, parts: [second, { ...third, offset: 14 }] }],
    ['lists a blob twice', { blobs: [...good.blobs, { digest: digest(1), sizeBytes: 10 }] }],
    ['lists a blob nobody needs', { blobs: [...good.blobs, { digest: digest(3), sizeBytes: 1 }] }],
    ['lists a release twice', { releases: [...good.releases, ...good.releases] }],
    ['leaves the manifest out of a delta', { delta: deltaOf(), parts: [second, third] }],
  ])('that %s is not read', (_, change) => {
    expect(findSetProblem({ ...good, ...change })).not.toBeNull();
  });

  it('may have stretches alone when it completes another', () => {
    expect(findSetProblem({ ...good, supplements, parts: [{ ...third, index: 0 }] })).toBeNull();
  });

  it('may leave out what a receipt listed', () => {
    expect(findSetProblem({ ...good, delta: deltaOf(), parts: [first] })).toBeNull();
  });

  it('has no place for a path, so none can lead out of the folder', () => {
    const withPath = { ...good, parts: [{ ...first, path: '../../etc/passwd' }] };
    expect(TransferSet.safeParse(withPath).success).toBe(false);
    const traversal = { ...good, parts: [{ ...first, blob: `sha256:../${hex(1).slice(3)}` }] };
    expect(TransferSet.safeParse(traversal).success).toBe(false);
    expect(TransferSet.safeParse({ ...good, setId: '../../../../../../../../../../../' }).success).toBe(
      false,
    );
  });
});

function deltaOf() {
  return { receiptId: 'rcp-0123456789abcdef', receiptDigest: digest(5), site: 'facility' };
}
