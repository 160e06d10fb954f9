import type { Check } from '#shared/contract/evidence.ts';
import type { Revocation } from '#shared/contract/trust.ts';

/** Bytes by their name and their `sha256:` digest. */
export interface NamedDigest {
  readonly path: string;
  readonly digest: string;
}

/** A failed check `revocation` for every one of these whose bytes were revoked; nothing for the others. */
export function checkRevokedDigests(
  revocations: readonly Revocation[],
  named: Iterable<NamedDigest>,
): Check[] {
  const revoked = new Map(
    revocations.flatMap((each) => (each.kind === 'digest' ? [[each.value, each] as const] : [])),
  );
  if (revoked.size === 0) return [];
  return [...named].flatMap(({ path, digest }): Check[] => {
    const revocation = revoked.get(digest);
    if (revocation === undefined) return [];
    const { reason, revokedAt } = revocation;
    return [
      {
        id: 'revocation',
        status: 'failed',
        code: 'DIGEST-REVOKED',
        path,
        expected: 'bytes that are not revoked',
        found: digest,
        detail: `These bytes were revoked on ${revokedAt.slice(0, 10)}: ${reason}`,
      },
    ];
  });
}
