import type { ScanTarget } from './format-scanner.ts';

const heads = new WeakMap<ScanTarget, { readonly text: string | null }>();

/** What no text holds; vocabularies do have the other control characters. */
const notText = /[\u0000-\u0006\u000e\u000f]/;

/**
 * The beginning of a file as text, or null when it is none: UTF-8 (with a byte order mark or not) without NUL and its like. A
 * character that the head cuts in two at its end does not count.
 */
export function textOf(target: ScanTarget): string | null {
  const known = heads.get(target);
  if (known !== undefined) return known.text;
  const text = decodeText(target.head, target.head.length < target.source.sizeBytes);
  heads.set(target, { text });
  return text;
}

/** Bytes as text, or null when they are none; `cut` says that more follow. */
export function decodeText(bytes: Uint8Array, cut = false): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: cut });
    return notText.test(text) ? null : text;
  } catch {
    return null;
  }
}
