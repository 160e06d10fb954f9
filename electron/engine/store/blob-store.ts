import { access, mkdir, open, opendir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Digest } from '#shared/contract/basics.ts';
import { AppError, asAppError, errnoOf } from '#engine/core/app-error.ts';
import { digestFromHex, hexOf } from '#engine/core/digest.ts';
import { reach } from '#engine/core/fault-points.ts';
import { fsyncFolder } from './durable.ts';

/** A blob as it lies in the store. */
export interface StoredBlob {
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** A damaged copy of a blob that was taken out of the store. */
export interface AsideCopy extends StoredBlob {
  /** Absolute path. */
  readonly file: string;
}

const HEX = /^[0-9a-f]{64}$/;
const REPAIR = /^([0-9a-f]{64})(?:\.part|\.journal)?$/;
const ASIDE = /^([0-9a-f]{64})\.([1-9][0-9]*)$/;
const READ_ONLY = 0o444;

/**
 * Content-addressed files, `sha256/ab/<hex>` below the folder (formats.md). The store does not hash: who hands bytes over
 * has hashed them, and fixity checks hash them again.
 */
export class BlobStore {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Where the blob lies, or would. Throws for what is not a digest, so that no other path can come out. */
  pathOf(digest: Digest): string {
    const hex = hexOf(digest);
    if (!HEX.test(hex) || digest !== digestFromHex(hex)) {
      throw new AppError('INTERNAL', `not a digest: ${digest}`);
    }
    return path.join(this.#folder, 'sha256', hex.slice(0, 2), hex);
  }

  async has(digest: Digest): Promise<boolean> {
    return (await this.sizeOf(digest)) !== null;
  }

  /** Bytes of the blob's file, null when there is none. */
  async sizeOf(digest: Digest): Promise<number | null> {
    const file = this.pathOf(digest);
    try {
      const stats = await stat(file);
      return stats.isFile() ? stats.size : null;
    } catch (error) {
      if (errnoOf(error) === 'ENOENT') return null;
      throw asAppError(error, file);
    }
  }

  /**
   * Moves a file whose bytes have this digest into the store, read-only, by rename: both must lie on one file system. The
   * bytes must be on the disk already (fsync). A blob that is there already stays, unless its size shows that it is
   * damaged; then it is set aside. Doing it again after a crash changes nothing.
   */
  async adopt(from: string, digest: Digest): Promise<void> {
    const file = this.pathOf(digest);
    try {
      const held = await this.sizeOf(digest);
      if (held !== null) {
        const offered = await stat(from).catch(() => null);
        if (offered === null) return;
        if (offered.size === held) return await rm(from, { force: true });
        await this.setAside(digest);
      }
      await makeReadOnly(from);
      reach('adopt.read-only');
      await this.#makeFolder(path.dirname(file));
      await rename(from, file);
      reach('adopt.renamed');
      await fsyncFolder(path.dirname(file));
    } catch (error) {
      throw asAppError(error, from);
    }
  }

  /** Every blob. What has another name or is no regular file is passed over. */
  async *list(): AsyncIterable<StoredBlob> {
    const root = path.join(this.#folder, 'sha256');
    for await (const shard of entries(root)) {
      if (!/^[0-9a-f]{2}$/.test(shard.name) || !shard.isDirectory()) continue;
      for await (const entry of entries(path.join(root, shard.name))) {
        if (!HEX.test(entry.name) || !entry.name.startsWith(shard.name) || !entry.isFile()) continue;
        const digest = digestFromHex(entry.name);
        const sizeBytes = await this.sizeOf(digest);
        if (sizeBytes !== null) yield { digest, sizeBytes };
      }
    }
  }

  /** Deletes the blob; nothing happens when there is none. Who calls it knows that nothing needs it. */
  async remove(digest: Digest): Promise<void> {
    const file = this.pathOf(digest);
    try {
      await rm(file, { force: true });
      // The folder may be absent together with the blob.
      await access(path.dirname(file)).then(
        () => fsyncFolder(path.dirname(file)),
        () => {},
      );
    } catch (error) {
      throw asAppError(error, file);
    }
  }

  /**
   * Takes a damaged blob out of the store and keeps it under `damaged/`: it may be all that is left of the bytes. Returns
   * where it lies now.
   */
  async setAside(digest: Digest): Promise<string> {
    const file = this.pathOf(digest);
    const folder = path.join(this.#folder, 'damaged');
    try {
      await this.#makeFolder(folder);
      const kept = await freeName(path.join(folder, hexOf(digest)));
      await rename(file, kept);
      await fsyncFolder(folder);
      await fsyncFolder(path.dirname(file));
      return kept;
    } catch (error) {
      throw asAppError(error, file);
    }
  }

  /** The damaged copies that were set aside, of one blob or of all, oldest first. */
  async asideOf(digest?: Digest): Promise<AsideCopy[]> {
    const folder = path.join(this.#folder, 'damaged');
    const names = await readdir(folder).catch(() => []);
    const copies: (AsideCopy & { readonly number: number })[] = [];
    for (const name of names) {
      const [, hex, number] = ASIDE.exec(name) ?? [];
      if (hex === undefined || (digest !== undefined && hex !== hexOf(digest))) continue;
      const file = path.join(folder, name);
      const { size } = await stat(file);
      copies.push({ digest: digestFromHex(hex), file, sizeBytes: size, number: Number(number) });
    }
    return copies.sort((a, b) => a.number - b.number).map(({ number: _number, ...copy }) => copy);
  }

  /** Blobs of which damaged copies or the beginning of a repair lie beside the store, with the bytes of both together. */
  async leftOfDamage(): Promise<StoredBlob[]> {
    const bytes = new Map<Digest, number>();
    const count = (digest: Digest, sizeBytes: number) =>
      bytes.set(digest, (bytes.get(digest) ?? 0) + sizeBytes);
    for (const { digest, sizeBytes } of await this.asideOf()) count(digest, sizeBytes);
    for (const { digest, sizeBytes } of await this.#repairs()) count(digest, sizeBytes);
    return [...bytes].map(([digest, sizeBytes]) => ({ digest, sizeBytes }));
  }

  /** Deletes them. Who calls it knows that a good copy is held, or that nothing needs the blob. */
  async forgetDamage(digest: Digest): Promise<void> {
    const copies = [...(await this.asideOf(digest)), ...(await this.#repairs())];
    for (const { file, digest: of } of copies) {
      if (of !== digest) continue;
      try {
        await rm(file, { force: true });
        await fsyncFolder(path.dirname(file));
      } catch (error) {
        throw asAppError(error, file);
      }
    }
  }

  /** The folder in which blobs are made whole again, beside the store's own, so that they enter it by rename. */
  async repairFolder(): Promise<string> {
    const folder = path.join(this.#folder, 'repair');
    try {
      await this.#makeFolder(folder);
      return folder;
    } catch (error) {
      throw asAppError(error, folder);
    }
  }

  /** What lies in the repair folder: blobs that are being made whole, and their journals. */
  async #repairs(): Promise<AsideCopy[]> {
    const folder = path.join(this.#folder, 'repair');
    const names = await readdir(folder).catch(() => []);
    const found: AsideCopy[] = [];
    for (const name of names) {
      const [, hex] = REPAIR.exec(name) ?? [];
      if (hex === undefined) continue;
      const file = path.join(folder, name);
      found.push({ digest: digestFromHex(hex), file, sizeBytes: (await stat(file)).size });
    }
    return found;
  }

  async #makeFolder(folder: string): Promise<void> {
    const made = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (made === undefined) return;
    // Every new folder's name has to last too.
    for (let at = folder; at.length >= made.length; at = path.dirname(at))
      await fsyncFolder(path.dirname(at));
  }
}

async function makeReadOnly(file: string): Promise<void> {
  // It may be read-only already, from an attempt that a crash ended; only Windows wants a writable handle to flush.
  const handle = await open(file, process.platform === 'win32' ? 'r+' : 'r');
  try {
    await handle.chmod(READ_ONLY);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function* entries(folder: string) {
  try {
    yield* await opendir(folder);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw asAppError(error, folder);
  }
}

async function freeName(base: string): Promise<string> {
  for (let n = 1; ; n++) {
    const name = `${base}.${n}`;
    const taken = await access(name).then(
      () => true,
      () => false,
    );
    if (!taken) return name;
  }
}
