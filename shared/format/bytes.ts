const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB'];

/** Three significant digits, never in exponent form: `14.2`, `410`, `1.05`. */
function threeDigits(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** A size in decimal units with three significant digits, e.g. `14.2 GB`; whole bytes below 1000. */
export function formatBytes(sizeBytes: number): string {
  if (!Number.isFinite(sizeBytes) || sizeBytes < 0) return '–';
  if (sizeBytes < 1000) return `${Math.round(sizeBytes)} B`;
  let value = sizeBytes;
  let unit = 0;
  // 999.5 would be written `1000`, so it already belongs to the next unit.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${threeDigits(value)} ${units[unit] ?? ''}`;
}

/** A size with every byte counted, for titles: `14 213 456 789 bytes`. */
export function formatBytesExactly(sizeBytes: number): string {
  return `${formatCount(sizeBytes)} ${sizeBytes === 1 ? 'byte' : 'bytes'}`;
}

/** A rate such as `410 MB/s`; `estimating` while none is known. */
export function formatRate(bytesPerSecond: number | null): string {
  return bytesPerSecond === null ? 'estimating' : `${formatBytes(bytesPerSecond)}/s`;
}

/** A whole number in groups of three, parted by narrow no-break spaces. */
export function formatCount(count: number): string {
  return String(Math.trunc(count)).replace(/\B(?=(\d{3})+(?!\d))/g, '\u202f');
}

/** The share done in whole per cent, rounded down so that 100 means all of it; null when the total is not known. */
export function formatPercent(done: number, total: number | null): string | null {
  if (total === null) return null;
  if (total <= 0) return '100 %';
  return `${Math.min(100, Math.max(0, Math.floor((done / total) * 100)))} %`;
}

/** `1 file`, `31 files`: the count and its noun. */
export function formatNoun(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}
