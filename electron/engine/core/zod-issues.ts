import type { z } from 'zod';

/** Issues that are told; the rest is counted. */
const toldIssues = 3;
const maxLength = 300;

/** What a schema has against some data, on one line and short, for the message of an error. */
export function explainIssues({ issues }: z.ZodError): string {
  const told = issues.slice(0, toldIssues).map(({ path, message }) => {
    return path.length === 0 ? message : `${path.map(String).join('.')}: ${message}`;
  });
  const rest = issues.length - told.length;
  return [...told, ...(rest > 0 ? [`and ${rest} more`] : [])].join('; ').slice(0, maxLength);
}
