/** One line of the table: what was reached, against whom, and whether the aim was met. */
export interface Figure {
  readonly what: string;
  readonly reached: string;
  readonly aim: string;
  /** null: nothing was aimed at. */
  readonly met: boolean | null;
  /** Seconds side by side, spread, and the peer's command. */
  readonly details: readonly string[];
}

/** A benchmark's figures and what keeps them from being better, as far as was measured. */
export interface BenchReport {
  readonly title: string;
  readonly figures: readonly Figure[];
  readonly limits: readonly string[];
}

export function printReports(reports: readonly BenchReport[]): void {
  const rows = reports.flatMap((report) => report.figures);
  const widths = [
    Math.max(...rows.map((row) => row.what.length), 4),
    Math.max(...rows.map((row) => row.reached.length), 7),
    Math.max(...rows.map((row) => row.aim.length), 3),
  ];
  const line = (...cells: string[]) =>
    console.log(
      cells
        .map((cell, n) => cell.padEnd(widths[n] ?? 0))
        .join('  ')
        .trimEnd(),
    );
  console.log('');
  line('what', 'reached', 'aim', '');
  line(...widths.map((width) => '-'.repeat(width)), '------');
  for (const { what, reached, aim, met } of rows) {
    line(what, reached, aim, met === null ? '' : met ? 'met' : 'MISSED');
  }
  for (const { title, figures, limits } of reports) {
    console.log(`\n${title}`);
    for (const detail of figures.flatMap((figure) => figure.details)) console.log(`  ${detail}`);
    for (const limit of limits) console.log(`  limit: ${limit}`);
  }
}

/** `median 3.21 s (3.17-3.30)`. */
export function formatSeconds(values: readonly number[], middle: number): string {
  return `median ${middle.toFixed(2)} s (${Math.min(...values).toFixed(2)}-${Math.max(...values).toFixed(2)})`;
}
