import { execFileSync, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type FaultPoint, faultPoints } from '#engine/core/fault-points.ts';
import { DOOM } from '../../fixtures/doom.ts';
import { effort } from '../../fixtures/effort.ts';
import { contents, type KilledAct, type KilledHome, prepareHomes } from '../../fixtures/killed-homes.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const script = fileURLToPath(new URL('../../fixtures/doomed-engine.ts', import.meta.url));

interface Death {
  readonly point?: FaultPoint;
  /** Milliseconds after the act has begun; with `opening`, after the process has. */
  readonly after?: number;
  readonly opening?: boolean;
}

interface Run {
  readonly killed: boolean;
  /** What doctor found before the act, and after it; null when the process did not come so far. */
  readonly found: readonly string[] | null;
  readonly left: readonly string[] | null;
  readonly openingMs: number;
  readonly actMs: number;
}

/** Goes on with the act, or begins it, in a process of its own. Rejects when the act fails by itself. */
function run(home: string, act: KilledAct, place: string, death: Death = {}): Promise<Run> {
  const env = { ...process.env, [DOOM]: death.point ?? '', NODE_COMPILE_CACHE: compileCache };
  const spawnedAt = performance.now();
  const child = spawn(process.execPath, [script, home, act, place], { env });
  let output = '';
  let complaint = '';
  let begunAt = 0;
  let doneAt = 0;
  const dieIn = (ms: number) => setTimeout(() => child.kill('SIGKILL'), ms);
  if (death.after !== undefined && death.opening === true) dieIn(death.after);
  child.stderr.on('data', (part: Buffer) => (complaint += part.toString()));
  child.stdout.on('data', (part: Buffer) => {
    output += part.toString();
    if (begunAt === 0 && output.includes('"found"')) {
      begunAt = performance.now();
      if (death.after !== undefined && death.opening !== true) dieIn(death.after);
    }
    if (output.includes('"left"')) doneAt = performance.now();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      const said = Object.assign({}, ...output.split('\n').map(parseLine)) as Partial<Run>;
      const killed = signal === 'SIGKILL';
      if (!killed && code !== 0) reject(new Error(`the act failed by itself: ${complaint.slice(0, 2000)}`));
      else {
        const { found = null, left = null } = said;
        resolve({ killed, found, left, openingMs: begunAt - spawnedAt, actMs: doneAt - begunAt });
      }
    });
  });
}

/** The last line of a process that was killed may be cut short. */
function parseLine(line: string): object {
  try {
    return JSON.parse(line) as object;
  } catch {
    return {};
  }
}

/** Whatever looks like a set on these volumes is whole: stock tools prove it. */
function expectWholeSets(place: string): void {
  for (const volume of readdirSync(place)) {
    for (const name of readdirSync(path.join(place, volume))) {
      if (!name.startsWith('sallyport-')) continue;
      const cwd = path.join(place, volume, name);
      execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], { cwd });
    }
  }
}

interface Scenario {
  readonly act: KilledAct;
  readonly points: readonly FaultPoint[];
  /** What doctor may find after the restart and before the work is taken up again. */
  readonly mayFind: RegExp;
  /** The act writes to the media beside the home. */
  readonly writes?: true;
}

const copying = ['copy.created', 'copy.chunk', 'copy.written', 'copy.synced'] as const;

const scenarios: Scenario[] = [
  {
    act: 'import',
    points: [
      'import.begun',
      'import.row',
      ...copying,
      'import.copied',
      'import.renamed',
      'import.listed',
      'import.checked',
      'durable.written',
      'durable.renamed',
      'import.config',
      'act.committed',
      'import.quarantined',
    ],
    mayFind: /^$/,
  },
  {
    act: 'publish',
    points: [
      'publish.moving',
      'adopt.read-only',
      'adopt.renamed',
      'publish.moved',
      'act.committed',
      'publish.recorded',
      'publish.discarded',
    ],
    mayFind: /^$/,
  },
  {
    act: 'gc',
    points: ['act.committed', 'gc.recorded', 'gc.removing', 'gc.removed', 'gc.swept'],
    // What it had not come to yet lies there as before.
    mayFind: /^store\.(?:unknown|quarantine) /,
  },
  {
    act: 'bundle-create',
    points: [
      'set.begun',
      'durable.written',
      'copy.created',
      'copy.synced',
      'set.part',
      'set.controls',
      'set.sealed',
      'set.proved',
      'act.committed',
      'set.recorded',
    ],
    mayFind: /^$/,
    writes: true,
  },
  {
    act: 'bundle-import',
    points: [
      'receive.begun',
      'copy.created',
      'copy.synced',
      'receive.part',
      'receive.journal',
      'receive.whole',
      'receive.shared',
      'act.committed',
      'receive.recorded',
    ],
    mayFind: /^$/,
  },
  {
    act: 'repair',
    points: [
      'fixity.step',
      'fixity.aside',
      'act.committed',
      'fixity.recorded',
      'repair.begun',
      'copy.created',
      'receive.part',
      'receive.journal',
      'receive.whole',
      'repair.copied',
      'adopt.read-only',
      'adopt.renamed',
      'repair.adopted',
      'repair.recorded',
    ],
    // The damaged blob is out of the store until it is whole again.
    mayFind: /^store\.blobs /,
  },
];

let shared = '';
let compileCache = '';
let homes = new Map<KilledAct, KilledHome>();

beforeAll(
  async () => {
    shared = mkdtempSync(path.join(tmpdir(), 'sallyport-kills-'));
    compileCache = path.join(shared, 'compiled');
    homes = await prepareHomes(shared);
  },
  effort(120_000, 3_600_000),
);
afterAll(() => rmSync(shared, { recursive: true, force: true }));

it('every fault point is come by in one of these acts', () => {
  const reached = new Set(scenarios.flatMap(({ points }) => points));
  expect(faultPoints.filter((point) => !reached.has(point))).toEqual([]);
});

describe.each(scenarios)('$act', ({ act, points, mayFind, writes }) => {
  let expected: string[] = [];
  let whole: Run;

  /** A copy of the home as it is before the act, with its media when the act writes to them. */
  function copyOf(folder: string): KilledHome {
    const original = homes.get(act) ?? { home: '', place: '' };
    const home = path.join(folder, 'home');
    cpSync(original.home, home, { recursive: true });
    if (writes !== true) return { home, place: original.place };
    const place = path.join(folder, 'media');
    cpSync(original.place, place, { recursive: true });
    return { home, place };
  }

  /** What the act leaves: stored bytes, and what lies on media but for what is new each time (ids, times, signatures). */
  function resultOf({ home, place }: KilledHome): string[] {
    const stored = contents(home, ['blobs', 'quarantine']);
    if (writes !== true) return stored;
    const control =
      /\/(?:set\.dsse\.json|volume\.json|VERIFY\.txt|custody\.jsonl|SHA256SUMS(?:\.sig)?) [0-9a-f]{64}$/;
    return [...stored, ...contents(place, readdirSync(place)).map((line) => line.replace(control, ''))];
  }

  /** Dies as it is told to until the act is done; whatever happened, all is well then and the result is the same. */
  async function dieAndRecover(deaths: readonly Death[]): Promise<number> {
    const at = copyOf(temporaryFolder());
    let kills = 0;
    for (const death of [...deaths, {}]) {
      const { killed, found, left } = await run(at.home, act, at.place, death);
      if (kills > 0) expect(found?.filter((fault) => !mayFind.test(fault)) ?? []).toEqual([]);
      if (writes === true) expectWholeSets(at.place);
      if (left !== null) expect(left).toEqual([]);
      if (!killed) break;
      kills++;
    }
    expect(resultOf(at)).toEqual(expected);
    return kills;
  }

  beforeAll(
    async () => {
      const at = copyOf(path.join(shared, `${act}-whole`));
      whole = await run(at.home, act, at.place);
      expect(whole.left).toEqual([]);
      expected = resultOf(at);
      expect(existsSync(at.home)).toBe(true);
    },
    effort(120_000, 3_600_000),
  );

  it.each(points)(
    'killed at %s: after a restart nothing is wrong, and the result is the same',
    async (point) => {
      expect(await dieAndRecover([{ point }])).toBe(1);
    },
  );

  it(
    'killed at any moment, also of what comes after a kill',
    async () => {
      for (let left = effort(2, 400); left > 0;) {
        const deaths = Array.from({ length: Math.min(left, 4) }, (): Death => {
          if (randomInt(5) === 0) return { opening: true, after: randomInt(Math.ceil(whole.openingMs)) };
          return { after: randomInt(Math.max(1, Math.ceil(whole.actMs * 1.2))) };
        });
        left -= Math.max(1, await dieAndRecover(deaths));
      }
    },
    effort(120_000, 3_600_000),
  );
});
