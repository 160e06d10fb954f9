import path from 'node:path';
import { engineCalls, type CallInput, type CallOutput, type EngineCallName } from '#shared/contract/calls.ts';
import type { EventName, EventPayload, Unsubscribe } from '#shared/contract/calls.ts';
import { KeyStore } from '#engine/access/key-store.ts';
import { loadLogKey } from '#engine/access/log-key.ts';
import { ActingSession } from '#engine/access/session.ts';
import { AuditLog } from '#engine/audit/audit-log.ts';
import { AppError } from '#engine/core/app-error.ts';
import { type Clock, systemClock } from '#engine/core/clock.ts';
import { clamAv, type VirusScanner } from '#engine/core/ports/virus-scanner.ts';
import { type PowerSource, systemPower } from '#engine/core/ports/power.ts';
import type { Logger } from '#engine/core/logger.ts';
import { HashPool } from '#engine/hashing/hash-pool.ts';
import { JobRunner } from '#engine/jobs/job-runner.ts';
import { DeviceQueue } from '#engine/media/device-queue.ts';
import { systemVolumes, type VolumeLister } from '#engine/media/volumes.ts';
import { HomeLock } from '#engine/registry/home-lock.ts';
import { Registry } from '#engine/registry/registry.ts';
import { ScanPool } from '#engine/scan/scan-pool.ts';
import { BlobStore } from '#engine/store/blob-store.ts';
import { Quarantine } from '#engine/store/quarantine.ts';
import { FixitySchedule } from './calls/upkeep/fixity-schedule.ts';
import { buildHandlers } from './calls/handlers.ts';
import { ClockFloor } from './clock-floor.ts';
import type { EngineContext } from './context.ts';
import { EventHub } from './event-hub.ts';
import { createFileLog } from './file-log.ts';
import { Governance } from './governance.ts';
import { checkpointFileOf, type HomePaths, prepareHome } from './home.ts';
import { Locations } from './locations.ts';
import { sweepAfterCrash } from './recovery.ts';
import { siteName } from './site.ts';

/** The whole engine as its faces see it: the window, the command line and the tests. */
export interface Engine {
  /** Parses the input by the contract and runs the call. Rejects with AppError; USAGE when the input does not parse. */
  call<N extends EngineCallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): Unsubscribe;
  readonly locations: Locations;
  /** Stops jobs (they become `interrupted`), then closes everything and frees the home. */
  close(): Promise<void>;
}

export interface EngineOptions {
  /** The data home; made when missing. */
  readonly home: string;
  /** The worker_threads entry, electron/engine/worker.ts as it is or as built. */
  readonly workerUrl: URL;
  /** What another process reads when it finds the home locked, e.g. `the window (process 4711)`. */
  readonly holder?: string;
  readonly clock?: Clock;
  /** The home's `logs` folder by default. */
  readonly log?: Logger;
  readonly volumes?: VolumeLister;
  /** ClamAV of this machine by default. */
  readonly virusScanner?: VirusScanner;
  /** This machine's by default. */
  readonly power?: PowerSource;
  /** Does this engine start fixity checks by itself when they are due? A command line that runs one command does not. */
  readonly runsDueWork?: boolean;
  /** How long the scan of a file of so many bytes may take, in ms. */
  readonly scanDeadlineFor?: (sizeBytes: number) => number;
}

/** Opens a home and builds the engine over it. Throws HOME-LOCKED, HOME-UNUSABLE, DATABASE-NEWER. */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  const home = prepareHome(options.home);
  const lock = new HomeLock(home.lock, options.holder ?? `process ${process.pid}`);
  try {
    const registry = new Registry(home.database);
    try {
      return await compose(options, home, lock, registry);
    } catch (error) {
      registry.close();
      throw error;
    }
  } catch (error) {
    lock.release();
    throw error;
  }
}

async function compose(
  options: EngineOptions,
  home: HomePaths,
  lock: HomeLock,
  registry: Registry,
): Promise<Engine> {
  const clock = options.clock ?? systemClock;
  const log = options.log ?? createFileLog({ folder: home.logs, clock });
  const events = new EventHub(log);
  const session = new ActingSession();
  const siteKey = await loadLogKey(path.join(home.keys, 'log.key'));
  const audit = new AuditLog(registry.auditLog, siteKey);
  const floor = new ClockFloor(registry.settings, clock);
  const checkpointFile = checkpointFileOf(home);
  const governance = new Governance({ registry, audit, session, clock, floor, checkpointFile });
  const { workerUrl, scanDeadlineFor } = options;
  const pool = new HashPool({ workerUrl });
  const scanPool = new ScanPool({
    workerUrl,
    ...(scanDeadlineFor === undefined ? {} : { deadlineFor: scanDeadlineFor }),
  });
  const jobs = new JobRunner({
    rows: registry.jobs,
    clock,
    log,
    actor: () => session.actor().who,
    unlockedKey: () => session.actor().key,
    emit: (job) => events.emit('job', job),
  });
  const quarantine = new Quarantine(home.quarantine);
  await sweepAfterCrash(home, registry, quarantine, log);
  const context: EngineContext = {
    home,
    clock,
    floor,
    log,
    registry,
    audit,
    siteKey,
    jobs,
    pool,
    scanPool,
    virusScanner: options.virusScanner ?? clamAv(),
    power: options.power ?? systemPower(),
    devices: new DeviceQueue(),
    blobs: new BlobStore(home.blobs),
    quarantine,
    keys: new KeyStore(home.keys),
    session,
    locations: new Locations(),
    volumes: options.volumes ?? systemVolumes(),
    site: () => siteName(registry),
    govern: (act, change, outcome = 'done') => governance.govern(act, outcome, change),
    recordRefusal: (act, outcome = 'refused') => governance.govern(act, outcome, () => {}),
    changed: (...topics) => events.emit('changed', { topics }),
  };
  const handlers = buildHandlers(context);
  const schedule = new FixitySchedule(context);
  if (options.runsDueWork === true) schedule.begin();

  return {
    call: async (name, input) => {
      const parsed = engineCalls[name].input.safeParse(input);
      if (!parsed.success) throw usageError(name, parsed.error.issues);
      const handler = handlers[name] as (value: unknown) => unknown;
      return (await handler(parsed.data)) as CallOutput<typeof name>;
    },
    on: (name, listener) => events.on(name, listener),
    locations: context.locations,
    close: async () => {
      schedule.end();
      await jobs.close();
      scanPool.close();
      await pool.close();
      registry.close();
      lock.release();
    },
  };
}

function usageError(call: string, issues: readonly { path: PropertyKey[]; message: string }[]): AppError {
  const items = issues.map((issue) => `${issue.path.map(String).join('.') || 'input'}: ${issue.message}`);
  return new AppError('USAGE', `The input of ${call} is not understood: ${items[0] ?? ''}.`, { items });
}
