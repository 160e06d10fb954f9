import { appendFileSync, readFileSync, rmSync } from 'node:fs';
import { asAppError } from '#engine/core/app-error.ts';

const HEX = /^[0-9a-f]{64}$/;

/**
 * Beside a file that is being copied: what it is a copy of, and the SHA-256 of each 16 MiB chunk that was read. It may say
 * more than reached the disk, and is believed only where the copy's bytes agree.
 */
export class ChunkJournal {
  readonly #file: string;

  constructor(file: string) {
    this.#file = file;
  }

  /** Chunk digests (hex) noted of a copy of this very source; none when the journal is of another, or absent. */
  chunks(identity: string): string[] {
    const [first, ...lines] = this.#read().split('\n');
    if (first !== identityLine(identity)) return [];
    const torn = lines.findIndex((line) => !HEX.test(line));
    return torn < 0 ? lines : lines.slice(0, torn);
  }

  /** Begins anew, with these chunks known. */
  begin(identity: string, chunks: readonly string[]): void {
    this.remove();
    this.#append([identityLine(identity), ...chunks]);
  }

  add(chunk: string): void {
    this.#append([chunk]);
  }

  remove(): void {
    rmSync(this.#file, { force: true });
  }

  #append(lines: readonly string[]): void {
    try {
      appendFileSync(this.#file, lines.map((line) => `${line}\n`).join(''), { mode: 0o600 });
    } catch (error) {
      throw asAppError(error, this.#file);
    }
  }

  #read(): string {
    try {
      return readFileSync(this.#file, 'utf8');
    } catch {
      return '';
    }
  }
}

/** One line, whatever characters the source's name has. */
function identityLine(identity: string): string {
  return JSON.stringify(identity);
}
