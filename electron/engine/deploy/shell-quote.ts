import { AppError } from '#engine/core/app-error.ts';

/**
 * One argument as a POSIX shell word that means exactly this text (single quotes, POSIX XCU 2.2.2). The only way in which
 * anything variable reaches a remote command line. Refuses NUL, which no argument can hold.
 */
export function quoteArgument(text: string): string {
  if (text.includes('\0'))
    throw new AppError('NAME-INVALID', 'A NUL character cannot be passed to a server.');
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** The command line that makes the login shell run `script` under `sh` with these positional parameters. */
export function commandLine(script: string, args: readonly string[]): string {
  return ['exec', 'sh', '-c', ...[script, 'sallyport', ...args].map(quoteArgument)].join(' ');
}
