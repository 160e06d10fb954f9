import { createHash } from 'node:crypto';

/** A leaf's place in a tree and the way to its root. */
export interface InclusionProof {
  readonly leaf: Uint8Array;
  readonly index: bigint;
  readonly size: bigint;
  readonly path: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** Does the path lead from the leaf to the root? (RFC 9162, section 2.1.3.2.) */
export function isIncluded({ leaf, index, size, path, root }: InclusionProof): boolean {
  if (index >= size) return false;
  let fn = index;
  let sn = size - 1n;
  let hash = leaf;
  for (const sibling of path) {
    if (sn === 0n || sibling.length !== 32) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      hash = node(sibling, hash);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else hash = node(hash, sibling);
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n && Buffer.compare(hash, root) === 0;
}

function node(left: Uint8Array, right: Uint8Array): Uint8Array {
  return createHash('sha256').update(Uint8Array.of(1)).update(left).update(right).digest();
}
