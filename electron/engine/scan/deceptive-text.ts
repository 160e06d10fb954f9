import { toVisibleText } from '#shared/format/visible-text.ts';

/** Markup that a page would act on when somebody shows the text as HTML. */
const activeMarkup =
  /<\s*(?:script|iframe|object|embed|svg|img|link|meta|base|form|style|body)\b|javascript:|\bon(?:error|load|click|mouseover|focus)\s*=/i;

/** Does a name hold what makes it look like another, moves a terminal's cursor, or is markup? Line breaks count too. */
export function isDeceptiveName(name: string): boolean {
  return name.includes('<') || toVisibleText(name) !== name;
}

/** Does a longer text hold markup that acts, or terminal escapes? */
export function hasActiveMarkup(text: string): boolean {
  return activeMarkup.test(text) || text.includes('\u001b');
}
