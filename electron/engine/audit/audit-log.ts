import { AuditBody, type AuditEntry, type AuditHead, type AuditProof } from '#shared/contract/audit.ts';
import type { ParsedInput } from '#shared/contract/calls.ts';
import { AppError } from '#engine/core/app-error.ts';
import { canonicalText } from '#engine/core/canonical-json.ts';
import type { Signer } from '#engine/core/signer.ts';
import type { AuditLogRepository, AuditRow } from '#engine/registry/audit-log.ts';
import { Frontier, type Hash, hashLeaf, inclusionPath, rootOf } from './merkle.ts';
import type { Subject } from './records.ts';
import { signCheckpoint, verifierKey } from './signed-note.ts';

const PAGE_ROWS = 5000;

const everything = {
  before: Number.MAX_SAFE_INTEGER,
  limit: 1000,
  text: '',
  who: null,
  act: null,
  since: null,
  until: null,
};

const hex = (hash: Hash) => Buffer.from(hash).toString('hex');

/**
 * The append-only Merkle log. Each governed act is one leaf (canonical JSON) and one signed checkpoint, written in the
 * transaction of the act itself, so that neither exists without the other.
 */
export class AuditLog {
  readonly #rows: AuditLogRepository;
  readonly #signer: Signer;
  #known: Frontier | null = null;

  /** `signer` is the log's own key, which lies outside the database. */
  constructor(rows: AuditLogRepository, signer: Signer) {
    this.#rows = rows;
    this.#signer = signer;
  }

  /** Name of this log in its checkpoints. */
  get origin(): string {
    return this.#signer.name;
  }

  /** The log's public key in C2SP signed-note form. */
  get verifierKey(): string {
    return verifierKey(this.#signer.name, this.#signer.publicKey);
  }

  get publicKey(): Uint8Array {
    return this.#signer.publicKey;
  }

  /**
   * Adds one entry and its checkpoint. Must run inside a registry transaction together with the change it records; call
   * `forget` when that transaction fails.
   */
  append(body: AuditBody): AuditEntry {
    const frontier = this.#frontier();
    const text = canonicalText(AuditBody.parse(body));
    const leaf = hashLeaf(new TextEncoder().encode(text));
    const grown = frontier.append(leaf);
    this.#rows.append({ index: frontier.size, body: text, leafHash: leaf });
    const checkpoint = { origin: this.origin, size: grown.size, root: grown.root() };
    this.#rows.saveCheckpoint(grown.size, signCheckpoint(checkpoint, this.#signer));
    this.#known = grown;
    return { index: frontier.size, leafHash: hex(leaf), body };
  }

  /** Drops what is remembered of the tree; the next use reads it from the rows again. */
  forget(): void {
    this.#known = null;
  }

  head(): AuditHead {
    const frontier = this.#frontier();
    const checkpoint = this.#rows.latestCheckpoint()?.note ?? null;
    return { size: frontier.size, rootHash: hex(frontier.root()), checkpoint };
  }

  /** Newest first; see the contract's `audit.list`. */
  list(wanted: ParsedInput<'audit.list'>): AuditEntry[] {
    return this.#rows
      .search({
        before: wanted.before ?? Number.MAX_SAFE_INTEGER,
        limit: wanted.limit,
        text: wanted.text ?? '',
        who: wanted.who ?? null,
        act: wanted.act ?? null,
        since: wanted.since ?? null,
        until: wanted.until ?? null,
      })
      .map(toEntry);
  }

  /** Every entry, oldest first, a page at a time in memory. */
  *entries(): Generator<AuditEntry> {
    for (const row of this.rows()) yield toEntry(row);
  }

  /** Every row as stored, oldest first. */
  *rows(): Generator<AuditRow> {
    for (let from = 0; ; from += PAGE_ROWS) {
      const page = this.#rows.page(from, PAGE_ROWS);
      yield* page;
      if (page.length < PAGE_ROWS) return;
    }
  }

  /** Checkpoints that another key than this log's made: the key was lost or exchanged. */
  countForeignCheckpoints(): number {
    return this.#rows.countForeignCheckpoints(this.origin);
  }

  latestCheckpoint(): { size: number; note: string } | null {
    return this.#rows.latestCheckpoint();
  }

  /** Root (hex) of the tree over the first `size` entries; null when the log is shorter than that. */
  rootAt(size: number): string | null {
    const leaves = this.#leaves(size);
    return leaves.length === size ? hex(rootOf(leaves)) : null;
  }

  /** Inclusion proof of one entry under the present head. Throws NOT-FOUND. */
  proof(index: number): AuditProof {
    const row = this.#rows.page(index, 1)[0];
    if (row?.index !== index) throw new AppError('NOT-FOUND', `The audit log has no entry ${index}.`);
    const head = this.head();
    const path = inclusionPath(this.#leaves(head.size), index).map(hex);
    return { entry: toEntry(row), leaf: row.body, path, head, logKey: this.verifierKey };
  }

  /** The proof of the newest entry that has this very subject; null when none has. */
  proofOf(subject: Subject): AuditProof | null {
    const rows = this.#rows.search({ ...everything, text: subject.digest });
    const row = rows.find(({ body }) => {
      const parsed = AuditBody.safeParse(parseJson(body));
      return parsed.data?.subjects.some(
        ({ name, digest }) => name === subject.name && digest === subject.digest,
      );
    });
    return row === undefined ? null : this.proof(row.index);
  }

  /**
   * Proofs of every entry that matches, oldest first, all in the tree as it was after the newest of them: later entries change
   * none of it. `text` narrows down where to look.
   */
  proofsAbout(texts: readonly string[], matches: (body: AuditBody) => boolean): AuditProof[] {
    const found = new Map<number, AuditRow>();
    for (const text of texts) {
      for (const row of this.#rows.search({ ...everything, limit: Number.MAX_SAFE_INTEGER, text })) {
        const body = AuditBody.safeParse(parseJson(row.body));
        if (body.success && matches(body.data)) found.set(row.index, row);
      }
    }
    const rows = [...found.values()].sort((a, b) => a.index - b.index);
    const size = (rows.at(-1)?.index ?? -1) + 1;
    const leaves = this.#leaves(size);
    const head = { size, rootHash: hex(rootOf(leaves)), checkpoint: this.#rows.checkpoint(size) };
    return rows.map((row) => ({
      entry: toEntry(row),
      leaf: row.body,
      path: inclusionPath(leaves, row.index).map(hex),
      head,
      logKey: this.verifierKey,
    }));
  }

  #leaves(size: number): Hash[] {
    const leaves: Hash[] = [];
    for (const row of this.rows()) {
      if (leaves.length === size) break;
      leaves.push(row.leafHash);
    }
    return leaves;
  }

  #frontier(): Frontier {
    if (this.#known === null) {
      let frontier = Frontier.empty;
      for (const row of this.rows()) frontier = frontier.append(row.leafHash);
      this.#known = frontier;
    }
    return this.#known;
  }
}

function toEntry(row: AuditRow): AuditEntry {
  const body = AuditBody.safeParse(parseJson(row.body));
  if (!body.success) {
    throw new AppError('AUDIT-BROKEN', `Audit entry ${row.index} does not read as an entry any more.`, {
      state: 'Nothing was changed by reading it.',
      next: 'Run audit verify, and compare with a server’s or a witness’s checkpoint.',
    });
  }
  return { index: row.index, leafHash: hex(row.leafHash), body: body.data };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
