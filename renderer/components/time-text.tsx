import { formatAge, formatLocalTime, formatUtcTime } from '#shared/format/dates.ts';
import { useNow } from '#renderer/lib/time.ts';
import styles from './time-text.module.css';

/** A moment in local time, with UTC on hover. */
export function TimeText({ at }: { at: string }) {
  return (
    <time dateTime={at} title={formatUtcTime(at)} className={styles.time}>
      {formatLocalTime(at)}
    </time>
  );
}

/** How long ago a moment was (`12 d`, `14 min`), with both times on hover. */
export function AgeText({ at, suffix = '' }: { at: string; suffix?: string }) {
  const age = formatAge(at, useNow());
  return (
    <time dateTime={at} title={`${formatLocalTime(at)} (${formatUtcTime(at)})`} className={styles.time}>
      {age === 'now' ? 'just now' : `${age}${suffix}`}
    </time>
  );
}
