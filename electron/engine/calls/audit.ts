import path from 'node:path';
import type { AuditVerification } from '#shared/contract/audit.ts';
import { readKeptCheckpoint } from '#engine/audit/checkpoint-file.ts';
import { exportLog } from '#engine/audit/export-log.ts';
import { verifyLog } from '#engine/audit/verify-log.ts';
import { verifyRecords } from '#engine/audit/verify-records.ts';
import { timestamp } from '#engine/core/clock.ts';
import { checkpointFileOf } from '../home.ts';
import type { CallHandlers, EngineContext } from '../context.ts';

type Names = 'audit.head' | 'audit.list' | 'audit.verify' | 'audit.export' | 'audit.proof';

/** Settings that remember how the last verification ended, for the status bar. */
export const AUDIT_VERIFIED_AT = 'audit.verified-at';
export const AUDIT_OK = 'audit.ok';

/** The log: read, verified, exported, proven. */
export function auditCalls(context: EngineContext): CallHandlers<Names> {
  const { audit, locations } = context;
  return {
    'audit.head': () => audit.head(),
    'audit.list': (input) => audit.list(input),
    'audit.verify': () => verifyAudit(context),
    'audit.proof': ({ index }) => audit.proof(index),
    'audit.export': async ({ target }) => {
      const head = audit.head();
      const file = path.join(locations.resolve(target), `sallyport-audit-${head.size}.jsonl`);
      const entries = await exportLog(audit, file);
      context.govern({ act: 'audit.export', object: `entries 0 to ${entries - 1}` }, () => {});
      context.changed('audit');
      return { file: path.basename(file), entries };
    },
  };
}

/** Checks the whole log and every row it vouches for, and remembers the outcome. */
export function verifyAudit(context: EngineContext): AuditVerification {
  const { audit, registry, clock, home } = context;
  audit.forget(); // the database may have been edited behind this process
  const checks = [
    ...verifyLog(audit, readKeptCheckpoint(checkpointFileOf(home))),
    ...verifyRecords(audit, registry),
  ];
  const ok = checks.every((check) => check.status === 'verified');
  const verifiedAt = timestamp(clock);
  registry.settings.set(AUDIT_VERIFIED_AT, verifiedAt);
  registry.settings.set(AUDIT_OK, String(ok));
  return { ok, head: audit.head(), checks, verifiedAt };
}
