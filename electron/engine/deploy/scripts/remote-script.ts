/** A constant POSIX shell script that runs on a server; everything variable comes as `$1`, `$2`, … or on standard input. */
export interface RemoteScript {
  /** For messages, e.g. `receiving a blob`. */
  readonly name: string;
  readonly text: string;
}

/** The line after which a script's own output begins; login shells may print before it. */
export const BEGIN_MARKER = '@sallyport';

/** The exit code of a script that said why on a line `fail <kind> <words>`. */
export const FAIL_EXIT = 3;

const prelude = `set -u
LC_ALL=C
export LC_ALL
umask 022
say() { printf '%s\\n' "$*"; }
fail() { printf 'fail %s\\n' "$*"; exit ${FAIL_EXIT}; }
size_of() { stat -c %s "$1" 2>/dev/null || wc -c <"$1" | tr -d ' '; }
clock() {
  if [ -r /proc/uptime ]; then read -r up idle </proc/uptime; else up=$(date +%s); fi
  printf 'clock %s\\n' "$up"
}
printf '\\n${BEGIN_MARKER}\\n'
`;

/** A script with the few functions that all scripts share. Runs under dash, bash and busybox sh. */
export function remoteScript(name: string, body: string): RemoteScript {
  return { name, text: prelude + body };
}
