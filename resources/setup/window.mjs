import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureApp, locateApp } from './app.mjs';
import { ensureBuilt } from './build.mjs';
import { ensureDebian } from './debian.mjs';
import { hasDisplay, shareDisplay } from './display.mjs';
import { ensureElectron } from './electron.mjs';
import { root } from './paths.mjs';
import { run } from './processes.mjs';
import { reachableRoot } from './reach.mjs';
import { say, SetupError } from './say.mjs';
import { asUser, ensureUser, isRoot, userEnvironment } from './user.mjs';

/** Obtains everything a window needs; promises how to launch the app. */
export async function ensureWindow() {
  await ensureDebian('window');
  const electron = await ensureElectron();
  await ensureBuilt();
  await ensureApp(electron);
  return locateApp();
}

function requireDisplay() {
  if (hasDisplay()) return;
  throw new SetupError(
    'there is no display (DISPLAY and WAYLAND_DISPLAY are empty). Start it from a desktop session, or on a virtual\n' +
      'screen: apt-get install xvfb xauth, then `xvfb-run -a npm start`.',
  );
}

/** Root's home folder for the app, given to the account that the window runs as. */
function handOver(home, user) {
  if (!home || !existsSync(home)) return;
  spawnSync('chown', ['-R', `${user.uid}:${user.gid}`, home], { stdio: 'inherit' });
  const [command, args] = asUser(user, 'test', ['-w', home]);
  if (spawnSync(command, args).status !== 0) {
    throw new SetupError(
      `the window runs as ${user.name}, who cannot reach ${home}: use a home in another folder.`,
    );
  }
}

async function openAsUser(app, args, env) {
  const user = ensureUser();
  const place = reachableRoot(user);
  const cookie = shareDisplay(user);
  const rebase = (file) =>
    `${file}/`.startsWith(`${root}/`) ? path.join(place, path.relative(root, file)) : file;
  const home = env.SALLYPORT_HOME && rebase(path.resolve(env.SALLYPORT_HOME));
  handOver(home, user);
  say(`the window runs as ${user.name}, because Chromium's sandbox does not work for root`);
  const launch = asUser(user, rebase(app.executablePath), [...app.args.map(rebase), ...args]);
  try {
    return await run(...launch, {
      cwd: place,
      env: { ...userEnvironment(user, env), ...(home && { SALLYPORT_HOME: home }), ...cookie },
    });
  } finally {
    if (cookie.XAUTHORITY) rmSync(path.dirname(cookie.XAUTHORITY), { recursive: true, force: true });
  }
}

/**
 * Opens the app's window and promises its exit code. `args` go to the app; `env` adds to the environment
 * (SALLYPORT_HOME says which home). Throws SetupError without a display.
 * @param {string[]} [args]
 * @param {Record<string, string>} [extraEnv]
 * @returns {Promise<number>}
 */
export async function openWindow(args = [], extraEnv = {}) {
  requireDisplay();
  const app = await ensureWindow();
  const { ELECTRON_RUN_AS_NODE: _unwanted, ...env } = { ...process.env, ...extraEnv };
  if (isRoot()) return openAsUser(app, args, env);
  return run(app.executablePath, [...app.args, ...args], { env });
}
