import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { runStep } from './processes.mjs';
import { say } from './say.mjs';

/** Debian's names of what each purpose needs beyond Node. */
export const debianPackages = {
  compiler: ['python3', 'make', 'g++'],
  window: [
    'libgtk-3-0',
    'libnss3',
    'libasound2',
    'libgbm1',
    'libxss1',
    'libxtst6',
    'libnotify4',
    'libsecret-1-0',
    'xdg-utils',
    'util-linux',
  ],
  display: ['xvfb', 'xauth'],
  ssh: ['openssh-server', 'openssh-client', 'coreutils'],
  tests: [
    'minisign',
    'b3sum',
    'skopeo',
    'signify-openbsd',
    'gnupg',
    'openssl',
    'coreutils',
    'busybox-static',
    'clamav',
    'e2fsprogs',
    'util-linux',
  ],
};

/** Installed names, with the names they stand in for (Ubuntu's libgtk-3-0t64 provides libgtk-3-0). */
function readInstalled() {
  const format = '${db:Status-Status}\t${Package}\t${Provides}\n';
  const { stdout } = spawnSync('dpkg-query', ['-W', `-f=${format}`], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  const installed = new Set();
  for (const line of stdout.split('\n')) {
    const [status, name, provides = ''] = line.split('\t');
    if (status !== 'installed') continue;
    installed.add(name);
    for (const each of provides.split(',')) installed.add(each.trim().split(' ')[0]);
  }
  return installed;
}

function apt(...args) {
  return runStep('apt-get', args, { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } });
}

async function install(missing) {
  const args = ['install', '-y', '-q', '--no-install-recommends', ...missing];
  if ((await apt(...args)) === 0) return true;
  // The lists may be missing or older than the mirror.
  return (await apt('update', '-q')) === 0 && (await apt(...args)) === 0;
}

/**
 * Installs the Debian packages of the named purposes that are missing, when it may; else prints the command.
 * Promises the names that are still missing.
 */
export async function ensureDebian(...purposes) {
  if (process.platform !== 'linux') return [];
  const wanted = [...new Set(purposes.flatMap((purpose) => debianPackages[purpose]))];
  if (!existsSync('/usr/bin/dpkg-query')) {
    say(`this is no Debian; make sure that these are there (Debian's names): ${wanted.join(' ')}`);
    return [];
  }
  const installed = readInstalled();
  const missing = wanted.filter((name) => !installed.has(name));
  if (missing.length === 0) return [];
  if (process.getuid() !== 0) {
    say(
      `some Debian packages are missing. Install them with:\n  sudo apt-get install -y --no-install-recommends ${missing.join(' ')}`,
    );
    return missing;
  }
  say(`installing Debian packages: ${missing.join(' ')}`);
  if (await install(missing)) return [];
  say(`apt-get could not install: ${missing.join(' ')}`);
  return missing;
}
