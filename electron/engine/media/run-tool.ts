import { execFile } from 'node:child_process';
import { AppError } from '#engine/core/app-error.ts';

const TIMEOUT_MS = 20_000;
const MAX_OUTPUT_BYTES = 16 * 1024 * 1024;

/** Runs one of the platform's own listing tools, without a shell, in the C locale; returns its standard output. */
export function runTool(program: string, args: readonly string[]): Promise<string> {
  const options = {
    timeout: TIMEOUT_MS,
    maxBuffer: MAX_OUTPUT_BYTES,
    windowsHide: true,
    env: { ...process.env, LC_ALL: 'C' },
  };
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout) => {
      if (error === null) resolve(stdout);
      else reject(toolFailed(program, error));
    });
  });
}

function toolFailed(program: string, error: Error): AppError {
  return new AppError(
    'FILE-UNREADABLE',
    `the list of drives could not be read: ${program} failed`,
    { found: error.message.split('\n', 1)[0] ?? '', next: 'Choose the folder of the drive by hand.' },
    error,
  );
}
