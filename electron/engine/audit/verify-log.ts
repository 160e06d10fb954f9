import { AuditBody } from '#shared/contract/audit.ts';
import type { Check } from '#shared/contract/evidence.ts';
import { canonicalText } from '#engine/core/canonical-json.ts';
import type { AuditLog } from './audit-log.ts';
import { Frontier, type Hash, hashLeaf } from './merkle.ts';
import { isSignedBy, parseCheckpoint } from './signed-note.ts';

const hex = (hash: Hash) => Buffer.from(hash).toString('hex');

/**
 * Recomputes the whole log: every leaf from its body, the root at the newest checkpoint, its signature, and that nothing
 * was cut off since `outside`, the newest checkpoint kept beside the database. Returns every problem, not the first.
 */
export function verifyLog(log: AuditLog, outside: string | null): Check[] {
  const checks: Check[] = [];
  const newest = log.latestCheckpoint();
  const kept = outside === null ? null : parseCheckpoint(outside);
  const roots = new Map<number, string>();
  const wanted = new Set([newest?.size, kept?.size]);

  let frontier = Frontier.empty;
  let bad = 0;
  for (const row of log.rows()) {
    const leaf = hashLeaf(new TextEncoder().encode(row.body));
    const problem = findRowProblem(row.index, frontier.size, row.body, leaf, row.leafHash);
    if (problem !== null) {
      checks.push(problem);
      bad++;
    }
    frontier = frontier.append(row.leafHash);
    if (wanted.has(frontier.size)) roots.set(frontier.size, hex(frontier.root()));
  }
  if (bad === 0) {
    checks.push({
      id: 'audit.rows',
      status: 'verified',
      detail: `${frontier.size} entries hash to their leaves.`,
    });
  }

  if (newest === null) {
    const status = frontier.size === 0 ? 'verified' : 'failed';
    checks.push({
      id: 'audit.checkpoint',
      status,
      found: 'no checkpoint',
      ...(status === 'failed' ? broken : {}),
    });
  } else {
    checks.push(...checkNote('audit.checkpoint', newest.note, log, frontier.size, roots));
    if (newest.size !== frontier.size) {
      checks.push(
        failed(
          'audit.size',
          `${newest.size} entries`,
          `${frontier.size} entries`,
          'The newest checkpoint and the rows do not agree on the length of the log.',
        ),
      );
    }
  }
  const foreign = log.countForeignCheckpoints();
  if (foreign > 0) {
    checks.push(
      failed(
        'audit.key',
        `every checkpoint by ${log.verifierKey}`,
        `${foreign} by another key`,
        'The log’s key is not the one it began with: keys/log.key was lost or exchanged.',
      ),
    );
  }
  if (outside !== null) checks.push(...checkNote('audit.outside', outside, log, frontier.size, roots));
  return checks;
}

const broken = { code: 'AUDIT-BROKEN' } as const;

function failed(id: string, expected: string, found: string, detail: string, path?: string): Check {
  return {
    id,
    status: 'failed',
    ...broken,
    expected,
    found,
    detail,
    ...(path === undefined ? {} : { path }),
  };
}

function findRowProblem(
  index: number,
  position: number,
  body: string,
  leaf: Hash,
  stored: Hash,
): Check | null {
  const path = `entry ${index}`;
  if (index !== position) {
    return failed('audit.rows', `entry ${position}`, path, 'Entries are missing from the log.', path);
  }
  if (hex(leaf) !== hex(stored)) {
    return failed(
      'audit.rows',
      hex(stored),
      hex(leaf),
      `Entry ${index} was changed after it was written: ${summary(body)}.`,
      path,
    );
  }
  const parsed = AuditBody.safeParse(tryJson(body));
  if (!parsed.success || canonicalText(parsed.data) !== body) {
    return failed(
      'audit.rows',
      'an entry in canonical form',
      'something else',
      `Entry ${index} does not read as an entry.`,
      path,
    );
  }
  return null;
}

function checkNote(
  id: string,
  note: string,
  log: AuditLog,
  size: number,
  roots: ReadonlyMap<number, string>,
): Check[] {
  const checkpoint = parseCheckpoint(note);
  if (checkpoint === null || !isSignedBy(note, log.origin, log.publicKey)) {
    return [
      failed(
        id,
        `a note signed by ${log.verifierKey}`,
        'a note without that signature',
        'The checkpoint is not signed by this log’s key.',
      ),
    ];
  }
  if (checkpoint.size > size) {
    return [
      failed(
        id,
        `${checkpoint.size} entries`,
        `${size} entries`,
        'The log is shorter than a checkpoint says: entries were cut off, or an older database was put in place.',
      ),
    ];
  }
  const root = roots.get(checkpoint.size) ?? 'none';
  if (root !== hex(checkpoint.root)) {
    return [
      failed(
        id,
        hex(checkpoint.root),
        root,
        `The first ${checkpoint.size} entries are not those the checkpoint was made over.`,
      ),
    ];
  }
  return [
    {
      id,
      status: 'verified',
      expected: hex(checkpoint.root),
      found: root,
      detail: `Signed head over ${checkpoint.size} entries.`,
    },
  ];
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function summary(body: string): string {
  const parsed = AuditBody.safeParse(tryJson(body));
  return parsed.success ? `${parsed.data.act} ${parsed.data.object}` : 'unreadable';
}
