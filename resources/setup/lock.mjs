import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { root } from './paths.mjs';
import { say } from './say.mjs';

const file = path.join(root, '.set-up.lock');
let held = false;

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

function tryTake() {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const holder = Number(readFileSync(file, { encoding: 'utf8', flag: 'a+' }));
  if (holder && !isAlive(holder)) rmSync(file, { force: true });
  return false;
}

/** Runs `work` while no other terminal sets up or builds this checkout. */
export async function alone(work) {
  if (held) return work();
  mkdirSync(path.dirname(file), { recursive: true });
  for (let tries = 0; !tryTake(); tries += 1) {
    if (tries === 5) say('waiting for another set-up of this checkout');
    await wait(200);
  }
  held = true;
  try {
    return await work();
  } finally {
    held = false;
    rmSync(file, { force: true });
  }
}
