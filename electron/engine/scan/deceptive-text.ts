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

/** What nobody writes into metadata but a person who wants it run: imports with a call, shells, decoders feeding `exec`. */
const commands = [
  /\b(?:exec|eval|compile|__import__|os\.(?:system|popen|exec\w*)|subprocess\.\w+|pickle\.loads?)\s*\(/,
  /\b(?:import\s+\w+\s*;|from\s+\w+\s+import\s+\w+\s*;)/,
  /\brm\s+-\w*[rf]\w*\s+\S|\bchmod\s+(?:[0-7]{3,4}|\+x)\s|\b(?:curl|wget)\s[^|;&]*(?:https?:|\|\s*(?:ba|z)?sh\b)/,
  /(?:\bpowershell|\bcmd(?:\.exe)?\s+\/c|\/bin\/(?:ba|z)?sh)\b/i,
  /(?:\\x[0-9a-fA-F]{2}){6}/,
];

/** Does a text read like code or a shell command? It is inert where it lies, and has no business there. */
export function looksLikeCommand(text: string): boolean {
  return commands.some((pattern) => pattern.test(text));
}

/** Keys under which something would fetch or call home; a link in a description is none of them. */
const fetchingKey = /(?:callback|webhook|download|exfil|beacon|payload)[_-]?(?:url|uri|link)?$/i;

/** Does a key of metadata ask a reader to fetch what its value names? */
export function asksToFetch(key: string, text: string): boolean {
  return fetchingKey.test(key) && /^\s*(?:https?|ftp|wss?):\/\//i.test(text);
}
