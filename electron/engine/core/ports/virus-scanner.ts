import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';

/** A virus scanner that is installed on this machine. */
export interface FoundScanner {
  /** `ClamAV (clamdscan)` or `ClamAV (clamscan)`. */
  readonly tool: string;
  readonly version: string | null;
  /** Date of its signatures; null when it has none or does not say. */
  readonly signaturesAt: string | null;
}

/** What it said about a folder. Its word for a file is `clean`, and never proof. */
export interface ScannerResult extends FoundScanner {
  readonly outcome: 'clean' | 'infected' | 'unknown';
  readonly detail: string;
}

/** A virus scanner as the engine sees it. */
export interface VirusScanner {
  /**
   * Null when none is there, or it has no signatures to look with: that is said, and is no good news. Rejects when it is
   * aborted, never for what the scanner does.
   */
  scan(folder: string, signal: AbortSignal): Promise<ScannerResult | null>;
}

interface Options {
  /** Folders to look for the programs in; PATH by default. */
  readonly folders?: readonly string[];
  /** A folder of signatures to use in place of the system's; clamscan only. */
  readonly signatures?: string;
}

const MAX_OUTPUT_BYTES = 4 * 1024 * 1024;
/** ClamAV cannot look into more; what is larger it is told to name, and then nothing is called clean. */
const MAX_FILE_MIB = 2047;

/**
 * ClamAV: clamdscan when its daemon answers, else clamscan (https://docs.clamav.net/manual/Usage/Scanning.html). Run without
 * a shell, on one folder whose file names Sallyport chose itself.
 */
export function clamAv({ folders = systemFolders(), signatures }: Options = {}): VirusScanner {
  return {
    async scan(folder, signal) {
      const daemon = await findProgram('clamdscan', folders);
      if (daemon !== null && signatures === undefined) {
        const ping = await run(daemon, ['--ping', '1'], signal);
        if (ping.code === 0) return report('ClamAV (clamdscan)', daemon, daemonArguments(folder), signal);
      }
      const program = await findProgram('clamscan', folders);
      if (program === null) return null;
      const database = signatures === undefined ? [] : [`--database=${signatures}`];
      return report('ClamAV (clamscan)', program, [...database, ...scanArguments(folder)], signal);
    },
  };
}

function daemonArguments(folder: string): string[] {
  return ['--fdpass', '--multiscan', '--infected', '--stdout', '--no-summary', folder];
}

function scanArguments(folder: string): string[] {
  return [
    '--recursive',
    '--infected',
    '--stdout',
    '--no-summary',
    '--follow-dir-symlinks=0',
    '--follow-file-symlinks=0',
    '--alert-exceeds-max=yes',
    `--max-filesize=${MAX_FILE_MIB}M`,
    `--max-scansize=${MAX_FILE_MIB}M`,
    folder,
  ];
}

async function report(
  tool: string,
  program: string,
  args: readonly string[],
  signal: AbortSignal,
): Promise<ScannerResult | null> {
  const found = { tool, ...parseVersion((await run(program, ['--version'], signal)).output) };
  const { code, output } = await run(program, args, signal);
  const isFailure = code !== 0 && code !== 1;
  return isFailure && found.signaturesAt === null ? null : { ...found, ...judge(code, output) };
}

/** `ClamAV 1.4.3/27673/Mon Jun 23 08:34:05 2025`; without signatures the first part alone. */
function parseVersion(output: string): Pick<FoundScanner, 'version' | 'signaturesAt'> {
  const [name = '', , date = ''] = output.trim().split('/');
  const time = Date.parse(`${date} UTC`);
  return {
    version: /^ClamAV (\S+)/.exec(name)?.[1] ?? null,
    signaturesAt: Number.isNaN(time) ? null : new Date(time).toISOString(),
  };
}

/** 0: nothing found; 1: something found; anything else: it failed (clamscan(1), RETURN CODES). */
function judge(code: number, output: string): Pick<ScannerResult, 'outcome' | 'detail'> {
  const hits = output.split('\n').flatMap((line) => /^(.+): (.+) FOUND$/.exec(line)?.slice(1, 3) ?? []);
  const names = hits.filter((_, n) => n % 2 === 1);
  const viruses = names.filter((name) => !name.startsWith('Heuristics.Limits.Exceeded'));
  if (viruses.length > 0) {
    return { outcome: 'infected', detail: `It recognised ${[...new Set(viruses)].slice(0, 10).join(', ')}.` };
  }
  if (names.length > 0) {
    const detail = `${names.length} files are larger than it can look into, so nothing is said about them.`;
    return { outcome: 'unknown', detail };
  }
  if (code === 0) return { outcome: 'clean', detail: 'It recognised nothing.' };
  const complaint = output.trim().split('\n').at(-1)?.slice(0, 300) ?? '';
  return { outcome: 'unknown', detail: `It failed (code ${code}): ${complaint}` };
}

function systemFolders(): string[] {
  return (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => path.isAbsolute(folder));
}

async function findProgram(name: string, folders: readonly string[]): Promise<string | null> {
  const file = process.platform === 'win32' ? `${name}.exe` : name;
  for (const folder of folders) {
    const program = path.join(folder, file);
    const isThere = await access(program, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return program;
  }
  return null;
}

/** Resolves with the exit code (-1 when it could not be run) and both outputs; rejects when it is aborted. */
function run(program: string, args: readonly string[], signal: AbortSignal) {
  const options = {
    signal,
    maxBuffer: MAX_OUTPUT_BYTES,
    windowsHide: true,
    env: { ...process.env, LC_ALL: 'C' },
  };
  return new Promise<{ code: number; output: string }>((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (signal.aborted) reject(signal.reason as Error);
      else {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ code, output: `${stdout}${code === 0 || code === 1 ? '' : stderr}` });
      }
    });
  });
}
