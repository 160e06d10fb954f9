import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { commandLine, demoPath } from './paths.ts';

export interface Answer<T> {
  readonly code: number;
  readonly json: T;
}

/** One site of the demo: a data home, worked by the command line as an operator would. */
export class Site {
  readonly home: string;
  readonly #passphraseFile: string;

  constructor(name: string) {
    this.home = path.join(demoPath(name), 'home');
    this.#passphraseFile = path.join(demoPath(name), 'passphrase');
    writeFileSync(this.#passphraseFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  }

  /** Runs a command and expects exit code 0; throws with what it printed otherwise. */
  run<T = unknown>(...args: string[]): T {
    const { code, json } = this.attempt<T>(...args);
    if (code !== 0)
      throw new Error(`sallyport ${args.join(' ')} ended with ${code}: ${JSON.stringify(json)}`);
    return json;
  }

  /** Runs a command, whatever it ends with. */
  attempt<T = unknown>(...args: string[]): Answer<T> {
    const all = [
      commandLine,
      '--home',
      this.home,
      '--json',
      '--passphrase-file',
      this.#passphraseFile,
      ...args,
    ];
    const child = spawnSync(process.execPath, all, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
    if (child.status === null) throw new Error(`sallyport ${args.join(' ')} was ended by ${child.signal}`);
    try {
      return { code: child.status, json: JSON.parse(child.stdout) as T };
    } catch {
      throw new Error(
        `sallyport ${args.join(' ')} ended with ${child.status}:\n${child.stdout}${child.stderr}`,
      );
    }
  }
}
