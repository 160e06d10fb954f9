import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { alone } from './lock.mjs';
import { findNpm } from './node.mjs';
import { inModules, nodeModules, root } from './paths.mjs';
import { runStep } from './processes.mjs';
import { say, SetupError } from './say.mjs';

const lockFile = path.join(root, 'package-lock.json');
const stampFile = inModules('.sallyport-lock');
const cacheFolder = inModules('.cache');
/** Where the caches wait while `npm ci` empties node_modules. */
const keptCache = path.join(root, '.cache-kept');

function readText(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function isInstalled(wanted, installed) {
  return installed ? installed.version === wanted.version : Boolean(wanted.optional);
}

/** Tells whether someone already installed what the lock file says, by npm's own record of it. */
function matchesLock(lockText) {
  const record = readText(inModules('.package-lock.json'));
  if (!record) return false;
  const installed = JSON.parse(record).packages;
  return Object.entries(JSON.parse(lockText).packages).every(
    ([place, wanted]) => place === '' || isInstalled(wanted, installed[place]),
  );
}

function restoreCache() {
  if (!existsSync(keptCache)) return;
  mkdirSync(nodeModules, { recursive: true });
  if (!existsSync(cacheFolder)) renameSync(keptCache, cacheFolder);
}

async function install() {
  if (existsSync(cacheFolder) && !existsSync(keptCache)) renameSync(cacheFolder, keptCache);
  try {
    const code = await runStep(process.execPath, [findNpm(), 'ci', '--ignore-scripts', '--loglevel=error'], {
      cwd: root,
    });
    if (code !== 0) throw new SetupError('`npm ci --ignore-scripts` failed, see above.', 1);
  } finally {
    restoreCache();
  }
}

/** Makes node_modules what package-lock.json says. Quick when it already is; keeps node_modules/.cache. */
export async function ensurePackages() {
  const lockText = readFileSync(lockFile, 'utf8');
  const stamp = createHash('sha256').update(lockText).digest('hex');
  if (readText(stampFile) === stamp) return;
  await alone(async () => {
    restoreCache();
    if (!matchesLock(lockText)) {
      say('installing packages (npm ci)');
      await install();
    }
    writeFileSync(stampFile, stamp);
  });
}
