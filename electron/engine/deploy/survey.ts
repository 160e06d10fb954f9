import { randomBytes } from 'node:crypto';
import { shellUnusable, toolsMissing } from './remote-failure.ts';
import type { SshConnection } from './ssh-connection.ts';
import { surveyScript } from './scripts/session.ts';

/** Where a channel's live link points, as the server says it. */
export interface LiveLink {
  readonly model: string;
  readonly channel: string;
  /** The link's text. */
  readonly target: string;
}

/** What a server says of itself; nothing in it is proven. */
export interface Survey {
  readonly missingTools: readonly string[];
  readonly rootPresent: boolean;
  /** Null when a file could be made at the root (or where it would be made), else the server's words. */
  readonly notWritable: string | null;
  readonly hardLinks: boolean;
  /** A link can be replaced by rename: without it nothing goes live. */
  readonly canSwitch: boolean;
  /** Bytes an ordinary user may still write; null when df did not say. */
  readonly freeBytes: number | null;
  readonly live: readonly LiveLink[];
  readonly lock: { readonly ageSeconds: number; readonly owner: string } | null;
  /** The text of .sallyport/checkpoint. */
  readonly notes: string;
}

/**
 * Looks at a server without changing it, and proves on the way that arguments arrive as they were sent. Throws
 * SERVER-TOOL-MISSING (unless `lenient`) and SERVER-FAILED.
 */
export async function surveyServer(
  connection: SshConnection,
  options: { signal?: AbortSignal | undefined; lenient?: boolean } = {},
): Promise<Survey> {
  const { target } = connection;
  const word = `it's "$HOME" \\ $(:) \`:\` ${randomBytes(4).toString('hex')}`;
  const lines = await connection.run(surveyScript, [target.root, word], { signal: options.signal });
  if (!lines.includes(`echo ${word}`)) throw shellUnusable(target, 'An argument came back changed.');
  const survey = parseSurvey(lines);
  if (survey.missingTools.length > 0 && options.lenient !== true)
    throw toolsMissing(target, survey.missingTools);
  return survey;
}

/** Reads the lines of surveyScript. Lines it does not know are passed over. */
export function parseSurvey(lines: readonly string[]): Survey {
  const after = (key: string) =>
    lines.filter((line) => line.startsWith(`${key} `)).map((line) => line.slice(key.length + 1));
  const lock = /^(-?\d+) (.*)$/.exec(after('lock')[0] ?? '');
  return {
    missingTools: after('no-tool'),
    rootPresent: after('root')[0] === 'present',
    notWritable: lines.includes('writable')
      ? null
      : (after('not-writable')[0] ?? 'the server did not say why'),
    hardLinks: lines.includes('hard-links'),
    canSwitch: lines.includes('switch'),
    freeBytes: parseFreeBytes(after('df')[0] ?? ''),
    live: after('live')
      .map(parseLive)
      .filter((link) => link !== null),
    lock: lock?.[1] === undefined ? null : { ageSeconds: Number(lock[1]), owner: lock[2] ?? '' },
    notes: after('note')
      .map((line) => `${line}\n`)
      .join(''),
  };
}

/** The available bytes of one row of `df -Pk`: size, used and available stand before the percentage (POSIX). */
function parseFreeBytes(row: string): number | null {
  const available = /\s\d+\s+\d+\s+(\d+)\s+(?:\d+%|-)\s/.exec(`${row} `)?.[1];
  return available === undefined ? null : Number(available) * 1024;
}

function parseLive(text: string): LiveLink | null {
  const match = /^([a-z0-9._-]+)\/([a-z0-9._-]+) (.+)$/.exec(text);
  if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined) return null;
  return { model: match[1], channel: match[2], target: match[3] };
}
