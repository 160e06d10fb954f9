import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  consistencyPath,
  emptyRoot,
  Frontier,
  hashLeaf,
  hashNode,
  inclusionPath,
  rootFromInclusion,
  rootOf,
} from '#engine/audit/merkle.ts';

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

/** The leaves and roots that RFC 6962 implementations publish as their common test vector. */
const inputs = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
];
const roots = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];
const leaves = inputs.map((input) => hashLeaf(Buffer.from(input, 'hex')));

describe('the Merkle tree of RFC 6962', () => {
  it('has the published roots for one to eight leaves, appended or at once', () => {
    let frontier = Frontier.empty;
    leaves.forEach((leaf, index) => {
      frontier = frontier.append(leaf);
      expect(hex(frontier.root())).toBe(roots[index]);
      expect(hex(rootOf(leaves.slice(0, index + 1)))).toBe(roots[index]);
    });
    expect(hex(emptyRoot)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
  });

  it('proves inclusion with the published paths', () => {
    expect(inclusionPath(leaves, 0).map(hex)).toEqual([
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ]);
  });

  it('proves consistency with the published path from three leaves to seven', () => {
    expect(consistencyPath(leaves.slice(0, 7), 3).map(hex).length).toBe(4);
    expect(hex(hashNode(rootOf(leaves.slice(0, 4)), rootOf(leaves.slice(4, 7))))).toBe(roots[6]);
  });

  it('every inclusion proof leads to the root, and no other leaf, place or size does', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.nat(), (size, seed) => {
        const some = Array.from({ length: size }, (_, n) => hashLeaf(Buffer.from(`entry ${n}`)));
        const index = seed % size;
        const leaf = some[index] ?? emptyRoot;
        const path = inclusionPath(some, index);
        const root = hex(rootOf(some));
        const proven = rootFromInclusion(leaf, index, size, path);
        expect(proven === null ? null : hex(proven)).toBe(root);
        const wrong = rootFromInclusion(hashLeaf(Buffer.from('other')), index, size, path);
        expect(wrong === null ? null : hex(wrong)).not.toBe(root);
        expect(rootFromInclusion(leaf, size, size, path)).toBeNull();
      }),
      { numRuns: 200 },
    );
  });
});
