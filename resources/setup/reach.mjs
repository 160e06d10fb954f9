import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { cache, root } from './paths.mjs';
import { say } from './say.mjs';
import { asUser } from './user.mjs';

const leaveOut = new Set(['.git', '.set-up.lock', 'test-results', 'node_modules']);
const placeFile = path.join(cache, 'copy-for-user');

function canRead(user, folder) {
  const needed = ['package.json', 'node_modules/.bin/playwright', 'out/main/index.js', 'test'];
  const tests = needed.flatMap((name) => ['-a', '-r', path.join(folder, name)]).slice(1);
  const [command, args] = asUser(user, 'test', tests);
  return spawnSync(command, args).status === 0;
}

/** A folder of our own in the temporary folder, the same each time; never one that somebody else put there. */
function ensurePlace() {
  if (existsSync(placeFile)) {
    const known = readFileSync(placeFile, 'utf8');
    const found = statSync(known, { throwIfNoEntry: false });
    if (found?.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0) return known;
  }
  const made = mkdtempSync(path.join(os.tmpdir(), 'sallyport-'));
  chmodSync(made, 0o755);
  mkdirSync(cache, { recursive: true });
  writeFileSync(placeFile, made);
  return made;
}

function copyModules(place) {
  const name = 'node_modules/.sallyport-lock';
  const read = (folder) =>
    existsSync(path.join(folder, name)) && readFileSync(path.join(folder, name), 'utf8');
  if (read(place) !== read(root)) {
    rmSync(path.join(place, 'node_modules'), { recursive: true, force: true });
    spawnSync('cp', ['-a', '--reflink=auto', path.join(root, 'node_modules'), place], { stdio: 'inherit' });
    return;
  }
  spawnSync('cp', ['-au', path.join(cache, '.'), path.join(place, path.relative(root, cache))], {
    stdio: 'inherit',
  });
}

/**
 * The checkout where `user` can read it: in place, or (a checkout below /root, say) a copy in the temporary folder.
 */
export function reachableRoot(user) {
  if (canRead(user, root)) return root;
  const place = ensurePlace();
  say(`copying the app to ${place}, since ${user.name} cannot read this checkout`);
  copyModules(place);
  for (const name of readdirSync(root)) {
    if (leaveOut.has(name)) continue;
    rmSync(path.join(place, name), { recursive: true, force: true });
    cpSync(path.join(root, name), path.join(place, name), { recursive: true, preserveTimestamps: true });
  }
  spawnSync('chmod', ['-R', 'go+rX', place]);
  return place;
}
