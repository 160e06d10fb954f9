import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { findElectron } from './electron.mjs';
import { alone } from './lock.mjs';
import { inModules, out, root } from './paths.mjs';
import { SetupError } from './say.mjs';
import { ensureFallbackSqlite } from './sqlite.mjs';

/** Copies what the app needs at run time: its package.json, the build and better-sqlite3 without its sources. */
function layOut(folder, addon) {
  rmSync(folder, { recursive: true, force: true });
  const sqlite = path.join(folder, 'node_modules/better-sqlite3');
  mkdirSync(path.join(sqlite, 'build/Release'), { recursive: true });
  copyFileSync(path.join(root, 'package.json'), path.join(folder, 'package.json'));
  for (const name of ['main', 'preload', 'renderer']) {
    cpSync(path.join(out, name), path.join(folder, 'out', name), { recursive: true });
  }
  copyFileSync(inModules('better-sqlite3/package.json'), path.join(sqlite, 'package.json'));
  cpSync(inModules('better-sqlite3/lib'), path.join(sqlite, 'lib'), { recursive: true });
  copyFileSync(addon, path.join(sqlite, 'build/Release/better_sqlite3.node'));
}

/**
 * Puts the built app where `electron` finds it: the stand-in needs its own SQLite addon, so it gets its own copy.
 * An official Electron runs the checkout itself.
 */
export async function ensureApp(electron) {
  if (electron.kind === 'official') return;
  const addon = await ensureFallbackSqlite();
  const folder = path.join(electron.folder, 'resources/app');
  const stampFile = path.join(electron.folder, 'resources/app.stamp');
  const stamp = `${addon} ${statSync(path.join(out, '.built')).mtimeMs}`;
  const isCurrent = () => existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp;
  if (isCurrent()) return;
  await alone(async () => {
    if (isCurrent()) return;
    layOut(folder, addon);
    writeFileSync(stampFile, stamp);
  });
}

/**
 * How to launch the built app, for Playwright's `_electron.launch` and for the window: the executable, the
 * arguments that come first, and which Electron it is. Needs `ensureElectron` and `ensureApp` to have run.
 */
export function locateApp() {
  const electron = findElectron();
  if (!electron) throw new SetupError('there is no Electron yet: run `npm test -- setup`.');
  const args = electron.kind === 'official' ? [root] : [];
  return { executablePath: electron.executable, args, version: electron.version, kind: electron.kind };
}
