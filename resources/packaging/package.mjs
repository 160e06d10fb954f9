import { copyFileSync, cpSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createPackageWithOptions } from '@electron/asar';
import { inModules, out, root } from '../setup/paths.mjs';
import { setPackageFuses } from './fuses.mjs';

/** Everything the packaged app reads at run time; SQLite's addon is among its prebuilt ones. */
function layOutApp(folder) {
  const sqlite = path.join(folder, 'node_modules/better-sqlite3');
  mkdirSync(sqlite, { recursive: true });
  copyFileSync(path.join(root, 'package.json'), path.join(folder, 'package.json'));
  for (const name of ['main', 'preload', 'renderer']) {
    cpSync(path.join(out, name), path.join(folder, 'out', name), { recursive: true });
  }
  for (const name of ['package.json', 'LICENSE', 'lib', 'prebuilds']) {
    cpSync(inModules('better-sqlite3', name), path.join(sqlite, name), { recursive: true });
  }
}

/**
 * Lays out an unpacked Linux package in `destination`: the runtime, the app as an asar beside its native addon, and
 * the fuses of `fuses.mjs`. `addApp` may add to the app's folder before it is closed.
 * @param {string} runtime folder of an Electron
 * @param {string} destination
 * @param {(folder: string) => void} [addApp]
 * @returns {Promise<string>} the executable
 */
export async function packageLinux(runtime, destination, addApp = () => undefined) {
  const app = `${destination}.app`;
  rmSync(destination, { recursive: true, force: true });
  rmSync(app, { recursive: true, force: true });
  cpSync(runtime, destination, { recursive: true });
  const resources = path.join(destination, 'resources');
  rmSync(resources, { recursive: true, force: true });
  mkdirSync(resources);
  layOutApp(app);
  addApp(app);
  await createPackageWithOptions(app, path.join(resources, 'app.asar'), { unpack: '**/*.node' });
  rmSync(app, { recursive: true });
  const executable = path.join(destination, 'sallyport');
  renameSync(path.join(destination, 'electron'), executable);
  await setPackageFuses(executable);
  return executable;
}
