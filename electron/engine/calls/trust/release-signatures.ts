import type { EvidenceSubject } from '#shared/contract/policy.ts';
import type { Check, VerifyReport } from '#shared/contract/evidence.ts';
import type { ReleaseSignature } from '#shared/contract/signing.ts';
import { AppError } from '#engine/core/app-error.ts';
import { hexOf } from '#engine/core/digest.ts';
import type { ReleaseSignatureRow } from '#engine/registry/release-signatures.ts';
import { writeFileDurably } from '#engine/store/durable.ts';
import { KnownFolder, type KnownFile } from '#engine/store/known-folder.ts';
import { type TrustAnchor, unlimited } from '#engine/trust/anchor.ts';
import { verifyFile, verifyFolder } from '#engine/trust/verify-folder.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { findHeld, type Held } from '../scan/held.ts';
import { newFileIn } from '../new-file.ts';
import { sha256Of, sha512Of } from './sign-place.ts';
import { trustNow } from './trust-now.ts';

const fileNames = { dsse: 'intoto.json', sshsig: 'json.sig', oms: 'oms.sig' } as const;

/** What bytes a signature is checked against: a release, or an import that may become one. */
export interface SignedRelease extends Pick<Held, 'files'> {
  readonly model: string;
  readonly version: string;
  readonly manifest: string;
}

/** The signatures that are kept with a release. */
export function releaseSignatureCalls(
  context: EngineContext,
): CallHandlers<'signatures.list' | 'signatures.export'> {
  return {
    'signatures.list': async ({ of }) => {
      const { signed, rows } = findSigned(context, of);
      const listed: ReleaseSignature[] = [];
      for (const row of rows) listed.push(describe(row, await verifySignature(context, signed, row)));
      return listed;
    },
    'signatures.export': async ({ of, digest, target }) => {
      const { signed, rows } = findSigned(context, of);
      const row = rows.find((each) => each.digest === digest);
      if (row === undefined) throw new AppError('NOT-FOUND', `No signature ${digest} is kept with it.`);
      const name = `${signed.model}-${signed.version}.${fileNames[row.format]}`;
      const file = await newFileIn(context.locations.resolve(target), name);
      await writeFileDurably(file, row.content, { mode: 0o644 });
      return { file };
    },
  };
}

function findSigned(
  context: EngineContext,
  of: EvidenceSubject,
): { signed: SignedRelease; rows: ReleaseSignatureRow[] } {
  const { registry } = context;
  const held = findHeld(context, of);
  const row = registry.imports.get(held.importId);
  const { manifestDigest } = held;
  if (row?.manifest == null || manifestDigest === null) {
    throw new AppError('STATE-CONFLICT', `${held.name} has no manifest yet that could be signed.`);
  }
  const { model, version, manifest } = row;
  const signed = { model, version, manifest, files: held.files };
  return { signed, rows: registry.releaseSignatures.of(manifestDigest) };
}

/** Verifies one signature against the manifest or the files, by the trust data of now; reads no blob. */
export async function verifySignature(
  context: EngineContext,
  { model, version, manifest, files }: SignedRelease,
  { format, content }: Pick<ReleaseSignatureRow, 'format' | 'content'>,
): Promise<VerifyReport> {
  const basis = trustNow(context);
  const options = { ...basis, anchors: [...basis.anchors, ...(await anchorsOfPeople(context))], model };
  if (format === 'oms') {
    const folder = new KnownFolder({ label: model, files: files.map(knownFile), problems: [] });
    const signature = { name: 'model.sig', content };
    return await verifyFolder(folder, { ...options, signature, onlyHandedIn: true });
  }
  const path = manifestName({ model, version });
  const bytes = new TextEncoder().encode(manifest);
  const digests = new Map([
    ['sha256', sha256Of(manifest)],
    ['sha512', sha512Of(manifest)],
  ]);
  const file = { path, sizeBytes: bytes.length, file: bytes, digests };
  const folder = new KnownFolder({ label: path, files: [file], problems: [] });
  return await verifyFile(folder, path, { ...options, signature: { name: `${path}.sig`, content } });
}

/** Keys of this site's own people: what they signed here needs no anchor to be told from a signature that does not hold. */
async function anchorsOfPeople({ keys }: EngineContext): Promise<TrustAnchor[]> {
  const known = await keys.list();
  return known.map(({ name, fingerprint, publicKeyLine, createdAt }) => ({
    ...unlimited,
    id: `person-${name}`,
    kind: 'ssh',
    keyType: 'ssh-ed25519',
    fingerprint,
    comment: name,
    material: publicKeyLine,
    owner: `${name}, of this site`,
    models: ['*'],
    formats: [],
    purposes: ['models', 'attestations'],
    source: 'keys of this site',
    addedAt: createdAt,
    addedBy: name,
    refreshedAt: createdAt,
    expiresAt: null,
    revokedAt: null,
    revokedReason: null,
    pack: null,
  }));
}

/** What an in-toto statement calls the manifest, and the file in which it is handed out. */
export function manifestName({ model, version }: { model: string; version: string }): string {
  return `${model}-${version}.json`;
}

function knownFile({ path, digest, sizeBytes }: Held['files'][number]): KnownFile {
  return { path, sizeBytes, file: new Uint8Array(0), digests: new Map([['sha256', hexOf(digest)]]) };
}

function describe(row: ReleaseSignatureRow, report: VerifyReport): ReleaseSignature {
  const { digest, format, content, addedAt, addedBy, transferSet } = row;
  return { digest, format, sizeBytes: content.length, addedAt, addedBy, transferSet, report };
}

/**
 * What signatures that came along say about an import. One that is invalid is fatal, as everywhere; one by a key that nobody
 * here knows proves nothing, and takes nothing from what the set's own signature proves.
 */
export function checkReceivedSignature(name: string, format: string, report: VerifyReport): Check {
  const check = { id: 'release.signature', path: `${format} signature of ${name}` };
  const owner = report.signer?.anchor?.owner;
  const found = owner ?? report.signer?.fingerprint ?? 'nobody';
  const failed = report.checks.filter(({ status }) => status === 'failed');
  // Without the key nothing can be checked; that is another thing than a signature that does not hold (identify.ts).
  const identities = report.checks.filter(({ id }) => id === 'identity');
  const isUnknown = identities.length > 0 && identities.every(({ code }) => code === 'SIGNER-UNKNOWN');
  if (report.signature === 'invalid' && !isUnknown) {
    const detail = failed[0]?.detail ?? 'It does not hold.';
    return { ...check, status: 'failed', code: 'SIGNATURE-INVALID', found, detail };
  }
  if (report.verdict === 'verified' || report.verdict === 'warning') {
    return { ...check, status: 'verified', found, detail: `Signed by ${found}.` };
  }
  const detail = 'It is by a key that does not count here; it is kept with the release, and proves nothing.';
  return { ...check, status: 'warning', found, detail };
}
