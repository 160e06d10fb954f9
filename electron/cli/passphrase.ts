import { readFileSync } from 'node:fs';
import readline from 'node:readline';
import { Writable } from 'node:stream';
import { AppError } from '#engine/core/app-error.ts';
import type { GlobalOptions } from './global-options.ts';

/** Where a passphrase comes from; from the terminal when neither is named. */
export interface PassphraseSource {
  readonly passphraseFile?: string | undefined;
  readonly passphraseFd?: string | undefined;
}

/**
 * A passphrase from `--passphrase-file`, from an inherited file descriptor, or typed unseen at a terminal; never from
 * arguments or the environment. One line break at the end does not belong to it.
 */
export async function readPassphrase(options: PassphraseSource, prompt: string): Promise<string> {
  const given = options.passphraseFile ?? descriptorOf(options.passphraseFd);
  const passphrase = given === undefined ? await ask(prompt) : readFile(given);
  if (passphrase === '') throw new AppError('USAGE', 'The passphrase is empty.');
  return passphrase;
}

/** A new passphrase: at a terminal it is asked for twice. */
export async function readNewPassphrase(options: GlobalOptions): Promise<string> {
  const first = await readPassphrase(options, 'New passphrase: ');
  if (options.passphraseFile !== undefined || options.passphraseFd !== undefined) return first;
  if ((await ask('The same again: ')) === first) return first;
  throw new AppError('USAGE', 'The two passphrases differ.', { state: 'No key was made.' });
}

function descriptorOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new AppError('USAGE', `--passphrase-fd takes the number of a file descriptor, not ${text}.`);
}

function readFile(file: string | number): string {
  try {
    return readFileSync(file, 'utf8').replace(/\r?\n$/, '');
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    throw new AppError('FILE-UNREADABLE', `The passphrase cannot be read: ${text}.`, {}, error);
  }
}

async function ask(prompt: string): Promise<string> {
  if (!process.stdin.isTTY) {
    throw new AppError('USAGE', 'A passphrase is needed, and there is no terminal to ask at.', {
      next: 'Use --passphrase-file FILE or --passphrase-fd N.',
    });
  }
  process.stderr.write(prompt);
  const unseen = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = readline.createInterface({ input: process.stdin, output: unseen, terminal: true });
  try {
    return await new Promise<string>((resolve, reject) => {
      lines.once('line', resolve);
      lines.once('SIGINT', () => reject(new AppError('CANCELLED', 'No passphrase was given.')));
    });
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
