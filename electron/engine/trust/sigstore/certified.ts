import { type Certificate, parseCertificate } from '../x509/certificate.ts';
import { findPaths } from '../x509/find-path.ts';
import type { SigstoreRoot } from './trusted-root.ts';

/**
 * The leaf and the certificates of the root's authority that issued it, so that each of them can be revoked by name. The leaf
 * alone when none did, which another check says.
 */
export function findCertified(leaf: Certificate, { authorities }: SigstoreRoot): readonly Certificate[] {
  for (const authority of authorities) {
    const chain = authority.flatMap((der) => {
      const parsed = parseCertificate(der);
      return typeof parsed === 'string' ? [] : [parsed];
    });
    const top = chain.at(-1);
    if (top === undefined) continue;
    const [path] = findPaths(leaf, chain.slice(0, -1), [{ certificate: top, anchors: [] }]);
    if (path !== undefined) return path.certificates;
  }
  return [leaf];
}
