/** A run of text as it is, or one character that would not be seen or would move others, by its code point. */
export interface TextPart {
  readonly text: string;
  readonly hidden: boolean;
}

/**
 * Characters that change how text looks without being seen: controls, line and paragraph separators, formatting characters
 * (bidi, zero width, tags, soft hyphen), spaces that are not the plain one, fillers, variation selectors, and what Unicode
 * leaves unassigned, private or unpaired.
 */
const unseen =
  /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Co}\p{Cn}\u115f\u1160\u3164\uffa0\ufe00-\ufe0f\u{e0100}-\u{e01ef}]|(?! )\p{Zs}/u;

/** Names a character by its code point: `U+202E`. */
export function nameCodePoint(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Splits text that came from media so that every unseen character stands by itself, as `U+…`. */
export function splitVisible(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let run = '';
  for (const character of text) {
    if (!unseen.test(character)) {
      run += character;
      continue;
    }
    if (run !== '') parts.push({ text: run, hidden: false });
    run = '';
    parts.push({ text: nameCodePoint(character), hidden: true });
  }
  if (run !== '') parts.push({ text: run, hidden: false });
  return parts;
}

/** The same as one string, for places without markup: `name⟨U+202E⟩txt`. */
export function toVisibleText(text: string): string {
  return splitVisible(text)
    .map((part) => (part.hidden ? `⟨${part.text}⟩` : part.text))
    .join('');
}
