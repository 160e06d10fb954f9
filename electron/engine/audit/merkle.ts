import { createHash } from 'node:crypto';

/** SHA-256, raw 32 bytes. */
export type Hash = Uint8Array;

const sha256 = (...parts: Uint8Array[]): Hash => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return new Uint8Array(hash.digest());
};

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/** Hash of a leaf: SHA-256(0x00 || entry) (RFC 6962, section 2.1). */
export function hashLeaf(entry: Uint8Array): Hash {
  return sha256(leafPrefix, entry);
}

/** Hash of an inner node: SHA-256(0x01 || left || right) (RFC 6962, section 2.1). */
export function hashNode(left: Hash, right: Hash): Hash {
  return sha256(nodePrefix, left, right);
}

/** Root of the empty tree: SHA-256 of nothing (RFC 6962, section 2.1). */
export const emptyRoot: Hash = sha256();

/**
 * The right edge of a growing tree: the roots of its complete subtrees, largest first. Enough to append and to know the
 * root in logarithmic time. Immutable, so that a transaction that fails leaves the old one in force.
 */
export class Frontier {
  static readonly empty = new Frontier(0, []);
  readonly size: number;
  readonly #subtrees: readonly Hash[];

  private constructor(size: number, subtrees: readonly Hash[]) {
    this.size = size;
    this.#subtrees = subtrees;
  }

  append(leaf: Hash): Frontier {
    const subtrees = [...this.#subtrees];
    let node = leaf;
    // Each trailing 1 bit of the old size is a complete subtree that the new leaf completes into a larger one.
    for (let n = this.size; n % 2 === 1; n = Math.floor(n / 2)) {
      const left = subtrees.pop();
      if (left === undefined) throw new RangeError('frontier is inconsistent');
      node = hashNode(left, node);
    }
    subtrees.push(node);
    return new Frontier(this.size + 1, subtrees);
  }

  root(): Hash {
    if (this.#subtrees.length === 0) return emptyRoot;
    return this.#subtrees.reduceRight((right, left) => hashNode(left, right));
  }
}

/** The Merkle tree hash over leaf hashes (RFC 6962, section 2.1). */
export function rootOf(leaves: readonly Hash[]): Hash {
  let frontier = Frontier.empty;
  for (const leaf of leaves) frontier = frontier.append(leaf);
  return frontier.root();
}

/** Inclusion proof of leaf `index` in the tree over `leaves`, from the leaf upwards (RFC 6962, section 2.1.1). */
export function inclusionPath(leaves: readonly Hash[], index: number): Hash[] {
  if (index < 0 || index >= leaves.length) throw new RangeError('no such leaf');
  if (leaves.length === 1) return [];
  const split = largestPowerOfTwoBelow(leaves.length);
  const left = leaves.slice(0, split);
  const right = leaves.slice(split);
  return index < split
    ? [...inclusionPath(left, index), rootOf(right)]
    : [...inclusionPath(right, index - split), rootOf(left)];
}

/** The root that an inclusion proof leads to (RFC 9162, section 2.1.3.2), or null when its length cannot be right. */
export function rootFromInclusion(
  leaf: Hash,
  index: number,
  size: number,
  path: readonly Hash[],
): Hash | null {
  if (index >= size) return null;
  let node = leaf;
  let first = index;
  let last = size - 1;
  for (const sibling of path) {
    if (last === 0) return null;
    if (first % 2 === 1 || first === last) {
      node = hashNode(sibling, node);
      while (first % 2 === 0 && first !== 0) {
        first = Math.floor(first / 2);
        last = Math.floor(last / 2);
      }
    } else {
      node = hashNode(node, sibling);
    }
    first = Math.floor(first / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? node : null;
}

/** Consistency proof between the trees over the first `oldSize` leaves and over all (RFC 6962, section 2.1.2). */
export function consistencyPath(leaves: readonly Hash[], oldSize: number): Hash[] {
  if (oldSize <= 0 || oldSize > leaves.length) throw new RangeError('no such older tree');
  return subProof(leaves, oldSize, true);
}

function subProof(leaves: readonly Hash[], oldSize: number, complete: boolean): Hash[] {
  if (oldSize === leaves.length) return complete ? [] : [rootOf(leaves)];
  const split = largestPowerOfTwoBelow(leaves.length);
  const left = leaves.slice(0, split);
  const right = leaves.slice(split);
  return oldSize <= split
    ? [...subProof(left, oldSize, complete), rootOf(right)]
    : [...subProof(right, oldSize - split, false), rootOf(left)];
}

function largestPowerOfTwoBelow(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}
