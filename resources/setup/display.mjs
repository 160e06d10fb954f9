import { spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Tells whether there is a screen to open a window on. */
export function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Tells whether a virtual screen can be had. */
export function hasVirtualDisplay() {
  return spawnSync('sh', ['-c', 'command -v xvfb-run']).status === 0;
}

/** Lets `user` open windows on root's X screen: a copy of the screen's cookie that it can read. */
export function shareDisplay(user) {
  const { status, stdout } = spawnSync('xauth', ['extract', '-', process.env.DISPLAY ?? ''], {
    maxBuffer: 1 << 20,
  });
  if (status !== 0 || stdout.length === 0) return {};
  const file = path.join(mkdtempSync(path.join(os.tmpdir(), 'sallyport-x-')), 'cookie');
  writeFileSync(file, stdout, { mode: 0o600 });
  chownSync(path.dirname(file), user.uid, user.gid);
  chownSync(file, user.uid, user.gid);
  return { XAUTHORITY: file };
}
