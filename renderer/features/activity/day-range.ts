/** The moments at which a local day begins and ends, as RFC 3339 UTC; null for what is no day. */
export function dayRange(day: string): { since: string; until: string } | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day);
  if (match === null) return null;
  const [year, month, date] = [Number(match[1]), Number(match[2]) - 1, Number(match[3])];
  const start = new Date(year, month, date);
  if (Number.isNaN(start.getTime()) || start.getMonth() !== month) return null;
  // Not 24 hours later: a day on which clocks are put forward or back is shorter or longer.
  const end = new Date(year, month, date + 1);
  return { since: start.toISOString(), until: end.toISOString() };
}
