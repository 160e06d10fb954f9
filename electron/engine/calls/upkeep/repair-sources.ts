import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Check } from '#shared/contract/evidence.ts';
import type { IncomingBlob, PartSource } from '#engine/bundle/incoming-blob.ts';
import { openSet } from '#engine/bundle/open-set.ts';
import type { LocatedPart } from '#engine/bundle/set-statement.ts';
import { asAppError } from '#engine/core/app-error.ts';
import { hexOf } from '#engine/core/digest.ts';
import { blobOnServer, fetchChunks } from '#engine/deploy/fetch-blob.ts';
import type { ServerSession } from '#engine/deploy/server-session.ts';
import { CHUNK_BYTES } from '#engine/hashing/hasher.ts';
import type { JobContext } from '#engine/jobs/job-runner.ts';
import { findSetFolders } from '#engine/media/find-sets.ts';
import { MediaFolder } from '#engine/media/media-folder.ts';
import { openSource } from '#engine/media/sources/open-source.ts';
import { temporaryName } from '#engine/store/temporary-names.ts';
import type { EngineContext } from '../../context.ts';
import type { ReleaseBlob } from './release-blobs.ts';
import { trustNow } from '../trust/trust-now.ts';

/** Bytes that may be a blob's, or a stretch of it. */
export interface Candidate {
  /** For a person: where they lie. */
  readonly name: string;
  readonly part: LocatedPart;
  readonly source: PartSource;
  /** What the file has from there on. */
  readonly sizeBytes: number;
}

/** Somewhere that damaged blobs may be had from. */
export interface RepairSource {
  /** Takes what a blob lacks, verifying each chunk, until it lacks nothing or there is no more. Answers with bytes read. */
  supply(blob: ReleaseBlob, incoming: IncomingBlob): Promise<number>;
}

/** A blob as one part: all of it, with its chunk digests. */
export function wholePart(blob: ReleaseBlob, chunks: readonly string[]): LocatedPart {
  const { digest, sizeBytes } = blob;
  return {
    blob: digest,
    index: 0,
    offset: 0,
    sizeBytes,
    volume: 1,
    chunks: [...chunks],
    path: hexOf(digest),
    isWhole: true,
  };
}

/** Everything at the places that a person named: volumes of sets, and whatever else can be imported from. */
export class PlacesSource implements RepairSource {
  /** What stands against a place as a whole. */
  readonly checks: Check[] = [];
  readonly #context: EngineContext;
  readonly #job: JobContext;
  readonly #finders: ((blob: ReleaseBlob) => Promise<Candidate[]>)[] = [];

  private constructor(context: EngineContext, job: JobContext) {
    this.#context = context;
    this.#job = job;
  }

  /** Opens the places; one that cannot be opened is a check, unless none can. */
  static async open(
    context: EngineContext,
    job: JobContext,
    places: readonly string[],
  ): Promise<PlacesSource> {
    const source = new PlacesSource(context, job);
    const failures: unknown[] = [];
    for (const place of places) {
      await source.#open(place).catch((error: unknown) => failures.push(error));
    }
    if (source.#finders.length === 0 && failures.length > 0) throw failures[0];
    for (const failure of failures) {
      const { code, message } = asAppError(failure);
      source.checks.push({ id: 'repair.source', status: 'warning', code, detail: message });
    }
    return source;
  }

  async supply(blob: ReleaseBlob, incoming: IncomingBlob): Promise<number> {
    const { signal, progress } = this.#job;
    let read = 0;
    for (const find of this.#finders) {
      for (const { name, part, source, sizeBytes } of await find(blob)) {
        signal.throwIfAborted();
        if (!incoming.needs(part)) continue;
        progress.current(name);
        const count = (bytes: number) => {
          read += bytes;
          progress.advance(bytes);
        };
        await this.#context.devices.run(source.file, signal, () =>
          incoming.take(part, source, Math.min(sizeBytes, part.sizeBytes), { signal, onBytes: count }),
        );
      }
    }
    return read;
  }

  async #open(place: string): Promise<void> {
    const isFolder = (
      await stat(place).catch((error: unknown) => Promise.reject(asAppError(error, place)))
    ).isDirectory();
    const sets = isFolder ? await findSetFolders(place) : [];
    if (sets.length > 0) await this.#openSet(place, sets);
    else await this.#openPlain(place);
  }

  /** The bytes prove themselves, so it does not matter here who signed the set; but it has to say what it holds. */
  async #openSet(place: string, folders: readonly string[]): Promise<void> {
    const media = folders.map((folder) => new MediaFolder(folder, this.#context));
    const opened = await openSet(media, trustNow(this.#context));
    if (opened.set === null || opened.signature !== 'valid') {
      const detail = `The control file of the set in ${path.basename(place)} does not hold, so nothing was read from it.`;
      this.checks.push({ id: 'repair.source', status: 'failed', code: 'SIGNATURE-INVALID', detail });
      return;
    }
    this.#finders.push(async (blob) => {
      const found: Candidate[] = [];
      for (const volume of opened.volumes) {
        for (const part of opened.parts) {
          const sizeBytes = volume.sizes.get(part.path);
          if (part.blob !== blob.digest || part.volume !== volume.number || sizeBytes === undefined) continue;
          const source = { file: await volume.folder.resolve(part.path), offset: 0 };
          found.push({ name: `volume ${volume.number}: ${part.path}`, part, source, sizeBytes });
        }
      }
      return found;
    });
  }

  /** Files that say they are the blob, then files of its name, then any of its size. */
  async #openPlain(place: string): Promise<void> {
    const opened = await openSource(place, this.#context);
    const { files } = await opened.list();
    this.#finders.push(async (blob) => {
      const names = new Set(blob.files.map((file) => file.slice(file.indexOf(': ') + 2)));
      const rank = ({ path: name, stated }: (typeof files)[number]) =>
        stated === hexOf(blob.digest) ? 0 : names.has(name) ? 1 : 2;
      const fitting = files
        .filter((file) => file.sizeBytes === blob.sizeBytes)
        .sort((a, b) => rank(a) - rank(b));
      const found: Candidate[] = [];
      for (const file of fitting) {
        const source = await opened.extentOf(file.path);
        const chunks = blob.chunks ?? (await this.#chunksIfWhole(blob, source));
        if (chunks === null) continue;
        const part = wholePart(blob, chunks);
        found.push({ name: file.path, part, source, sizeBytes: file.sizeBytes });
      }
      return found;
    });
  }

  /** Without a chunk list only the whole can be told to be right, which takes a pass of its own. */
  async #chunksIfWhole(blob: ReleaseBlob, { file, offset }: PartSource): Promise<readonly string[] | null> {
    const { pool, devices } = this.#context;
    const { signal } = this.#job;
    const stretch = { path: file, sourceOffset: offset, length: blob.sizeBytes };
    const found = await devices.run(file, signal, () =>
      pool.hashFile({ ...stretch, algorithms: ['sha256'], signal }),
    );
    return found.digests.get('sha256') === hexOf(blob.digest) ? found.chunks : null;
  }
}

/** So many chunks of a blob are fetched at a time: 256 MiB. */
const FETCH_CHUNKS = 16;

/** A server that was sent the blob. */
export class ServerSource implements RepairSource {
  readonly #job: JobContext;
  readonly #session: ServerSession;
  readonly #folder: string;

  /** `folder`: where what was fetched lies until it is looked at. */
  constructor(job: JobContext, session: ServerSession, folder: string) {
    this.#job = job;
    this.#session = session;
    this.#folder = folder;
  }

  async supply(blob: ReleaseBlob, incoming: IncomingBlob): Promise<number> {
    const { signal, progress } = this.#job;
    const { chunks, digest, sizeBytes } = blob;
    if (chunks === null || (await blobOnServer(this.#session, digest, signal)) !== sizeBytes) return 0;
    progress.current(`${this.#session.target.name}: ${blob.files[0] ?? digest}`);
    const file = temporaryName(path.join(this.#folder, `${hexOf(digest)}.fetched`));
    let read = 0;
    try {
      for (const { start, end } of incoming.missing) {
        const last = Math.floor(end / CHUNK_BYTES);
        for (let first = Math.floor(start / CHUNK_BYTES); first <= last; first += FETCH_CHUNKS) {
          const count = Math.min(FETCH_CHUNKS, last + 1 - first);
          await fetchChunks(this.#session, digest, { first, count }, file, signal);
          const part = stretchOf(blob, chunks, first, count);
          const got = (await stat(file)).size;
          await incoming.take(part, { file, offset: 0 }, Math.min(got, part.sizeBytes), {
            signal,
            onBytes: () => {},
          });
          progress.advance(got);
          read += got;
        }
      }
    } finally {
      await rm(file, { force: true });
    }
    return read;
  }
}

/** Neighbouring chunks of a blob as a part. */
function stretchOf(blob: ReleaseBlob, chunks: readonly string[], first: number, count: number): LocatedPart {
  const offset = first * CHUNK_BYTES;
  const sizeBytes = Math.min((first + count) * CHUNK_BYTES, blob.sizeBytes) - offset;
  const whole = wholePart(blob, chunks);
  return {
    ...whole,
    offset,
    sizeBytes,
    chunks: chunks.slice(first, first + count),
    isWhole: sizeBytes === blob.sizeBytes,
  };
}
