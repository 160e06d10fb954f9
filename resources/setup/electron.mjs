import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { spawn } from 'node:child_process';
import path from 'node:path';
import { ensureFallbackElectron, fallbackElectron } from './electron-fallback.mjs';
import { alone } from './lock.mjs';
import { findNode, toolEnvironment } from './node.mjs';
import { cache, inModules } from './paths.mjs';
import { say, SetupError } from './say.mjs';

const executables = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' };
const executable = executables[process.platform] ?? 'electron';
const package_ = inModules('electron');

function official(folder, source) {
  const versionFile = path.join(folder, 'version');
  const version = existsSync(versionFile)
    ? readFileSync(versionFile, 'utf8').trim().replace(/^v/, '')
    : 'unknown';
  return { kind: 'official', executable: path.join(folder, executable), folder, version, source };
}

function wantedVersion() {
  return JSON.parse(readFileSync(path.join(package_, 'package.json'), 'utf8')).version;
}

/** The Electron that is already here, in the order in which they are preferred; undefined when there is none. */
export function findElectron() {
  const given = process.env.ELECTRON_OVERRIDE_DIST_PATH;
  if (given) {
    const found = official(given, 'ELECTRON_OVERRIDE_DIST_PATH');
    if (!existsSync(found.executable))
      throw new SetupError(`ELECTRON_OVERRIDE_DIST_PATH holds no ${executable}: ${given}`);
    return found;
  }
  const installed = official(path.join(package_, 'dist'), 'node_modules/electron');
  if (existsSync(installed.executable) && installed.version === wantedVersion()) return installed;
  return fallbackElectron();
}

function sizeOf(folder) {
  return readdirSync(folder, { recursive: true })
    .map((name) => statSync(path.join(folder, name), { throwIfNoEntry: false })?.size ?? 0)
    .reduce((sum, size) => sum + size, 0);
}

/** Lets `install-electron` download, as long as bytes keep arriving: where it cannot, waiting is all it would do. */
function downloadOfficial() {
  const temporary = path.join(cache, 'download');
  mkdirSync(temporary, { recursive: true });
  const env = toolEnvironment({
    TMPDIR: temporary,
    TEMP: temporary,
    electron_config_cache: path.join(cache, 'electron'),
  });
  return new Promise((resolve) => {
    const child = spawn(findNode(), [path.join(package_, 'install.js')], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env,
    });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (chunk) => {
      errors += chunk;
    });
    let before = 0;
    const watch = setInterval(() => {
      const now =
        sizeOf(cache) + (existsSync(path.join(package_, 'dist')) ? sizeOf(path.join(package_, 'dist')) : 0);
      if (now === before) child.kill('SIGKILL');
      before = now;
    }, 15_000);
    child.on('close', (code) => {
      clearInterval(watch);
      rmSync(temporary, { recursive: true, force: true });
      if (code !== 0) say(`  ${errors.trim().split('\n')[0] || 'no answer'}`);
      resolve(code === 0);
    });
  });
}

function announce(electron) {
  if (electron.kind === 'official') {
    say(`using Electron ${electron.version} (${electron.source})`);
    return;
  }
  say('='.repeat(78));
  say(`using Electron ${electron.version} from ${electron.source}, NOT Electron ${wantedVersion()}.`);
  say('It is out of support: for tests and demonstrations on this machine only, never for packages.');
  say('With internet, `npx install-electron` gets the real one.');
  say('='.repeat(78));
}

async function obtain() {
  if (!findElectron()) {
    say(`downloading Electron ${wantedVersion()}`);
    if (!(await downloadOfficial())) await ensureFallbackElectron();
  }
  return findElectron();
}

/** Obtains an Electron that runs and says which. Throws SetupError when none can be had. */
export async function ensureElectron() {
  const electron = findElectron() ?? (await alone(obtain));
  announce(electron);
  return electron;
}
