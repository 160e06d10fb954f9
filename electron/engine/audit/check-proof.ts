import type { AuditProof } from '#shared/contract/audit.ts';
import { hashLeaf, rootFromInclusion } from './merkle.ts';
import { isSignedBy, parseCheckpoint, parseVerifierKey } from './signed-note.ts';

const bytesOf = (hex: string) => new Uint8Array(Buffer.from(hex, 'hex'));

/**
 * Why an inclusion proof does not hold under a log's key, as a sentence; null when it does: the leaf leads to the root of the
 * checkpoint, which the key signed (RFC 9162, section 2.1.3.2; C2SP tlog-checkpoint). Needs nothing but the proof.
 */
export function findProofProblem({ entry, leaf, path, head }: AuditProof, logKey: string): string | null {
  const key = parseVerifierKey(logKey);
  if (key === null) return 'The key of the log cannot be read.';
  const note = head.checkpoint ?? '';
  const checkpoint = parseCheckpoint(note);
  if (checkpoint === null) return 'The checkpoint cannot be read.';
  if (!isSignedBy(note, key.name, key.publicKey))
    return 'The checkpoint is not signed by the key of the log.';
  const root = rootFromInclusion(
    hashLeaf(new TextEncoder().encode(leaf)),
    entry.index,
    checkpoint.size,
    path.map(bytesOf),
  );
  if (root !== null && Buffer.compare(root, checkpoint.root) === 0) return null;
  return 'The entry is not in the log of that checkpoint.';
}
