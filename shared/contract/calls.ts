import { z } from 'zod';
import { anchorCalls } from './calls/anchors.ts';
import { auditCalls } from './calls/audit.ts';
import { fleetCalls } from './calls/fleet.ts';
import { importCalls } from './calls/imports.ts';
import { jobCalls } from './calls/jobs.ts';
import { mediaCalls } from './calls/media.ts';
import { peopleCalls } from './calls/people.ts';
import { policyCalls } from './calls/policy.ts';
import { releaseCalls } from './calls/releases.ts';
import { scanCalls } from './calls/scan.ts';
import { shellCalls } from './calls/shell.ts';
import { signingCalls } from './calls/signing.ts';
import { siteCalls } from './calls/site.ts';
import { transferCalls } from './calls/transfers.ts';
import { trustCalls } from './calls/trust.ts';
import { upkeepCalls } from './calls/upkeep.ts';
import { verifyCalls } from './calls/verify.ts';
import type { Failure } from './errors.ts';
import { Job } from './jobs.ts';
import { Topic } from './system.ts';

/** The calls the engine answers: name -> what goes in, what comes out. Everything else is derived from this table. */
export const engineCalls = {
  ...siteCalls,
  ...peopleCalls,
  ...anchorCalls,
  ...trustCalls,
  ...signingCalls,
  ...mediaCalls,
  ...verifyCalls,
  ...scanCalls,
  ...policyCalls,
  ...importCalls,
  ...releaseCalls,
  ...transferCalls,
  ...fleetCalls,
  ...upkeepCalls,
  ...auditCalls,
  ...jobCalls,
} as const satisfies CallTable;

export const allCalls = { ...engineCalls, ...shellCalls };

interface CallTable {
  readonly [name: string]: { readonly input: z.ZodType; readonly output: z.ZodType };
}

export type EngineCallName = keyof typeof engineCalls;
export type ShellCallName = keyof typeof shellCalls;
export type CallName = keyof typeof allCalls;

/** What a caller hands in (defaults may be left out). */
export type CallInput<N extends CallName> = z.input<(typeof allCalls)[N]['input']>;
/** What a handler receives after parsing. */
export type ParsedInput<N extends CallName> = z.output<(typeof allCalls)[N]['input']>;
export type CallOutput<N extends CallName> = z.output<(typeof allCalls)[N]['output']>;

/** Events the engine sends without being asked: name -> payload. */
export const engineEvents = {
  job: Job,
  changed: z.object({ topics: z.array(Topic) }),
} as const;

export type EventName = keyof typeof engineEvents;
export type EventPayload<N extends EventName> = z.infer<(typeof engineEvents)[N]>;
export type Unsubscribe = () => void;

/** What the preload bridge offers the window as `window.sallyport`; failures come back as data. */
export interface Bridge {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallReply<CallOutput<N>>>;
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): Unsubscribe;
}

/** Errors cross the border as data, since an Error loses its fields on the way. */
export type CallReply<T> = { ok: true; value: T } | { ok: false; failure: Failure };
