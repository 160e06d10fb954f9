import type { Check } from '#shared/contract/evidence.ts';
import { asAppError } from '#engine/core/app-error.ts';
import type { Registry } from '#engine/registry/registry.ts';
import type { TrustAnchor } from '#engine/trust/anchor.ts';
import { anchorIdentity, type PackAnchor, type TrustPack } from '#engine/trust/pack/trust-pack.ts';
import { parseAnchors } from '#engine/trust/read-anchors.ts';

/** A pack names each anchor twice, by fingerprint and by its text; they must mean the same key. Empty when they do. */
export async function checkMaterial({ kind, fingerprint, owner, material }: PackAnchor): Promise<Check[]> {
  // An empty text stands for the trusted root that comes with the app.
  if (kind === 'sigstore' && material === '') return [];
  const check = { id: 'pack.anchors', status: 'failed', path: owner, expected: fingerprint } as const;
  try {
    const found = await parseAnchors(new TextEncoder().encode(material));
    if (found.some((each) => each.kind === kind && each.fingerprint === fingerprint)) return [];
    const detail = `The anchor of ${owner} is not the key that its fingerprint says.`;
    return [
      { ...check, code: 'FORMAT-INVALID', found: found.map((each) => each.fingerprint).join(', '), detail },
    ];
  } catch (error) {
    const { message } = asAppError(error);
    return [
      { ...check, code: 'KEY-UNREADABLE', detail: `The anchor of ${owner} cannot be read. ${message}` },
    ];
  }
}

/** What this site would pass on: anchors in force, and everything that no longer counts. */
export function trustDataOf(registry: Registry, at: Date): Pick<TrustPack, 'anchors' | 'revocations'> {
  const anchors = registry.anchors.list();
  const inForce = anchors.filter(
    ({ revokedAt, expiresAt }) =>
      revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > at.getTime()),
  );
  const revoked = anchors.filter(({ revokedAt }) => revokedAt !== null);
  const revocations = [
    ...registry.revocations
      .list()
      .map(({ kind, value, reason, revokedAt }) => ({ kind, value, reason, revokedAt })),
    ...revoked.map(({ fingerprint, revokedReason, revokedAt }) => ({
      kind: 'key' as const,
      value: fingerprint,
      reason: revokedReason ?? 'no reason given',
      revokedAt: revokedAt ?? at.toISOString(),
    })),
  ];
  return {
    anchors: unique(inForce.map(toPackAnchor), anchorIdentity),
    revocations: unique(revocations, ({ kind, value }) => `${kind} ${value}`),
  };
}

function toPackAnchor(anchor: TrustAnchor): PackAnchor {
  return {
    kind: anchor.kind,
    keyType: anchor.keyType,
    fingerprint: anchor.fingerprint,
    comment: anchor.comment,
    identity: anchor.identity,
    issuer: anchor.issuer,
    principals: anchor.principals,
    namespaces: anchor.namespaces,
    validFrom: anchor.validFrom,
    validUntil: anchor.validUntil,
    material: anchor.material,
    owner: anchor.owner,
    models: anchor.models,
    formats: anchor.formats,
    purposes: anchor.purposes,
    expiresAt: anchor.expiresAt,
  };
}

/** The first of those that are the same. */
function unique<T>(items: readonly T[], name: (item: T) => string): T[] {
  return [...new Map([...items].reverse().map((item) => [name(item), item])).values()].reverse();
}
