import { pathToFileURL } from 'node:url';
import path from 'node:path';
import { ensureBuilt } from './build.mjs';
import { ensureDebian } from './debian.mjs';
import { hasDisplay } from './display.mjs';
import { ensureElectron } from './electron.mjs';
import { findNode, toolEnvironment } from './node.mjs';
import { inModules, out, root } from './paths.mjs';
import { run } from './processes.mjs';
import { say, SetupError } from './say.mjs';
import { openWindow } from './window.mjs';

/** Runs the command line in this very process: nothing stands between it and the terminal. */
async function sallyport(args) {
  await ensureBuilt();
  const script = path.join(out, 'main/cli.js');
  process.argv = [process.execPath, script, ...args];
  await import(pathToFileURL(script).href);
}

async function demo(args) {
  await ensureDebian('ssh');
  await ensureBuilt();
  const wantsWindow = hasDisplay() && !args.includes('--window') && !args.includes('--no-window');
  const script = path.join(root, 'resources/demo/main.ts');
  return run(findNode(), [script, ...args, ...(wantsWindow ? ['--window'] : [])], {
    cwd: root,
    env: toolEnvironment(),
  });
}

async function bench(args) {
  await ensureDebian('ssh');
  await ensureBuilt();
  return run(findNode(), [path.join(root, 'test/bench/main.ts'), ...args], {
    cwd: root,
    env: toolEnvironment(),
  });
}

/** Packages are made of an official Electron only: the stand-in is out of support. */
async function packageApp() {
  const electron = await ensureElectron();
  if (process.platform !== 'linux' || electron.kind !== 'official') {
    throw new SetupError('packages are made on Linux, and of an official Electron only.');
  }
  await ensureBuilt();
  const { packageLinux } = await import('../packaging/package.mjs');
  const folder = path.join(out, 'package', `sallyport-linux-${process.arch}`);
  say(`packaged: ${await packageLinux(electron.folder, folder)}`);
  return 0;
}

function tool(script, ...fixed) {
  return (args) =>
    run(findNode(), [inModules(script), ...fixed, ...args], { cwd: root, env: toolEnvironment() });
}

async function test(args) {
  const { runTests } = await import('./test.mjs');
  return runTests(args);
}

/** Random trials by the thousand; arguments choose among the `*.soak.test.ts` files. */
async function soak(args) {
  await ensureDebian('ssh', 'tests');
  await ensureBuilt();
  const filters = args.length > 0 ? args : ['.soak.test.ts'];
  const script = inModules('vitest/vitest.mjs');
  return run(findNode(), [script, 'run', '--testTimeout=0', '--hookTimeout=0', ...filters], {
    cwd: root,
    env: toolEnvironment({ SALLYPORT_SOAK: '1' }),
  });
}

/** What `node resources/run.mjs <name>` does; each asks only for what it needs and promises an exit code. */
export const commands = {
  start: (args) => openWindow(args),
  demo,
  test,
  bench,
  soak,
  sallyport,
  package: packageApp,
  lint: tool('eslint/bin/eslint.js', '.', '--max-warnings', '0'),
  format: tool('prettier/bin/prettier.cjs', '--write', '.'),
  typecheck: tool('typescript/bin/tsc', '-b'),
  vitest: tool('vitest/vitest.mjs', 'run'),
};
