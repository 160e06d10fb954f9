import type { CallOutput, EngineCallName, ParsedInput } from '#shared/contract/calls.ts';
import type { Topic } from '#shared/contract/system.ts';
import type { ActingSession } from '#engine/access/session.ts';
import type { KeyStore } from '#engine/access/key-store.ts';
import type { AuditLog } from '#engine/audit/audit-log.ts';
import type { Subject } from '#engine/audit/records.ts';
import type { Clock } from '#engine/core/clock.ts';
import type { VirusScanner } from '#engine/core/ports/virus-scanner.ts';
import type { PowerSource } from '#engine/core/ports/power.ts';
import type { Logger } from '#engine/core/logger.ts';
import type { Signer } from '#engine/core/signer.ts';
import type { HashPool } from '#engine/hashing/hash-pool.ts';
import type { JobRunner } from '#engine/jobs/job-runner.ts';
import type { DeviceQueue } from '#engine/media/device-queue.ts';
import type { VolumeLister } from '#engine/media/volumes.ts';
import type { Registry } from '#engine/registry/registry.ts';
import type { ScanPool } from '#engine/scan/scan-pool.ts';
import type { BlobStore } from '#engine/store/blob-store.ts';
import type { Quarantine } from '#engine/store/quarantine.ts';
import type { ClockFloor } from './clock-floor.ts';
import type { HomePaths } from './home.ts';
import type { Locations } from './locations.ts';

/** A change that must be on record: what, to what, and why. Who and when are added. */
export interface GovernedAct {
  /** Stable and dotted, e.g. `channel.pin`. */
  readonly act: string;
  /** What a person calls the thing, e.g. `silero-vad@5.0.0`. */
  readonly object: string;
  readonly subjects?: readonly Subject[];
  readonly reason?: string;
  readonly details?: Readonly<Record<string, string>>;
}

/** Everything a call's handler may use; built once by engine.ts. */
export interface EngineContext {
  readonly home: HomePaths;
  readonly clock: Clock;
  /** Now is not before this: the moment to judge times at. */
  readonly floor: ClockFloor;
  readonly log: Logger;
  readonly registry: Registry;
  readonly audit: AuditLog;
  /** The log's key, which signs what the site itself states. */
  readonly siteKey: Signer;
  readonly jobs: JobRunner;
  readonly pool: HashPool;
  readonly scanPool: ScanPool;
  readonly virusScanner: VirusScanner;
  /** What this machine runs on. */
  readonly power: PowerSource;
  /** One reader a device. */
  readonly devices: DeviceQueue;
  readonly blobs: BlobStore;
  readonly quarantine: Quarantine;
  readonly keys: KeyStore;
  readonly session: ActingSession;
  readonly locations: Locations;
  readonly volumes: VolumeLister;
  /** This site's name: the origin of its sets and receipts. */
  site(): string;
  /**
   * Runs `change` (synchronous) and its audit entry in one transaction: both happen, or neither. `outcome` is `failed` when
   * what is put on record is a failure that left a row, e.g. an activation that was taken back.
   */
  govern<T>(act: GovernedAct, change: () => T, outcome?: 'done' | 'failed'): T;
  /** Puts on record that something was refused or failed. */
  recordRefusal(act: GovernedAct, outcome?: 'refused' | 'failed'): void;
  /** Tells windows which lists to ask for again. */
  changed(...topics: Topic[]): void;
}

/** The handlers of some calls; engine.ts puts them together and the type checker sees that none is missing. */
export type CallHandlers<N extends EngineCallName> = {
  [K in N]: (input: ParsedInput<K>) => Promise<CallOutput<K>> | CallOutput<K>;
};
