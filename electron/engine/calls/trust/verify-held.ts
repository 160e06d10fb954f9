import type { Check, VerifyReport } from '#shared/contract/evidence.ts';
import { identify } from '#engine/bundle/identity.ts';
import { openSetDocument } from '#engine/bundle/set-document.ts';
import { AppError } from '#engine/core/app-error.ts';
import type { ImportRow } from '#engine/registry/imports.ts';
import { KnownFolder } from '#engine/store/known-folder.ts';
import { judge } from '#engine/trust/judge.ts';
import { checkRevokedDigests } from '#engine/trust/revoked-digests.ts';
import { verifyFolder } from '#engine/trust/verify-folder.ts';
import type { EngineContext } from '../../context.ts';
import { earlierRecords } from './earlier-records.ts';
import { heldImport, placeOf } from '../scan/held.ts';
import { PROVENANCE_PATH } from '../imports/import-job.ts';
import { trustNow, underPolicy } from './trust-now.ts';

/**
 * Verifies bytes that lie in this home once more, by the anchors, revocations, policy and clock of now. No medium is read, and
 * of the bytes only signatures and lists: digests are those of the copy, and whether stored bytes still have them is what a
 * fixity check finds out. What only the medium could say again (what its layout states, which parts were good) stays as it
 * was found. `before` is the evidence so far.
 */
export async function verifyHeld(
  context: EngineContext,
  row: ImportRow,
  before: VerifyReport,
): Promise<VerifyReport> {
  const report =
    row.transferSet === null
      ? await verifyFiles(context, row, before)
      : verifySet(context, row, row.transferSet, before);
  const revoked = checkRevokedManifest(context, row);
  const checks = [...report.checks, ...revoked];
  return underPolicy(context, { ...report, checks, verdict: judge(checks) }, { model: row.model });
}

/** The digest of the whole can be revoked as well as that of a file. */
function checkRevokedManifest({ registry }: EngineContext, { manifestDigest }: ImportRow): Check[] {
  if (manifestDigest === null) return [];
  const named = [{ path: 'manifest', digest: manifestDigest }];
  return checkRevokedDigests(registry.revocations.list(), named);
}

async function verifyFiles(
  context: EngineContext,
  row: ImportRow,
  before: VerifyReport,
): Promise<VerifyReport> {
  const held = heldImport(context.registry, row);
  const digests = context.registry.imports.digests(row.id);
  const files = held.files
    .filter(({ path }) => path !== PROVENANCE_PATH)
    .map((file) => ({
      path: file.path,
      sizeBytes: file.sizeBytes,
      file: placeOf(context, held, file),
      digests: digests.get(file.path) ?? new Map<string, string>(),
    }));
  const folder = new KnownFolder({ label: row.source, files, problems: [] });
  const records = earlierRecords(context, held);
  const report = await verifyFolder(folder, { ...trustNow(context), model: row.model, records });
  const checks = [...before.checks.filter(({ id }) => id.startsWith('source.')), ...report.checks];
  return { ...report, checks, verdict: judge(checks) };
}

/** The set's own signed control file was kept: who signed is asked again, what was found about its bytes stays. */
function verifySet(
  context: EngineContext,
  row: ImportRow,
  setId: string,
  before: VerifyReport,
): VerifyReport {
  const control = context.registry.setControls.get(setId, 'in');
  if (control === null) {
    throw new AppError('STATE-CONFLICT', 'The control file of this set was not kept.', {
      state: 'It stays as it was judged.',
      next: 'Import the set again; what is in quarantine is not copied a second time.',
    });
  }
  const held = heldImport(context.registry, row);
  const basis = { ...trustNow(context), records: earlierRecords(context, held) };
  const document = openSetDocument(control);
  const createdAt = document.content?.createdAt ?? null;
  const models = document.content?.releases.map(({ model }) => model) ?? null;
  const identity = identify({ ...document, createdAt }, basis, 'transfer-sets', models);
  const checks: Check[] = [
    ...before.checks.filter(({ id }) => !askedAgain.has(id)),
    ...identity.checks,
    ...checkRevokedDigests(basis.revocations, held.files),
  ];
  const { signer, trustAgeDays } = identity;
  const signers = signer === null ? [] : [signer];
  const checkedAt = basis.at.toISOString();
  return { ...before, signer, signers, trustAgeDays, checkedAt, checks, verdict: judge(checks) };
}

/** Checks that depend on the trust store alone. */
const askedAgain: ReadonlySet<string> = new Set([
  'identity',
  'revocation',
  'purpose',
  'format',
  'models',
  'time',
  'time.anchor',
  'policy.signers',
  'freshness',
  'freshness.root',
  'clock',
]);
