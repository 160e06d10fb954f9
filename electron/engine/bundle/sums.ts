const LINE = /^([0-9a-f]{64}) {2}([A-Za-z0-9._/-]+)$/;

/**
 * Reads SHA256SUMS as a set's writer makes it: GNU's text form, lower-case, no escapes, each path once. Path -> hex; null
 * for anything else, so that one meaning has one spelling.
 */
export function parseSums(bytes: Uint8Array): Map<string, string> | null {
  const lines = Buffer.from(bytes).toString('latin1').split('\n');
  if (lines.pop() !== '') return null;
  const sums = new Map<string, string>();
  for (const line of lines) {
    const [, hex, path] = LINE.exec(line) ?? [];
    if (hex === undefined || path === undefined || sums.has(path)) return null;
    sums.set(path, hex);
  }
  return sums;
}
