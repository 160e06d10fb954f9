const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** Times are shown in the machine's own zone unless a test names one. */
function partsOf(time: Date, timeZone: string | undefined) {
  const format = new Intl.DateTimeFormat('en-CA', {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    ...(timeZone === undefined ? {} : { timeZone }),
  });
  const parts = new Map(format.formatToParts(time).map((part) => [part.type, part.value]));
  const get = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  return {
    date: `${get('year')}-${get('month')}-${get('day')}`,
    minutes: `${get('hour')}:${get('minute')}`,
    seconds: get('second'),
  };
}

/** Local time to the minute, `2026-11-23 12:02`. What is no time comes back as it is. */
export function formatLocalTime(timestamp: string, timeZone?: string): string {
  const time = new Date(timestamp);
  if (Number.isNaN(time.getTime())) return timestamp;
  const { date, minutes } = partsOf(time, timeZone);
  return `${date} ${minutes}`;
}

/** Local day, `2026-11-23`. */
export function formatLocalDay(timestamp: string, timeZone?: string): string {
  const time = new Date(timestamp);
  return Number.isNaN(time.getTime()) ? timestamp : partsOf(time, timeZone).date;
}

/** The same moment in UTC to the second, `2026-11-23 11:02:03 UTC`, for titles. */
export function formatUtcTime(timestamp: string): string {
  const time = new Date(timestamp);
  if (Number.isNaN(time.getTime())) return timestamp;
  return `${time.toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}

/** How long ago: `now`, `14 min`, `3 h`, `12 d`. A time to come is `in …`. */
export function formatAge(timestamp: string, now: Date): string {
  const ageMs = now.getTime() - new Date(timestamp).getTime();
  if (Number.isNaN(ageMs)) return '–';
  const size = Math.abs(ageMs);
  if (size < minuteMs) return 'now';
  const text =
    size < hourMs
      ? `${Math.floor(size / minuteMs)} min`
      : size < 2 * dayMs
        ? `${Math.floor(size / hourMs)} h`
        : `${Math.floor(size / dayMs)} d`;
  return ageMs < 0 ? `in ${text}` : text;
}

/** The age of trust data in words: `today`, `1 day old`, `12 days old`. */
export function formatTrustAge(days: number): string {
  if (days <= 0) return 'accepted today';
  return days === 1 ? '1 day old' : `${days} days old`;
}
