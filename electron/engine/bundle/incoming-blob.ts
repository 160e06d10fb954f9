import { appendFile, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Digest } from '#shared/contract/basics.ts';
import { AppError, asAppError, errnoOf } from '#engine/core/app-error.ts';
import { reach } from '#engine/core/fault-points.ts';
import { hexOf } from '#engine/core/digest.ts';
import type { ByteRange } from '#engine/hashing/byte-range.ts';
import { CHUNK_BYTES, type HashedFile, type HashPool } from '#engine/hashing/hash-pool.ts';
import { fsyncFolder } from '#engine/store/durable.ts';
import { chunkTrouble, chunkUnreadable, type PartTrouble } from './part-digest.ts';
import { RangeSet } from './range-set.ts';
import type { LocatedPart } from './set-statement.ts';

interface Work {
  readonly signal: AbortSignal;
  readonly onBytes: (bytes: number) => void;
}

/** Where a part's bytes begin: in a regular file, at this position. */
export interface PartSource {
  /** Absolute path. */
  readonly file: string;
  readonly offset: number;
}

/** Neighbouring chunks of a part, by number: `first` up to and without `end`. */
interface Run {
  readonly first: number;
  readonly end: number;
}

/**
 * A blob that is put together in quarantine from parts, or stretches of parts, in any order. What is whole bears the blob's
 * hex name; until then `<hex>.part` holds the bytes and `<hex>.journal` which of them were verified, so that a later run, or
 * another set with only the rest, goes on from there.
 */
export class IncomingBlob {
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly parts: readonly LocatedPart[];
  readonly #whole: string;
  readonly #pool: HashPool;
  readonly #there = new RangeSet();
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
    // What follows the last line break was cut short by a crash.
    for (const line of journal.split('\n').slice(0, -1)) {
      const [, start, end] = /^(\d{1,16}) (\d{1,16})$/.exec(line) ?? [];
      if (start !== undefined && end !== undefined)
        this.#there.add({ start: Number(start), end: Number(end) });
    }
  }

  /** Does the blob lack anything that the part has? */
  needs(part: LocatedPart): boolean {
    return !this.#isWhole && !this.#there.has(part.offset, part.offset + part.sizeBytes - 1);
  }

  /** What is still to come, in bytes of the blob. */
  get missing(): ByteRange[] {
    return this.#isWhole ? [] : this.#there.missing(0, this.sizeBytes - 1);
  }

  get missingBytes(): number {
    return this.missing.reduce((sum, { start, end }) => sum + end + 1 - start, 0);
  }

  /**
   * Copies what the blob lacks of a part from a medium, hashing it on the way, in one pass from front to back. What is not
   * as signed is not kept; what is good beside it is. `foundBytes`: what the file has, which may be too little.
   */
  async take(
    part: LocatedPart,
    source: PartSource,
    foundBytes: number,
    work: Work,
  ): Promise<{ bytes: number; trouble: PartTrouble | null }> {
    const before = this.missingBytes;
    const isComplete = foundBytes >= part.sizeBytes;
    const limit = isComplete ? part.chunks.length : Math.floor(foundBytes / CHUNK_BYTES);
    const runs = this.#runsOf(part, limit);
    const [only] = runs;
    const unreadable = new Map<number, AppError>();
    const bad: number[] = [];
    if (part.isWhole && isComplete && only?.first === 0 && only.end === part.chunks.length)
      bad.push(...(await this.#takeWhole(part, only, source, work, unreadable)));
    else for (const run of runs) bad.push(...(await this.#takeRun(part, run, source, work, unreadable)));
    bad.push(...range(limit, part.chunks.length));
    const bytes = before - this.missingBytes;
    if (unreadable.size > 0) return { bytes, trouble: chunkUnreadable(part, unreadable) };
    const isGood = bad.length === 0 && !this.needs(part);
    return { bytes, trouble: isGood ? null : chunkTrouble(part, bad, foundBytes) };
  }

  /** Once everything is there: the final check of the stored copy, by the whole blob's digest. */
  async finish(work: Work): Promise<void> {
    if (this.#isWhole) return;
    // A file without bytes needs no medium.
    if (this.sizeBytes === 0) await writeFile(this.#unfinished, '', { mode: 0o600 });
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
  }

  /** A blob in one part: one pass gives the whole digest, and no further check is needed. Answers with the bad chunks. */
  async #takeWhole(
    part: LocatedPart,
    all: Run,
    source: PartSource,
    work: Work,
    unreadable: Map<number, AppError>,
  ): Promise<number[]> {
    const found = await this.#copy(part, all, source, work, ['sha256']);
    if (found instanceof AppError) return await this.#takeRun(part, all, source, work, unreadable);
    if (found.digests.get('sha256') !== hexOf(this.digest)) return await this.#note(part, all, found);
    await this.#becomeWhole(this.#unfinished, found);
    return [];
  }

  async #takeRun(
    part: LocatedPart,
    run: Run,
    source: PartSource,
    work: Work,
    unreadable: Map<number, AppError>,
  ): Promise<number[]> {
    const found = await this.#copy(part, run, source, work, []);
    if (!(found instanceof AppError)) return await this.#note(part, run, found);
    if (run.end - run.first === 1) {
      unreadable.set(run.first, found);
      return [];
    }
    // A bad place on the medium: what lies around it may still be had.
    const bad: number[] = [];
    for (const first of range(run.first, run.end))
      bad.push(...(await this.#takeRun(part, { first, end: first + 1 }, source, work, unreadable)));
    return bad;
  }

  /** Answers with the error when the medium cannot read the place (EIO); throws any other. */
  async #copy(
    part: LocatedPart,
    run: Run,
    source: PartSource,
    work: Work,
    algorithms: readonly 'sha256'[],
  ): Promise<HashedFile | AppError> {
    const start = run.first * CHUNK_BYTES;
    const length = Math.min(run.end * CHUNK_BYTES, part.sizeBytes) - start;
    const target = this.#unfinished;
    const targetOffset = part.offset + start;
    try {
      return await this.#pool.copyRange({
        source: source.file,
        sourceOffset: source.offset + start,
        length,
        target,
        targetOffset,
        algorithms,
        ...work,
      });
    } catch (error) {
      const known = asAppError(error, source.file);
      if (errnoOf(known.cause) === 'EIO' && known.details.path === source.file) return known;
      throw known;
    }
  }

  /** Keeps the good chunks of a run and answers with the bad ones. The bytes were synced before their line is. */
  async #note(part: LocatedPart, run: Run, found: HashedFile): Promise<number[]> {
    const bad = range(run.first, run.end).filter((n) => found.chunks[n - run.first] !== part.chunks[n]);
    const good = runsOf(range(run.first, run.end).filter((n) => !bad.includes(n)));
    const ranges = good.map(({ first, end }) => ({
      start: part.offset + first * CHUNK_BYTES,
      end: part.offset + Math.min(end * CHUNK_BYTES, part.sizeBytes) - 1,
    }));
    if (ranges.length === 0) return bad;
    reach('receive.part');
    await appendFile(this.#journal, ranges.map(({ start, end }) => `${start} ${end}\n`).join(''), {
      mode: 0o600,
    });
    const journal = await open(this.#journal, 'r+');
    try {
      await journal.sync();
    } finally {
      await journal.close();
    }
    for (const added of ranges) this.#there.add(added);
    reach('receive.journal');
    return bad;
  }

  /** Chunks of the part, up to a limit, of which the blob lacks something. */
  #runsOf(part: LocatedPart, limit: number): Run[] {
    const wanted = range(0, limit).filter((n) => {
      const start = part.offset + n * CHUNK_BYTES;
      return !this.#there.has(start, Math.min(start + CHUNK_BYTES, part.offset + part.sizeBytes) - 1);
    });
    return runsOf(wanted);
  }

  async #becomeWhole(from: string, found: HashedFile): Promise<void> {
    await rename(from, this.#whole);
    await fsyncFolder(path.dirname(this.#whole));
    this.chunks = found.chunks;
    this.#isWhole = true;
    reach('receive.whole');
    await rm(this.#journal, { force: true });
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

function range(first: number, end: number): number[] {
  return Array.from({ length: Math.max(0, end - first) }, (_, n) => first + n);
}

function runsOf(chunks: readonly number[]): Run[] {
  const runs: Run[] = [];
  for (const chunk of chunks) {
    const last = runs.at(-1);
    if (last?.end === chunk) runs[runs.length - 1] = { first: last.first, end: chunk + 1 };
    else runs.push({ first: chunk, end: chunk + 1 });
  }
  return runs;
}
