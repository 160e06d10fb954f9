import type { ParsedInput } from '#shared/contract/calls.ts';
import type {
  Claim,
  ReleaseDetail,
  ReleaseDiff,
  ReleaseFile,
  ReleaseSummary,
} from '#shared/contract/releases.ts';
import { lifecycleSubject } from '#engine/audit/records.ts';
import { AppError } from '#engine/core/app-error.ts';
import { timestamp } from '#engine/core/clock.ts';
import { summarizeScan } from '#engine/policy/judge-scan.ts';
import type { LifecycleRow, ReleaseRow } from '#engine/registry/releases.ts';
import type { CallHandlers, EngineContext } from '../../context.ts';
import { findRelease } from './find-release.ts';
import { readClaims } from './claims.ts';
import { heldRelease } from '../scan/held.ts';
import { judgeHeld, judgeNow } from '../scan/held-scan.ts';
import { verifyRelease, withScanNow } from '../trust/verify-release.ts';

type Names =
  | 'releases.list'
  | 'releases.get'
  | 'releases.verify'
  | 'releases.diff'
  | 'releases.deprecate'
  | 'releases.revoke';

/** Releases: immutable, compared, deprecated or revoked, never edited. */
export function releaseCalls(context: EngineContext): CallHandlers<Names> {
  const { registry } = context;
  return {
    'releases.list': ({ model }) => summarize(context, registry.releases.list(model)),

    'releases.get': async ({ model, version }) => detail(context, findRelease(registry, model, version)),

    'releases.verify': async ({ model, version }) => {
      await verifyRelease(context, findRelease(registry, model, version));
      return detail(context, findRelease(registry, model, version));
    },

    'releases.diff': ({ before, after }) =>
      diff(
        context,
        findRelease(registry, before.model, before.version),
        findRelease(registry, after.model, after.version),
      ),

    'releases.deprecate': (input) => changeState(context, 'deprecated', input),
    'releases.revoke': (input) => changeState(context, 'revoked', input),
  };
}

/** Rows with where they are pinned and on which known servers they run: three queries for any number of releases. */
export function summarize(context: EngineContext, rows: readonly ReleaseRow[]): ReleaseSummary[] {
  const pins = context.registry.channels.listCurrent();
  const known = new Set(context.registry.servers.list().map((server) => server.name));
  const live = context.registry.deployments.listLive().filter((event) => known.has(event.server));
  return rows.map((row) => ({
    model: row.model,
    version: row.version,
    manifestDigest: row.manifestDigest,
    state: row.state,
    sizeBytes: row.sizeBytes,
    fileCount: row.fileCount,
    verdict: row.verdict,
    publishedAt: row.publishedAt,
    publishedBy: row.publishedBy,
    channels: pins
      .filter((pin) => pin.model === row.model && pin.version === row.version)
      .map((pin) => pin.channel),
    runsOn: [
      ...new Set(
        live.filter((event) => event.manifestDigest === row.manifestDigest).map((event) => event.server),
      ),
    ],
  }));
}

async function detail(context: EngineContext, row: ReleaseRow): Promise<ReleaseDetail> {
  const files = context.registry.releases.files(row.id);
  const report = judgeHeld(context, heldRelease(context.registry, row), judgeNow(context));
  const [summary] = summarize(context, [row]);
  if (summary === undefined) throw new AppError('INTERNAL', 'A release has no summary.');
  return {
    ...summary,
    importId: row.importId,
    source: row.source,
    files,
    manifest: row.manifest,
    evidence: row.evidence,
    verifiedAgain: verifiedAgain(context, row),
    scan: report === null ? null : summarizeScan(report),
    claims: await claimsOf(context, files),
    lifecycle: context.registry.releases.lifecycle(row.id).map(({ successor, effectiveAt, ...rest }) => ({
      ...rest,
      ...(successor === null ? {} : { successor }),
      ...(effectiveAt === null ? {} : { effectiveAt }),
    })),
  };
}

function verifiedAgain(context: EngineContext, row: ReleaseRow): ReleaseDetail['verifiedAgain'] {
  const newest = context.registry.releases.verifications(row.id).at(-1);
  if (newest === undefined) return null;
  const { at, by, report } = newest;
  return { at, by, evidence: withScanNow(context, row, report) };
}

async function claimsOf(context: EngineContext, files: readonly ReleaseFile[]): Promise<Claim[]> {
  const statements = files.filter((file) => file.role === 'provenance');
  const claims = await Promise.all(
    statements.map((file) => readClaims(context.blobs.pathOf(file.digest), file.path)),
  );
  return claims.flat();
}

function diff(context: EngineContext, before: ReleaseRow, after: ReleaseRow): ReleaseDiff {
  const old = new Map(context.registry.releases.files(before.id).map((file) => [file.path, file]));
  const held = new Set([...old.values()].map((file) => file.digest));
  const files: ReleaseDiff['files'] = [];
  let newBytes = 0;
  for (const file of context.registry.releases.files(after.id)) {
    const was = old.get(file.path);
    old.delete(file.path);
    if (!held.has(file.digest)) {
      held.add(file.digest);
      newBytes += file.sizeBytes;
    }
    if (was === undefined) files.push({ path: file.path, change: 'added', after: file });
    else
      files.push({
        path: file.path,
        change: was.digest === file.digest ? 'identical' : 'changed',
        before: was,
        after: file,
      });
  }
  for (const file of old.values()) files.push({ path: file.path, change: 'removed', before: file });
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { before: reference(before), after: reference(after), files, newBytes };
}

function reference(row: ReleaseRow): ReleaseDiff['before'] {
  return { model: row.model, version: row.version, manifestDigest: row.manifestDigest };
}

function changeState(
  context: EngineContext,
  state: LifecycleRow['state'],
  input: ParsedInput<'releases.revoke'>,
): ReleaseSummary {
  const { registry, clock, session } = context;
  const release = findRelease(registry, input.model, input.version);
  if (release.state === 'revoked' || release.state === state) {
    throw new AppError('STATE-CONFLICT', `${input.model}@${input.version} is ${release.state} already.`);
  }
  if (input.successor !== undefined) findRelease(registry, input.model, input.successor);
  const object = `${release.model}@${release.version}`;
  const row: LifecycleRow = {
    state,
    at: timestamp(clock),
    by: session.actor().who,
    reason: input.reason,
    successor: input.successor ?? null,
    effectiveAt: input.after ?? null,
  };
  context.govern(
    {
      act: state === 'revoked' ? 'release.revoke' : 'release.deprecate',
      object,
      subjects: [{ name: object, digest: release.manifestDigest }, lifecycleSubject(object, row)],
      reason: input.reason,
    },
    () => registry.releases.addLifecycle(release.id, row),
  );
  context.changed('releases', 'audit');
  const [summary] = summarize(context, [findRelease(registry, release.model, release.version)]);
  if (summary === undefined) throw new AppError('INTERNAL', 'A release has no summary.');
  return summary;
}
