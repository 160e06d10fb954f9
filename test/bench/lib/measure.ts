import { spawn } from 'node:child_process';
import { cpus } from 'node:os';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout } from 'node:timers/promises';
import { warm } from './files.ts';

/** One thing that is timed; `undo` puts things back for the next round, untimed. */
export interface Contestant {
  readonly name: string;
  /** Untimed, before each run: files to be found in the page cache, which some systems empty all the time. */
  readonly warm?: readonly string[];
  /** What took part: the command line, or the engine call. Returns a figure for the timed seconds other than all of it. */
  run(round: number): Promise<number | void>;
  undo?(round: number): Promise<void> | void;
}

/**
 * Runs the contestants in turn, round after round, so that what else the machine does falls on all alike. The first round
 * warms up and does not count. Returns each one's seconds, a list a contestant.
 */
export async function race(
  contestants: readonly Contestant[],
  rounds: number,
): Promise<Map<string, number[]>> {
  const seconds = new Map<string, number[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    const others = await busyShare();
    busiest = Math.max(busiest, others);
    process.stderr.write(`  other programs keep ${(100 * others).toFixed(0)} % of the processors busy\n`);
    for (const contestant of contestants) {
      await warm(contestant.warm ?? []);
      const started = performance.now();
      const own = await contestant.run(round);
      const taken = own ?? (performance.now() - started) / 1000;
      if (round > 0) seconds.get(contestant.name)?.push(taken);
      process.stderr.write(
        `  ${round === 0 ? 'warm-up' : `round ${round}`}  ${contestant.name}: ${taken.toFixed(2)} s\n`,
      );
      await contestant.undo?.(round);
    }
  }
  return seconds;
}

let busiest = 0;

/** The largest share of the processors that other programs had before any round, 0 to 1. */
export function busiestShare(): number {
  return busiest;
}

/** How busy the processors are while nothing of this benchmark runs. */
async function busyShare(): Promise<number> {
  const before = processorTimes();
  await setTimeout(1000);
  const after = processorTimes();
  return 1 - (after.idle - before.idle) / (after.all - before.all);
}

function processorTimes(): { idle: number; all: number } {
  let idle = 0;
  let all = 0;
  for (const { times } of cpus()) {
    idle += times.idle;
    all += times.user + times.nice + times.sys + times.idle + times.irq;
  }
  return { idle, all };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? NaN) + upper) / 2;
}

/** Runs a program to its end; rejects when it fails. */
export function runProgram(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    let complaint = '';
    child.stderr.on('data', (part: Buffer) => (complaint += part.toString()));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ended with ${code ?? 'a signal'}: ${complaint.slice(0, 500)}`));
    });
  });
}

/** What this process was like while something ran. */
export interface Watched {
  readonly loopDelayP99Ms: number;
  readonly loopDelayMaxMs: number;
  /** Resident memory of the whole process, workers included. */
  readonly peakRssBytes: number;
  readonly cpuSeconds: number;
}

/** Watches the main thread's event loop, and the process's memory and processor time, while `work` runs. */
export async function watch(work: () => Promise<void>): Promise<Watched> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  let peakRssBytes = 0;
  const look = () => (peakRssBytes = Math.max(peakRssBytes, process.memoryUsage.rss()));
  const timer = setInterval(look, 50);
  const before = process.cpuUsage();
  delay.enable();
  try {
    await work();
  } finally {
    delay.disable();
    look();
    clearInterval(timer);
  }
  const { user, system } = process.cpuUsage(before);
  return {
    loopDelayP99Ms: delay.percentile(99) / 1e6,
    loopDelayMaxMs: delay.max / 1e6,
    peakRssBytes,
    cpuSeconds: (user + system) / 1e6,
  };
}
