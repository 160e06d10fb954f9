import { rmSync, mkdirSync } from 'node:fs';
import path from 'node:path';

const checkout = path.resolve(import.meta.dirname, '../..');

/** Everything the demo makes lies here, is made anew each time, and is left for looking at afterwards. */
export const demoFolder = path.join(checkout, 'out', 'demo');

/** The command line as built. */
export const commandLine = path.join(checkout, 'out', 'main', 'cli.js');

/** Downloads that outlive a demo. */
export const weightsCache = path.join(checkout, 'node_modules', '.cache', 'sallyport', 'demo-weights');

/** A folder below the demo's, made when missing. */
export function demoPath(...parts: string[]): string {
  const folder = path.join(demoFolder, ...parts);
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Removes what an earlier demo left and makes the folder anew. */
export function startAfresh(): void {
  rmSync(demoFolder, { recursive: true, force: true });
  mkdirSync(demoFolder, { recursive: true, mode: 0o755 });
}
