import type { Transfer, TransferEvidence } from '#shared/contract/transfers.ts';
import type { Database } from './database.ts';

interface Stored {
  set_id: string;
  direction: Transfer['direction'];
  digest: string;
  name: string;
  size_bytes: number;
  attached_at: string;
  attached_by: string;
  note: string;
}

/** Which set a file is evidence for. */
export interface EvidencePlace {
  readonly setId: string;
  readonly direction: Transfer['direction'];
}

/** Files kept as evidence beside transfers; their bytes lie in the blob store. */
export class TransferEvidenceRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Attaching the same bytes to the same transfer again changes nothing. */
  add({ setId, direction }: EvidencePlace, evidence: TransferEvidence): void {
    const { digest, name, sizeBytes, attachedAt, attachedBy, note } = evidence;
    this.#database
      .prepare('INSERT INTO transfer_evidence VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING')
      .run(setId, direction, digest, name, sizeBytes, attachedAt, attachedBy, note);
  }

  /** Oldest first. */
  of({ setId, direction }: EvidencePlace): TransferEvidence[] {
    return this.list()
      .filter((row) => row.setId === setId && row.direction === direction)
      .map(({ setId: _setId, direction: _direction, ...evidence }) => evidence);
  }

  /** Of all transfers, oldest first. */
  list(): (EvidencePlace & TransferEvidence)[] {
    return this.#database
      .prepare<[], Stored>('SELECT * FROM transfer_evidence ORDER BY attached_at, digest')
      .all()
      .map((row) => ({
        setId: row.set_id,
        direction: row.direction,
        name: row.name,
        digest: row.digest,
        sizeBytes: row.size_bytes,
        attachedAt: row.attached_at,
        attachedBy: row.attached_by,
        note: row.note,
      }));
  }
}
