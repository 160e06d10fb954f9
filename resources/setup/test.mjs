import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureWeights } from '../demo/weights.ts';
import { ensureApp } from './app.mjs';
import { ensureBuilt } from './build.mjs';
import { ensureDebian } from './debian.mjs';
import { runE2e } from './e2e.mjs';
import { ensureElectron } from './electron.mjs';
import { findNode, toolEnvironment } from './node.mjs';
import { inModules, root, testResults } from './paths.mjs';
import { capture, run } from './processes.mjs';
import { say, SetupError } from './say.mjs';

/** Vitest colours what it writes into files of CI as well. */
const plain = process.stdout.isTTY ? {} : { NO_COLOR: '1' };
const nothing = { passed: 0, failed: [], skipped: [] };

/** A tool whose exit code is the whole result; what it says matters only when it finds something. */
function check(name, script, ...args) {
  return async (_filters, env) => {
    const { code, output } = await capture(findNode(), [inModules(script), ...args], { cwd: root, env });
    return code === 0 ? { ...nothing, passed: 1 } : { ...nothing, failed: [name], output };
  };
}

function vitest(project) {
  return async (filters, env) => {
    const reportFile = path.join(testResults, `${project}.json`);
    const reporters = [
      '--reporter=default',
      `--reporter=${path.join(root, 'resources/setup/vitest-reporter.mjs')}`,
    ];
    const args = [inModules('vitest/vitest.mjs'), 'run', '--project', project, ...reporters, ...filters];
    rmSync(reportFile, { force: true });
    const code = await run(findNode(), args, {
      cwd: root,
      env: { ...env, ...plain, SALLYPORT_REPORT: reportFile },
    });
    const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined;
    return { ...report, code };
  };
}

/** Each stage, what it needs and how it is run; in this order. */
const stages = {
  format: {
    needs: [],
    isQuiet: true,
    run: check('formatting', 'prettier/bin/prettier.cjs', '--check', '.', '--log-level', 'warn'),
  },
  lint: {
    needs: [],
    isQuiet: true,
    // No cache: what a type-aware rule says of one file depends on others.
    run: check('lint', 'eslint/bin/eslint.js', '.', '--max-warnings', '0'),
  },
  types: { needs: [], isQuiet: true, run: check('type check', 'typescript/bin/tsc', '-b') },
  unit: { needs: [], run: vitest('unit') },
  contract: { needs: [], run: vitest('contract') },
  integration: { needs: ['ssh', 'tests'], isBuilt: true, run: vitest('integration') },
  e2e: { needs: ['ssh', 'tests', 'window', 'display'], isBuilt: true, isWindow: true, run: runE2e },
};

/** `unit e2e` names stages; a path below test/ names the stage of its folder and what to run of it. */
function select(args) {
  const selected = new Map();
  for (const arg of args) {
    const name = arg in stages ? arg : path.relative(root, path.resolve(arg)).split(path.sep)[1];
    if (!(name in stages)) {
      const names = Object.keys(stages).join(' ');
      throw new SetupError(`'${arg}' is neither a file below test/ nor one of: ${names}`, 2);
    }
    const filters = selected.get(name) ?? [];
    selected.set(name, arg in stages ? filters : [...filters, arg]);
  }
  const names = Object.keys(stages).filter((name) => args.length === 0 || selected.has(name));
  return names.map((name) => ({ name, filters: selected.get(name) ?? [], ...stages[name] }));
}

function testEnvironment() {
  const beside = path.join(root, '../shared/conformance');
  const conformance = process.env.SALLYPORT_CONFORMANCE ?? (existsSync(beside) ? beside : undefined);
  return toolEnvironment(conformance ? { SALLYPORT_CONFORMANCE: conformance } : {});
}

/** Sets up what the selected stages need. Promises, per stage, why it cannot run or has failed before it began. */
async function setUp(selected) {
  const problems = {};
  await ensureDebian(...selected.flatMap((stage) => stage.needs));
  const windowed = selected.filter((stage) => stage.isWindow);
  const built = selected.filter((stage) => stage.isBuilt);
  const attempt = async (affected, kind, step) => {
    if (affected.length === 0) return undefined;
    try {
      return await step();
    } catch (error) {
      if (error.exitCode === undefined) throw error;
      say(error.message);
      for (const { name } of affected) problems[name] = { kind, reason: error.message.split('\n').at(-1) };
      return undefined;
    }
  };
  const electron = await attempt(windowed, 'skipped', ensureElectron);
  await attempt(built, 'failed', ensureBuilt);
  if (electron && !problems.e2e) await attempt(windowed, 'failed', () => ensureApp(electron));
  // Without them the test of the main job is skipped, with that reason.
  if (electron) await ensureWeights().catch((error) => say(String(error.message ?? error)));
  return problems;
}

/** Runs a stage. What it starts at once, before its turn, has been running since (`started`). */
async function runStage(stage, problem, started, env) {
  process.stdout.write(`\n== ${stage.name} ==\n`);
  if (problem?.kind === 'failed') return { ...nothing, failed: [`${stage.name}: ${problem.reason}`] };
  if (problem)
    return { ...nothing, skipped: [{ name: `${stage.name} (all of it)`, reason: problem.reason }] };
  const { code = 0, output = '', ...report } = await (started ?? stage.run(stage.filters, env));
  process.stdout.write(output);
  if (report.passed === undefined)
    return { ...nothing, failed: [`${stage.name}: ended with ${code} and no report`] };
  if (code !== 0 && report.failed.length === 0) {
    report.failed.push(`${stage.name}: ended with ${code} although no test failed`);
  }
  return report;
}

function conclude(reports) {
  const failed = reports.flatMap((report) => report.failed);
  const skipped = reports.flatMap((report) => report.skipped);
  const passed = reports.reduce((sum, report) => sum + report.passed, 0);
  const lines = [
    '',
    ...failed.map((name) => `failed: ${name}`),
    ...skipped.map(({ name, reason }) => `skipped: ${name} (${reason})`),
  ];
  process.stdout.write(
    `${lines.join('\n')}\n${passed} passed, ${failed.length} failed, ${skipped.length} skipped\n`,
  );
  return failed.length === 0 ? 0 : 1;
}

/** Runs the named stages, or all of them, and prints the count as the last line. Promises the exit code. */
export async function runTests(args) {
  const selected = select(args);
  const problems = await setUp(selected);
  mkdirSync(testResults, { recursive: true });
  const env = testEnvironment();
  const quiet = selected.filter((stage) => stage.isQuiet);
  const started = new Map(quiet.map((stage) => [stage.name, stage.run(stage.filters, env)]));
  const reports = [];
  for (const stage of selected) {
    reports.push(await runStage(stage, problems[stage.name], started.get(stage.name), env));
    // Nothing else competes with a test for the processor.
    await Promise.all(started.values());
  }
  return conclude(reports);
}
