import type { AuditBody } from '#shared/contract/audit.ts';
import type { ActingSession } from '#engine/access/session.ts';
import type { AuditLog } from '#engine/audit/audit-log.ts';
import { keepCheckpoint } from '#engine/audit/checkpoint-file.ts';
import { type Clock, timestamp } from '#engine/core/clock.ts';
import { reach } from '#engine/core/fault-points.ts';
import type { Registry } from '#engine/registry/registry.ts';
import type { ClockFloor } from './clock-floor.ts';
import type { GovernedAct } from './context.ts';

interface Options {
  readonly registry: Registry;
  readonly audit: AuditLog;
  readonly session: ActingSession;
  readonly clock: Clock;
  readonly floor: ClockFloor;
  /** Where the newest checkpoint is kept beside the database. */
  readonly checkpointFile: string;
}

/** The one way in which anything on record changes: the change and its audit entry in one transaction. */
export class Governance {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Runs `change` and appends its entry; when either throws, neither has happened. */
  govern<T>(act: GovernedAct, outcome: AuditBody['outcome'], change: () => T): T {
    const { registry, audit, floor, checkpointFile } = this.#options;
    let result: T;
    try {
      result = registry.transaction(() => {
        const changed = change();
        const entry = audit.append(this.#body(act, outcome));
        floor.raise(entry.body.at, `entry ${entry.index} of the audit log`);
        return changed;
      });
    } catch (error) {
      audit.forget();
      throw error;
    }
    reach('act.committed');
    keepCheckpoint(checkpointFile, audit.latestCheckpoint()?.note ?? '');
    return result;
  }

  #body(act: GovernedAct, outcome: AuditBody['outcome']): AuditBody {
    const actor = this.#options.session.actor();
    return {
      act: act.act,
      who: actor.who,
      key: actor.key,
      at: timestamp(this.#options.clock),
      outcome,
      object: act.object,
      subjects: [...(act.subjects ?? [])],
      reason: act.reason ?? null,
      details: { ...act.details },
    };
  }
}
