import { chownSync, cpSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { hasDisplay, hasVirtualDisplay } from './display.mjs';
import { findNode } from './node.mjs';
import { root } from './paths.mjs';
import { readPlaywrightReport } from './playwright-report.mjs';
import { capture, run } from './processes.mjs';
import { reachableRoot } from './reach.mjs';
import { asUser, ensureUser, isRoot, userEnvironment } from './user.mjs';

const cli = 'node_modules/@playwright/test/cli.js';
/** What the run writes, relative to the checkout: traces and the report, and a picture of every place. */
const written = ['test-results/e2e', 'test/e2e/screens'];

/** Every test as skipped for the one reason why none of them can run. */
async function skipAll(reason, filters, env) {
  const args = [cli, 'test', '--list', '--reporter=json', ...filters];
  const { output } = await capture(findNode(), args, { cwd: root, env });
  const names = [...output.matchAll(/"ok":/g)].length || 1;
  return {
    passed: 0,
    failed: [],
    skipped: Array.from({ length: names }, () => ({ name: 'end-to-end test', reason })),
  };
}

function prepareFolders(place, user) {
  for (const folder of written) {
    rmSync(path.join(place, folder), { recursive: true, force: true });
    mkdirSync(path.join(place, folder), { recursive: true });
    if (user) chownSync(path.join(place, folder), user.uid, user.gid);
  }
}

function bringBack(place) {
  if (place === root) return;
  for (const folder of written) {
    rmSync(path.join(root, folder), { recursive: true, force: true });
    cpSync(path.join(place, folder), path.join(root, folder), { recursive: true });
  }
}

/** Runs Playwright on a virtual screen where there is one, and as an unprivileged user when this is root. */
export async function runE2e(filters, env) {
  const isVirtual = process.platform === 'linux' && hasVirtualDisplay();
  if (!isVirtual && !hasDisplay()) return skipAll('there is no display and no xvfb-run', filters, env);
  const user = isRoot() ? ensureUser() : undefined;
  const place = user ? reachableRoot(user) : root;
  prepareFolders(place, user);
  const reportFile = path.join(place, 'test-results/e2e/report.json');
  const node = path.join(place, path.relative(root, findNode()));
  let command = [node, path.join(place, cli), 'test', ...filters];
  if (isVirtual) command = ['xvfb-run', '-a', '-s', '-screen 0 1600x1000x24', ...command];
  const [program, args] = user ? asUser(user, command[0], command.slice(1)) : [command[0], command.slice(1)];
  const reporting = { ...env, PLAYWRIGHT_JSON_OUTPUT_FILE: reportFile };
  const code = await run(program, args, {
    cwd: place,
    env: user ? userEnvironment(user, reporting) : reporting,
  });
  bringBack(place);
  const report = existsSync(reportFile)
    ? readPlaywrightReport(JSON.parse(readFileSync(reportFile, 'utf8')))
    : undefined;
  return { ...report, code };
}
