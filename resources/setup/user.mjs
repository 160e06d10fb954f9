import { spawnSync } from 'node:child_process';
import { SetupError } from './say.mjs';

const name = 'sallyport-test';

/** Chromium's sandbox does not work for root, so root's windows belong to someone else. */
export function isRoot() {
  return process.getuid?.() === 0;
}

function lookUp() {
  const { status, stdout } = spawnSync('getent', ['passwd', name], { encoding: 'utf8' });
  if (status !== 0) return undefined;
  const [, , uid, gid, , home] = stdout.trim().split(':');
  return { name, uid: Number(uid), gid: Number(gid), home };
}

/** The unprivileged account that root's windows run as, made when missing. Only for root. */
export function ensureUser() {
  const known = lookUp();
  if (known) return known;
  // '*' is no password at all; '!', the default, would lock the account for ssh keys as well.
  spawnSync('useradd', ['--system', '--create-home', '--shell', '/bin/sh', '--password', '*', name], {
    stdio: 'inherit',
  });
  const made = lookUp();
  if (!made)
    throw new SetupError(
      `the account ${name} could not be made, and root cannot have Chromium's sandbox.`,
      1,
    );
  return made;
}

/** The command line that runs `command` as that account in place of root. */
export function asUser(user, command, args) {
  return ['setpriv', [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--init-groups', command, ...args]];
}

const rootsOwn = [
  'XAUTHORITY',
  'XDG_RUNTIME_DIR',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_CACHE_HOME',
  'TMPDIR',
];

/** The environment of that account: root's own folders are of no use to it. */
export function userEnvironment(user, env) {
  const rest = Object.fromEntries(Object.entries(env).filter(([name]) => !rootsOwn.includes(name)));
  return { ...rest, HOME: user.home, USER: user.name, LOGNAME: user.name };
}
