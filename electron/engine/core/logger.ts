/** Where the engine's diagnostics go. Messages never hold file contents, passphrases, keys or command output of servers. */
export interface Logger {
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

export const silentLogger: Logger = { info: () => {}, warn: () => {}, error: () => {} };
