const minute = 60;
const hour = 60 * minute;

const twoDigits = (value: number) => String(value).padStart(2, '0');

/** A duration as `0:41`, `12:05` or `1:02:03`; seconds are rounded. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  const whole = Math.max(0, Math.round(seconds));
  const rest = `${twoDigits(whole % minute)}`;
  if (whole < hour) return `${Math.floor(whole / minute)}:${rest}`;
  return `${Math.floor(whole / hour)}:${twoDigits(Math.floor((whole % hour) / minute))}:${rest}`;
}

/** What is left of a job: `0:41 left`, or `estimating` as long as nobody knows. */
export function formatEta(etaSeconds: number | null): string {
  return etaSeconds === null ? 'estimating' : `${formatDuration(etaSeconds)} left`;
}

/** A measured time for evidence: `240 ms` below a second, else as {@link formatDuration}. */
export function formatMilliseconds(milliseconds: number): string {
  if (!Number.isFinite(milliseconds) || milliseconds < 0) return '–';
  return milliseconds < 1000 ? `${Math.round(milliseconds)} ms` : formatDuration(milliseconds / 1000);
}
