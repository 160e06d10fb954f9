import { parseArgs } from 'node:util';
import { MIB } from './files.ts';

export interface BenchSettings {
  /** In all; an import is measured on twice as much. */
  readonly importBytes: number;
  readonly pushBytes: number;
  /** Counted ones; medians are over these. */
  readonly rounds: number;
  readonly only: readonly string[];
  /** Where the files go; a folder of its own is made in it and removed. */
  readonly folder: string | undefined;
}

export const usage = `npm run bench -- [--small] [--only import,held,verify,fixity,push,hashing,transfer,scan] [--rounds 3]
                  [--import-mib 4096] [--push-mib 1024] [--folder <path>]
--small: a quick run of 256 MiB and 64 MiB that shows that everything works; its figures mean little.`;

/** Reads the command line; throws with the usage for what it does not know. */
export function readSettings(args: readonly string[]): BenchSettings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      small: { type: 'boolean', default: false },
      only: { type: 'string', default: 'hashing,import,held,verify,fixity,push,transfer,scan' },
      rounds: { type: 'string', default: '3' },
      'import-mib': { type: 'string' },
      'push-mib': { type: 'string' },
      folder: { type: 'string' },
    },
  });
  return {
    importBytes: positive(values['import-mib'] ?? (values.small ? '256' : '4096')) * MIB,
    pushBytes: positive(values['push-mib'] ?? (values.small ? '64' : '1024')) * MIB,
    rounds: positive(values.rounds),
    only: values.only.split(','),
    folder: values.folder,
  };
}

function positive(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`not a whole number above 0: ${text}`);
  return number;
}
