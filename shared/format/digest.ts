/** Leaves `head` and `tail` characters and puts an ellipsis between them; short texts stay whole. */
export function shortenMiddle(text: string, head: number, tail: number): string {
  const characters = [...text];
  if (characters.length <= head + tail + 1) return text;
  return `${characters.slice(0, head).join('')}…${characters.slice(characters.length - tail).join('')}`;
}

/** A digest for reading: `sha256:8f31c2d0…9a7e` without its algorithm, `8f31c2d0…9a7e`. */
export function shortenDigest(digest: string): string {
  return shortenMiddle(digest.replace(/^sha256:/, ''), 8, 4);
}

/** A piece of a text and whether the other side of a comparison differs there. */
export interface ComparedPart {
  readonly text: string;
  readonly differs: boolean;
}

/** Splits both sides of a comparison into what they share at both ends and the part between, which differs. */
export function compareTexts(
  expected: string,
  found: string,
): { expected: ComparedPart[]; found: ComparedPart[] } {
  const left = [...expected];
  const right = [...found];
  const shortest = Math.min(left.length, right.length);
  let head = 0;
  while (head < shortest && left[head] === right[head]) head += 1;
  let tail = 0;
  while (tail < shortest - head && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail += 1;
  return { expected: cut(left, head, tail), found: cut(right, head, tail) };
}

function cut(characters: readonly string[], head: number, tail: number): ComparedPart[] {
  const end = characters.length - tail;
  return [
    { text: characters.slice(0, head).join(''), differs: false },
    { text: characters.slice(head, end).join(''), differs: true },
    { text: characters.slice(end).join(''), differs: false },
  ].filter((part) => part.text !== '');
}

/** A fingerprint as people compare it: what kind it is, and its characters in groups of four. */
export interface GroupedFingerprint {
  readonly kind: string;
  readonly groups: readonly string[];
}

/** Splits `SHA256:…` or `minisign:…` into kind and groups; nothing is dropped, so joining the groups gives it back. */
export function groupFingerprint(fingerprint: string): GroupedFingerprint {
  const colon = fingerprint.indexOf(':');
  const rest = fingerprint.slice(colon + 1);
  return { kind: colon < 0 ? '' : fingerprint.slice(0, colon), groups: rest.match(/.{1,4}/gsu) ?? [] };
}
