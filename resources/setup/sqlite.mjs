import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { ensureDebian } from './debian.mjs';
import { bundledNodeFolder, findNode, findNpm, toolEnvironment } from './node.mjs';
import { cache, inModules } from './paths.mjs';
import { capture } from './processes.mjs';
import { say, SetupError } from './say.mjs';

const source = inModules('better-sqlite3');

function addonFile() {
  const { version } = JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8'));
  return path.join(cache, `better-sqlite3-${version}-napi9.node`);
}

/** The prebuilt addon asks for Node-API 10; asking for the experimental one instead suits Node-API 9 as well. */
function patchDefines(folder) {
  const file = path.join(folder, 'binding.gyp');
  const before = readFileSync(file, 'utf8');
  const after = before.replace(
    "'NAPI_VERSION=10'",
    "'NAPI_EXPERIMENTAL', 'NODE_API_EXPERIMENTAL_NOGC_ENV_OPT_OUT'",
  );
  if (after === before)
    throw new SetupError('better-sqlite3 builds differently now: see resources/setup/sqlite.mjs.', 1);
  writeFileSync(file, after);
}

async function build(folder) {
  const nodeGyp = path.join(path.dirname(findNpm()), '../node_modules/node-gyp/bin/node-gyp.js');
  const headers = bundledNodeFolder() ?? '/usr';
  const args = [nodeGyp, 'rebuild', '--release', '--force_build=1', `--nodedir=${headers}`, '-j', 'max'];
  const { code, output } = await capture(findNode(), args, { cwd: folder, env: toolEnvironment() });
  if (code !== 0) throw new SetupError(`${output}\nbetter-sqlite3 could not be built for this Electron.`, 1);
  return path.join(folder, 'build/Release/better_sqlite3.node');
}

/** The SQLite addon built for the stand-in Electron's older Node-API. About a minute; then from the cache. */
export async function ensureFallbackSqlite() {
  const file = addonFile();
  if (existsSync(file)) return file;
  await ensureDebian('compiler');
  say('building SQLite for this Electron (about a minute)');
  const work = path.join(cache, `sqlite-${process.pid}`);
  try {
    mkdirSync(cache, { recursive: true });
    cpSync(source, work, { recursive: true });
    patchDefines(work);
    copyFileSync(await build(work), `${file}.part`);
    renameSync(`${file}.part`, file);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  return file;
}
