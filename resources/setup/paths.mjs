import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
/** Installed packages; `npm ci` empties it. */
export const nodeModules = path.join(root, 'node_modules');
/** What took long to obtain: Electron runtimes and the SQLite addon built for them. */
export const cache = path.join(nodeModules, '.cache', 'sallyport');
/** The built app. */
export const out = path.join(root, 'out');
/** Reports, traces and screenshots of test runs. */
export const testResults = path.join(root, 'test-results');

/** A file of an installed package or tool. */
export function inModules(...parts) {
  return path.join(nodeModules, ...parts);
}
