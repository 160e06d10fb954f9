import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import {
  closeSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statfsSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { asAppError } from '#engine/core/app-error.ts';
import { type Engine, openEngine } from '#engine/engine.ts';
import { effort } from '../../fixtures/effort.ts';
import {
  contents,
  type KilledAct,
  type KilledHome,
  killedReleases,
  packer,
  prepareHomes,
  untilDone,
} from '../../fixtures/killed-homes.ts';
import { needsMount, needsRoot } from '../../fixtures/needs.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { workerUrl } from '../../fixtures/worker-url.ts';

let shared = '';
let homes = new Map<KilledAct, KilledHome>();
beforeAll(
  async () => {
    shared = mkdtempSync(path.join(tmpdir(), 'sallyport-full-'));
    homes = await prepareHomes(shared);
  },
  effort(120_000, 3_600_000),
);
afterAll(() => rmSync(shared, { recursive: true, force: true }));

/** A file system of its own that holds so much and no more. */
function smallDisk(sizeBytes: number): string {
  const folder = temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${sizeBytes}`, 'tmpfs', folder]);
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return folder;
}

const freeOf = (folder: string) => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize;
};

/** Takes every free byte of a file system, as another program may at any moment. */
function fillUp(disk: string): void {
  const ballast = openSync(path.join(disk, 'ballast'), 'a');
  try {
    for (const size of [1024 * 1024, 4096, 1]) {
      for (const block = Buffer.alloc(size); ;) writeSync(ballast, block);
    }
  } catch (error) {
    expect(asAppError(error).code).toBe('DISK-FULL');
  } finally {
    closeSync(ballast);
  }
}

const freeAgain = (disk: string) => rmSync(path.join(disk, 'ballast'), { force: true });

/** What a crash could have left, as the kill trials look at it. */
async function faults(engine: Engine): Promise<string[]> {
  const { checks } = await engine.call('system.doctor', {});
  const ours = /^(?:registry|audit|log|row|store|home\.leftovers|checkpoint)/;
  return checks
    .filter((check) => check.status === 'failed' || (check.status === 'warning' && ours.test(check.id)))
    .map((check) => `${check.id} ${check.path ?? ''} ${check.found ?? ''} ${check.detail ?? ''}`);
}

interface Scenario {
  readonly act: KilledAct;
  /** What fills up: the home's disk or the media's. */
  readonly fills: 'home' | 'media';
  readonly diskBytes: number;
  readonly start: (engine: Engine, place: string) => Promise<{ jobId: string }>;
}

const scenarios: Scenario[] = [
  {
    act: 'import',
    fills: 'home',
    diskBytes: 40_000_000,
    start: (engine, place) =>
      engine.call('imports.start', {
        source: engine.locations.issue(place).handle,
        model: 'toy',
        version: '1.0.0',
      }),
  },
  {
    act: 'bundle-create',
    fills: 'media',
    diskBytes: 4_000_000,
    start: async (engine, place) => {
      await engine.call('session.unlock', packer);
      return await engine.call('bundles.create', {
        releases: killedReleases,
        target: engine.locations.issue(place).handle,
        volumeBytes: 1_000_000,
        maxFileBytes: 400_000,
      });
    },
  },
  {
    act: 'bundle-import',
    fills: 'home',
    diskBytes: 12_000_000,
    start: (engine, place) =>
      engine.call('bundles.import', { sources: [engine.locations.issue(place).handle] }),
  },
];

describe.each(scenarios)('$act', ({ act, fills, diskBytes, start }) => {
  function layOut(disk: string): KilledHome {
    const original = homes.get(act) ?? { home: '', place: '' };
    const home = path.join(fills === 'home' ? disk : temporaryFolder(), 'home');
    cpSync(original.home, home, { recursive: true });
    if (fills === 'home') return { home, place: original.place };
    const place = path.join(disk, 'media');
    mkdirSync(place);
    return { home, place };
  }

  function resultOf({ home, place }: KilledHome): string[] {
    if (fills === 'home') return contents(home, ['blobs', 'quarantine']);
    for (const volume of readdirSync(place)) {
      const names = readdirSync(path.join(place, volume));
      expect(names).toEqual([expect.stringMatching(/^sallyport-/)]);
      const cwd = path.join(place, volume, names[0] ?? '');
      execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], { cwd });
    }
    return contents(place, readdirSync(place)).filter((line) => /\/(?:blobs|parts)\//.test(line));
  }

  /** Begins or goes on with the act; answers with the code of what ended it, null when it came to its end. */
  async function goOn(engine: Engine, place: string): Promise<string | null> {
    try {
      const [job] = (await engine.call('jobs.list', {})).filter(({ kind }) => kind === act);
      if (job === undefined) await untilDone(engine, start(engine, place));
      else if (job.state !== 'done') {
        if (act === 'bundle-create') await engine.call('session.unlock', packer);
        await engine.call('jobs.resume', { id: job.id });
        await untilDone(engine, Promise.resolve({ jobId: job.id }));
      }
      return null;
    } catch (error) {
      const { code, message } = asAppError(error);
      return code === 'DISK-FULL' ? code : `${code}: ${message}`;
    }
  }

  /** Does the act, with the disk filled once it took so many bytes of it; answers with the code of what ended it then. */
  async function runOnce(at: KilledHome, disk: string, fillsAfter: number | null): Promise<string | null> {
    let engine = await openEngine({ home: at.home, workerUrl });
    const free = freeOf(disk);
    const watch = setInterval(() => {
      if (fillsAfter === null || free - freeOf(disk) < fillsAfter) return;
      clearInterval(watch);
      fillUp(disk);
    }, 1);
    const code = await goOn(engine, at.place).finally(() => clearInterval(watch));
    if (code === null) {
      await engine.close();
      return code;
    }
    freeAgain(disk);
    if (randomInt(2) === 0) {
      await engine.close();
      engine = await openEngine({ home: at.home, workerUrl });
    }
    expect(await faults(engine)).toEqual([]);
    expect(await goOn(engine, at.place)).toBe(null);
    expect(await faults(engine)).toEqual([]);
    await engine.close();
    return code;
  }

  it(
    'meets a full disk anywhere: it says so, loses nothing, and goes on when there is space',
    async (context) => {
      needsRoot(context, 'only root can mount a file system of a limited size');
      needsMount(context);
      const first = smallDisk(diskBytes);
      const whole = layOut(first);
      const free = freeOf(first);
      expect(await runOnce(whole, first, null)).toBe(null);
      const taken = free - freeOf(first);
      const expected = resultOf(whole);
      const disk = smallDisk(diskBytes);
      const codes: (string | null)[] = [];
      for (let trial = 0; trial < effort(2, 50); trial++) {
        const at = layOut(disk);
        codes.push(await runOnce(at, disk, randomInt(taken)));
        freeAgain(disk);
        expect(resultOf(at)).toEqual(expected);
        for (const name of readdirSync(disk)) rmSync(path.join(disk, name), { recursive: true });
      }
      expect(codes.filter((code) => code !== null && code !== 'DISK-FULL')).toEqual([]);
    },
    effort(120_000, 1_800_000),
  );
});
