import { createHash } from 'node:crypto';
import { type AnchorMaterial, unlimited } from '../anchor.ts';
import { readTrustedRoot } from './trusted-root.ts';

/**
 * A `trusted_root.json` as an anchor. Alone it names nobody: it says by whose authorities and logs keyless identities are
 * proven. A string says why it cannot be read.
 */
export function sigstoreRootAnchor(text: string): AnchorMaterial | string {
  const root = readTrustedRoot(text, 'the file');
  if (typeof root === 'string') return `It is JSON, and not a trusted root of Sigstore. ${root}`;
  const fingerprint = `root:${createHash('sha256').update(text).digest('hex')}`;
  const comment = 'authorities and logs of a Sigstore instance';
  return { ...unlimited, kind: 'sigstore', keyType: 'trusted root', fingerprint, comment, material: text };
}
