import { AppError } from '#engine/core/app-error.ts';

/** The audit log as far as servers bear witness to it. */
export interface WitnessedLog {
  /** Name of the log in its checkpoints. */
  readonly origin: string;
  /** Entries, and the newest signed note; null on an empty log. */
  head(): { size: number; checkpoint: string | null };
  /** Root (hex) over the first `size` entries; null when the log is shorter. */
  rootAt(size: number): string | null;
}

interface Note {
  readonly origin: string;
  readonly size: number;
  readonly rootHex: string;
  readonly text: string;
}

/**
 * Compares the checkpoint that a server kept at the last contact with this home's audit log. A log that is shorter than what
 * the server saw, or has another root at that size, was rewound or rewritten: AUDIT-BROKEN. Checkpoints of other logs (another
 * home that deploys here) are not judged.
 */
export function refuseRewoundLog(server: string, notes: string, log: WitnessedLog): void {
  const seen = splitNotes(notes).find((note) => note.origin === log.origin);
  if (seen === undefined) return;
  const size = log.head().size;
  const root = seen.size <= size ? log.rootAt(seen.size) : null;
  if (root === seen.rootHex) return;
  const shorter = seen.size > size;
  throw new AppError(
    'AUDIT-BROKEN',
    shorter
      ? `${server} has seen ${seen.size} entries of this audit log; now it has ${size}.`
      : `${server} has seen another audit log: its first ${seen.size} entries were changed.`,
    {
      expected: `${seen.size} entries, root ${seen.rootHex}`,
      found: shorter ? `${size} entries` : `root ${root ?? 'unknown'}`,
      state: 'Nothing was changed on the server or here.',
      next:
        'The registry was restored from an older copy or rewritten. Run audit verify, find the newer copy of the data home, ' +
        'and have the security officer decide. The server’s checkpoint is in .sallyport/checkpoint below its root.',
    },
  );
}

/** The checkpoint file to write: this log's newest note in place of its last one, the notes of other logs as they were. */
export function mergeNotes(notes: string, log: WitnessedLog): string {
  const { checkpoint } = log.head();
  const others = splitNotes(notes).filter((note) => note.origin !== log.origin);
  return [...others.map((note) => note.text), ...(checkpoint === null ? [] : [checkpoint])].join('');
}

/** C2SP signed notes written one after the other: text, an empty line, signature lines (`— `). What is no checkpoint is left out. */
export function splitNotes(text: string): Note[] {
  const form = /([^\n]+)\n(0|[1-9]\d{0,15})\n([A-Za-z0-9+/]{43}=)\n(?:[^\n]+\n)*\n(?:\u2014 [^\n]+\n)+/g;
  return [...text.matchAll(form)].map(([note, origin = '', size = '', root = '']) => ({
    origin,
    size: Number(size),
    rootHex: Buffer.from(root, 'base64').toString('hex'),
    text: note,
  }));
}
