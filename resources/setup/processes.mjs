import { spawn } from 'node:child_process';
import { fstatSync, readlinkSync } from 'node:fs';
import os from 'node:os';

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/** File descriptors from 3 on that the caller handed over, so that they can be handed on. */
function extraDescriptors() {
  const found = [];
  for (let fd = 3; fd < 10; fd += 1) {
    try {
      fstatSync(fd);
      const internal =
        process.platform === 'linux' && readlinkSync(`/proc/self/fd/${fd}`).startsWith('anon_inode');
      found.push(internal ? 'ignore' : fd);
    } catch {
      found.push('ignore');
    }
  }
  return found;
}

/**
 * Runs a program in place of this one: same terminal, file descriptors and signals.
 * Promises its exit code; the shell's 128 + n when a signal ended it.
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      stdio: ['inherit', 'inherit', 'inherit', ...extraDescriptors()],
      ...options,
    });
    const pass = (signal) => child.kill(signal);
    for (const signal of forwarded) process.on(signal, pass);
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      for (const each of forwarded) process.off(each, pass);
      resolve(code ?? 128 + os.constants.signals[signal]);
    });
  });
}

/** Runs a step of the set-up: what it prints goes to stderr. Promises its exit code. */
export function runStep(command, args, options = {}) {
  return run(command, args, { ...options, stdio: ['ignore', 2, 2] });
}

/** Runs a program and promises its exit code and all it printed. */
export function capture(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    let output = '';
    const add = (chunk) => {
      output += chunk;
    };
    child.stdout.setEncoding('utf8').on('data', add);
    child.stderr.setEncoding('utf8').on('data', add);
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
