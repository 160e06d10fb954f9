import type { Digest } from '#shared/contract/basics.ts';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import type { Revocation } from '#shared/contract/trust.ts';
import type { Affected } from '#shared/contract/trust-store.ts';
import { AppError } from '#engine/core/app-error.ts';
import type { Registry } from '#engine/registry/registry.ts';
import type { ReleaseRow } from '#engine/registry/releases.ts';

/** Something that a revocation can stand against: a release, or an import on its way to become one. */
interface Subject {
  readonly manifestDigest: Digest | null;
  readonly files: readonly { readonly path: string; readonly digest: Digest }[];
  readonly evidence: VerifyReport | null;
}

/** A revocation that stands against a subject; `path` is the file that is meant, null when it is the whole or its signer. */
export interface Objection {
  readonly revocation: Pick<Revocation, 'kind' | 'value' | 'reason' | 'revokedAt'>;
  readonly path: string | null;
}

/** Which of these revocations stand against the subject: its bytes, or a key or certificate that vouches for them. */
export function findObjections(
  revocations: readonly Objection['revocation'][],
  { manifestDigest, files, evidence }: Subject,
): Objection[] {
  const signers = evidence === null ? [] : signersOf(evidence);
  const certificates = new Set(
    signers.flatMap(({ certificate, certificatePath = [] }) => [certificate, ...certificatePath]),
  );
  const keys = new Set(signers.flatMap(({ fingerprint, anchor }) => [fingerprint, anchor?.fingerprint]));
  const paths = new Map(files.map(({ digest, path }) => [digest, path]));
  return revocations.flatMap((revocation): Objection[] => {
    const { kind, value } = revocation;
    if (kind === 'key') return keys.has(value) || certificates.has(value) ? [{ revocation, path: null }] : [];
    if (kind === 'certificate') return certificates.has(value) ? [{ revocation, path: null }] : [];
    if (value === manifestDigest) return [{ revocation, path: null }];
    const path = paths.get(value);
    return path === undefined ? [] : [{ revocation, path }];
  });
}

/** Everybody whose signature held. Reports of earlier versions name only one. */
export function signersOf({ signer, signers }: VerifyReport): VerifyReport['signers'] {
  return signers.length > 0 || signer === null ? signers : [signer];
}

/** The revocations in force that stand against a release. */
export function objectionsTo(registry: Registry, release: ReleaseRow): Objection[] {
  const files = registry.releases.files(release.id);
  return findObjections(registry.revocations.list(), { ...release, files });
}

/** Throws DIGEST-REVOKED when a revocation in force stands against the release. */
export function refuseRevocation(registry: Registry, release: ReleaseRow, state: string): void {
  const [first, ...others] = objectionsTo(registry, release);
  if (first === undefined) return;
  const name = `${release.model}@${release.version}`;
  throw new AppError('DIGEST-REVOKED', `${name}: ${describeObjection(first)}`, {
    path: first.path ?? name,
    found: first.revocation.value,
    items: others.map(describeObjection),
    state,
    next: 'Choose another version. trust revocations list says what else it stands against.',
  });
}

/** An objection as a sentence. */
export function describeObjection({ revocation, path }: Objection): string {
  const { kind, value, reason, revokedAt } = revocation;
  const what = {
    digest: path === null ? `the digest ${value}` : `the file ${path}, ${value},`,
    key: `the key ${value} that vouches for it`,
    certificate: `the certificate ${value} that vouches for it`,
  }[kind];
  return `${what} was revoked on ${revokedAt.slice(0, 10)}: ${reason}`;
}

/** What revocations hit at this site now, or would hit. */
export function affectedBy(registry: Registry, revocations: readonly Objection['revocation'][]): Affected {
  const hit = releasesInQuestion(registry, revocations).flatMap((release) => {
    const files = registry.releases.files(release.id);
    const [objection] = findObjections(revocations, { ...release, files });
    return objection === undefined ? [] : [{ release, path: objection.path }];
  });
  const digests = new Set(hit.map(({ release }) => release.manifestDigest));
  const known = new Set(registry.servers.list().map(({ name }) => name));
  return {
    releases: hit.map(({ release: { model, version, manifestDigest }, path }) => {
      return { model, version, manifestDigest, path };
    }),
    channels: registry.channels
      .listCurrent()
      .filter((pin) => digests.has(pin.manifestDigest))
      .map(({ model, channel, version }) => ({ model, channel, version })),
    servers: registry.deployments
      .listLive()
      .filter((event) => known.has(event.server) && digests.has(event.manifestDigest))
      .map(({ server, model, channel, version }) => ({ server, model, channel: channel ?? '', version })),
    imports: registry.imports
      .list()
      .filter((row) => row.state === 'quarantined')
      .filter((row) => {
        const files = registry.imports.files(row.id);
        return findObjections(revocations, { ...row, files }).length > 0;
      })
      .map(({ id, model, version }) => ({ id, model, version })),
  };
}

/** For digests the index answers; a key or certificate may vouch for any release. */
function releasesInQuestion(
  registry: Registry,
  revocations: readonly Objection['revocation'][],
): ReleaseRow[] {
  if (revocations.some(({ kind }) => kind !== 'digest')) return registry.releases.list();
  const holding = revocations.flatMap(({ value }) => registry.releases.holding(value));
  return [...new Map(holding.map((release) => [release.id, release])).values()];
}
