import { appendFile, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Digest } from '#shared/contract/basics.ts';
import { AppError } from '#engine/core/app-error.ts';
import { hexOf } from '#engine/core/digest.ts';
import type { HashedFile, HashPool } from '#engine/hashing/hash-pool.ts';
import { fsyncFolder } from '#engine/store/durable.ts';
import { findDigestTrouble, type PartTrouble } from './part-digest.ts';
import type { LocatedPart } from './set-statement.ts';

interface Work {
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
}

/**
 * A blob that is put together in quarantine from parts in any order. What is whole bears the blob's hex name; until then
 * `<hex>.part` holds the bytes and `<hex>.journal` the parts that were verified, so that a later run goes on from there.
 */
export class IncomingBlob {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly parts: readonly LocatedPart[];
  readonly #whole: string;
  readonly #pool: HashPool;
  readonly #taken = new Set<number>();
  #isWhole = false;

  /** `folder`: the quarantine folder that the blob goes to. */
  constructor(
    folder: string,
    blob: { digest: Digest; sizeBytes: number },
    parts: readonly LocatedPart[],
    pool: HashPool,
  ) {
    this.digest = blob.digest;
    this.sizeBytes = blob.sizeBytes;
    this.parts = parts;
    this.#whole = path.join(folder, hexOf(blob.digest));
    this.#pool = pool;
  }

  /** Absolute path of the whole blob. */
  get file(): string {
    return this.#whole;
  }

  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** Chunk digests of the whole blob; there once it is whole and was whole from one part, else from `finish`. */
  chunks: readonly string[] = [];

  /** Finds out what earlier runs got. */
  async open(): Promise<void> {
    const there = await stat(this.#whole).catch(() => null);
    if (there?.size === this.sizeBytes) {
      this.#isWhole = true;
      this.chunks = this.parts.length === 1 ? (this.parts[0]?.chunks ?? []) : await this.#hashAgain();
      return;
    }
    const journal = await readFile(this.#journal, 'utf8').catch(() => '');
    const lines = new Set(journal.split('\n'));
    for (const part of this.parts) if (lines.has(journalLine(part))) this.#taken.add(part.index);
  }

  needs(part: LocatedPart): boolean {
    return !this.#isWhole && !this.#taken.has(part.index);
  }

  get missingBytes(): number {
    return this.parts.filter((part) => this.needs(part)).reduce((sum, part) => sum + part.sizeBytes, 0);
  }

  /** Copies one part from a medium, hashing it on the way. What is not as signed is not kept. */
  async take(part: LocatedPart, source: string, work: Work): Promise<PartTrouble | null> {
    return part.isWhole
      ? await this.#takeWhole(part, source, work)
      : await this.#takeStretch(part, source, work);
  }

  /** Once all parts are there: the final check of the stored copy, by the whole blob's digest. */
  async finish(work: Work): Promise<void> {
    if (this.#isWhole) return;
    const found = await this.#pool.hashFile({ path: this.#unfinished, algorithms: ['sha256'], ...work });
    if (found.digests.get('sha256') !== hexOf(this.digest)) {
      await rm(this.#unfinished, { force: true });
      await rm(this.#journal, { force: true });
      throw new AppError(
        'DIGEST-MISMATCH',
        `The parts of ${this.digest} are good one by one, but not together.`,
        {
          expected: this.digest,
          found: `sha256:${found.digests.get('sha256') ?? ''}`,
          state: 'The blob was removed from quarantine.',
          next: "Import the set again. If it happens again, check this machine's disk.",
        },
      );
    }
    await this.#becomeWhole(this.#unfinished, found);
    await rm(this.#journal, { force: true });
  }

  async #takeWhole(part: LocatedPart, source: string, work: Work): Promise<PartTrouble | null> {
    await rm(this.#unfinished, { force: true });
    const found = await this.#pool.copyFile({
      source,
      target: this.#unfinished,
      algorithms: ['sha256'],
      ...work,
    });
    const trouble = findDigestTrouble(part, found);
    if (trouble === null) await this.#becomeWhole(this.#unfinished, found);
    else await rm(this.#unfinished, { force: true });
    return trouble;
  }

  async #takeStretch(part: LocatedPart, source: string, work: Work): Promise<PartTrouble | null> {
    const found = await this.#pool.copyRange({
      source,
      target: this.#unfinished,
      targetOffset: part.offset,
      length: part.sizeBytes,
      ...work,
    });
    const trouble = findDigestTrouble(part, found);
    if (trouble === null) await this.#note(part);
    return trouble;
  }

  /** The part's bytes were synced before its line is. */
  async #note(part: LocatedPart): Promise<void> {
    await appendFile(this.#journal, `${journalLine(part)}\n`, { mode: 0o600 });
    const journal = await open(this.#journal, 'r+');
    try {
      await journal.sync();
    } finally {
      await journal.close();
    }
    this.#taken.add(part.index);
  }

  async #becomeWhole(from: string, found: HashedFile): Promise<void> {
    await rename(from, this.#whole);
    await fsyncFolder(path.dirname(this.#whole));
    this.chunks = found.chunks;
    this.#isWhole = true;
  }

  async #hashAgain(): Promise<readonly string[]> {
    return (await this.#pool.hashFile({ path: this.#whole, algorithms: ['sha256'] })).chunks;
  }

  get #unfinished(): string {
    return `${this.#whole}.part`;
  }

  get #journal(): string {
    return `${this.#whole}.journal`;
  }
}

/** Index and digest: a line of another set's part of the same blob does not count. */
function journalLine(part: LocatedPart): string {
  return `${part.index} ${part.offset} ${part.sizeBytes} ${part.sha256}`;
}
