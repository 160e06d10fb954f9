import { spawn } from 'node:child_process';
import { createHash, randomInt } from 'node:crypto';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FaultPoint } from '#engine/core/fault-points.ts';
import { DOOM } from '../../fixtures/doom.ts';
import { effort } from '../../fixtures/effort.ts';
import { opaqueWeights } from '../../fixtures/safetensors-file.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';

const script = fileURLToPath(new URL('../../fixtures/doomed-engine.ts', import.meta.url));
const CHUNK_BYTES = 16 * 1024 * 1024;

type Act = 'import' | 'publish' | 'gc';

interface Death {
  readonly point?: FaultPoint;
  readonly time?: number;
  /** Milliseconds after the act has begun. */
  readonly after?: number;
}

/** Runs the act in a process of its own; resolves with whether it was killed before its end, and how long the act took. */
function doomed(
  home: string,
  act: Act,
  place: string,
  death: Death,
): Promise<{ killed: boolean; took: number }> {
  const doom = death.point === undefined ? '' : `${death.point}#${death.time ?? 1}`;
  const child = spawn(process.execPath, [script, home, act, place], {
    env: { ...process.env, [DOOM]: doom },
  });
  let output = '';
  let complaint = '';
  let begunAt = 0;
  let doneAt = 0;
  child.stderr.on('data', (part: Buffer) => (complaint += part.toString()));
  child.stdout.on('data', (part: Buffer) => {
    output += part.toString();
    if (begunAt === 0 && output.includes('begun')) {
      begunAt = performance.now();
      if (death.after !== undefined) setTimeout(() => child.kill('SIGKILL'), death.after);
    }
    if (output.includes('done')) doneAt = performance.now();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, signal) => {
      if (signal === 'SIGKILL') resolve({ killed: true, took: 0 });
      else if (code === 0) resolve({ killed: false, took: doneAt - begunAt });
      else reject(new Error(`the act failed by itself: ${complaint.slice(0, 1000)}`));
    });
  });
}

/** What doctor finds that a crash could have left; space, clocks and the like are not of interest here. */
async function faults(test: TestEngine): Promise<string[]> {
  const { checks } = await test.engine.call('system.doctor', {});
  const ours = /^(?:registry|audit|log|row|store|home\.leftovers|checkpoint)/;
  return checks
    .filter((check) => check.status === 'failed' || (check.status === 'warning' && ours.test(check.id)))
    .map((check) => `${check.id} ${check.path ?? ''} ${check.found ?? ''} ${check.detail ?? ''}`);
}

/** Every file below blobs and quarantine with its content's digest; the names of imports do not count. */
function contents(home: string): string[] {
  return ['blobs', 'quarantine'].flatMap((folder) =>
    readdirSync(path.join(home, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const file = path.join(entry.parentPath, entry.name);
        const digest = createHash('sha256').update(readFileSync(file)).digest('hex');
        return `${path.relative(home, file).replace(/imp-[0-9a-f]+/, 'imp')} ${digest}`;
      })
      .sort(),
  );
}

async function resumeJobs(test: TestEngine): Promise<void> {
  for (const job of await test.engine.call('jobs.list', {})) {
    if (!job.canResume) continue;
    expect(job.state).toBe('interrupted');
    await test.engine.call('jobs.resume', { id: job.id });
    await test.finish('import', { jobId: job.id });
  }
}

interface Scenario {
  readonly act: Act;
  readonly points: readonly FaultPoint[];
  /** What doctor may find after the restart and before the work is taken up again. */
  readonly mayFind: RegExp;
  /** Takes up the work after the restart, to its end. */
  finish(test: TestEngine): Promise<void>;
}

let shared = '';
let source = '';
/** A home for each act, as it is before it. */
const templates = new Map<Act, string>();

beforeAll(async () => {
  shared = path.join(process.env['TMPDIR'] ?? '/tmp', `sallyport-kills-${process.pid}`);
  source = path.join(shared, 'source');
  mkdirSync(path.join(source, 'doc'), { recursive: true });
  writeFileSync(path.join(source, 'model.safetensors'), opaqueWeights(2 * CHUNK_BYTES + 12_345));
  writeFileSync(path.join(source, 'second.safetensors'), opaqueWeights(CHUNK_BYTES + 1));
  writeFileSync(path.join(source, 'doc/README.md'), '# read');
  const empty = path.join(shared, 'import');
  await doomed(empty, 'gc', '', {});
  templates.set('import', empty);
  const quarantined = path.join(shared, 'publish');
  await doomed(quarantined, 'import', source, {});
  templates.set('publish', quarantined);
  const littered = path.join(shared, 'gc');
  cpSync(quarantined, littered, { recursive: true });
  await doomed(littered, 'publish', '', {});
  for (const content of ['stranded', 'also stranded']) {
    const hex = createHash('sha256').update(content).digest('hex');
    mkdirSync(path.join(littered, 'blobs/sha256', hex.slice(0, 2)), { recursive: true });
    writeFileSync(path.join(littered, 'blobs/sha256', hex.slice(0, 2), hex), content);
  }
  mkdirSync(path.join(littered, 'quarantine/imp-00000000000000ff'));
  templates.set('gc', littered);
}, 120_000);
afterAll(() => rmSync(shared, { recursive: true, force: true }));

const scenarios: Scenario[] = [
  {
    act: 'import',
    points: [
      'import.begun',
      'import.row',
      'copy.created',
      'copy.chunk',
      'copy.written',
      'copy.synced',
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
    finish: resumeJobs,
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
    finish: async (test) => {
      const [row] = await test.engine.call('imports.list', {});
      if (row?.state !== 'quarantined') return;
      await test.engine.call('imports.publish', { id: row.id, acceptUnsigned: { reason: 'a test' } });
    },
  },
  {
    act: 'gc',
    points: ['act.committed', 'gc.recorded', 'gc.removing', 'gc.removed', 'gc.swept'],
    // What it had not come to yet lies there as before.
    mayFind: /^store\.(?:unknown|quarantine) /,
    finish: async (test) => void (await test.engine.call('gc.run', { dryRun: false })),
  },
];

describe.each(scenarios)('$act', (scenario) => {
  const { act, points } = scenario;
  let expected: string[] = [];
  let typicalMs = 0;

  /** A copy of the template, as the killed process left it; then the restart, and everything that must hold after it. */
  async function dieAndRecover(death: Death): Promise<boolean> {
    const home = path.join(temporaryFolder(), 'home');
    cpSync(templates.get(act) ?? '', home, { recursive: true });
    const { killed } = await doomed(home, act, source, death);
    const test = await openTestEngine({ home });
    expect((await faults(test)).filter((fault) => !scenario.mayFind.test(fault))).toEqual([]);
    await scenario.finish(test);
    expect(await faults(test)).toEqual([]);
    await test.engine.close();
    // A job that had not begun to copy when it died leaves nothing that differs.
    expect(contents(home)).toEqual(expected);
    return killed;
  }

  beforeAll(async () => {
    const home = path.join(shared, `${act}-whole`);
    cpSync(templates.get(act) ?? '', home, { recursive: true });
    typicalMs = (await doomed(home, act, source, {})).took;
    expected = contents(home);
    rmSync(home, { recursive: true });
  }, 120_000);

  it.each(points)(
    'killed at %s: after a restart nothing is wrong, and the result is the same',
    async (point) => {
      expect(await dieAndRecover({ point })).toBe(true);
    },
  );

  it(
    'killed at any moment',
    async () => {
      for (let n = 0; n < effort(3, 200); n++) {
        await dieAndRecover({ after: randomInt(Math.max(1, Math.ceil(typicalMs * 1.2))) });
      }
    },
    effort(120_000, 1_800_000),
  );
});
