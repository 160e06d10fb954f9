import { useEffect, useState } from 'react';

/** The present time, renewed every `intervalMs`, for ages and running durations. */
export function useNow(intervalMs = 30_000): Date {
  const [now, setNow] = useState(() => new Date());
  useEffect(() => {
    const timer = window.setInterval(() => setNow(new Date()), intervalMs);
    return () => window.clearInterval(timer);
  }, [intervalMs]);
  return now;
}

/** False for the first `delayMs` and true from then on: work that is quick shows no sign of waiting. */
export function useDelay(delayMs = 150): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setOver(true), delayMs);
    return () => window.clearTimeout(timer);
  }, [delayMs]);
  return over;
}
