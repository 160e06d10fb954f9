import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { alone } from './lock.mjs';
import { findNode, toolEnvironment } from './node.mjs';
import { inModules, out, root } from './paths.mjs';
import { capture } from './processes.mjs';
import { say, SetupError } from './say.mjs';

const sources = [
  'electron',
  'renderer',
  'shared',
  'electron.vite.config.ts',
  'package.json',
  'package-lock.json',
];
const stampFile = path.join(out, '.built');

/** Folders count too: their time changes when a file is deleted or renamed. */
function isNewer(place, thanMs) {
  const found = statSync(place);
  if (found.mtimeMs > thanMs) return true;
  if (!found.isDirectory()) return false;
  return readdirSync(place).some((name) => isNewer(path.join(place, name), thanMs));
}

function isFresh() {
  if (!existsSync(stampFile)) return false;
  const builtMs = statSync(stampFile).mtimeMs;
  return !sources.some((name) => isNewer(path.join(root, name), builtMs));
}

async function build() {
  const started = new Date();
  rmSync(stampFile, { force: true });
  say('building the app');
  const args = [inModules('electron-vite/bin/electron-vite.js'), 'build', '--logLevel', 'warn'];
  const { code, output } = await capture(findNode(), args, {
    cwd: root,
    env: toolEnvironment(),
  });
  if (code !== 0) throw new SetupError(`${stripVTControlCharacters(output)}\nthe app could not be built.`, 1);
  writeFileSync(stampFile, '');
  utimesSync(stampFile, started, started);
}

/** Builds the app into out/ when a source is newer than the last build. */
export async function ensureBuilt() {
  if (isFresh()) return;
  await alone(async () => {
    if (!isFresh()) await build();
  });
}
