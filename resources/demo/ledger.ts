interface Row {
  readonly part: string;
  readonly proven: string;
  readonly evidence: string;
}

/** Prints each step as it is done and keeps what each one proved for the table at the end. */
export class Ledger {
  readonly #rows: Row[] = [];
  #part = '';
  #steps = 0;

  /** Begins a part of the main job. */
  part(title: string): void {
    this.#part = title.split(' ', 1)[0] ?? '';
    process.stdout.write(`\n${title}\n`);
  }

  /** Does one step; prints its outcome and time. A step that throws ends the demo. */
  async step<T>(what: string, work: () => T | Promise<T>): Promise<T> {
    const start = performance.now();
    try {
      const result = await work();
      this.#steps++;
      const took = ((performance.now() - start) / 1000).toFixed(1);
      process.stdout.write(`  ok      ${what}  (${took} s)\n`);
      return result;
    } catch (error) {
      process.stdout.write(`  FAILED  ${what}\n`);
      throw error;
    }
  }

  /** Something shown to hold, with the digest, code or number that shows it. */
  proven(what: string, evidence: string): void {
    this.#rows.push({ part: this.#part, proven: what, evidence });
  }

  /** The closing table. */
  close(): void {
    const width = Math.max(...this.#rows.map((row) => row.proven.length));
    process.stdout.write(`\nEvidence (${this.#steps} steps)\n`);
    for (const row of this.#rows) {
      process.stdout.write(`  ${row.part}  ${row.proven.padEnd(width)}  ${row.evidence}\n`);
    }
  }
}

/** Throws unless both are the same. */
export function expectSame(what: string, expected: unknown, found: unknown): void {
  if (JSON.stringify(expected) !== JSON.stringify(found)) {
    throw new Error(`${what}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)}`);
  }
}

/** Throws unless it holds. */
export function expectThat(what: string, holds: boolean): asserts holds {
  if (!holds) throw new Error(`does not hold: ${what}`);
}
