import { judgeConfiguration } from '../configs/judge-configuration.ts';
import type { FormatScanner, ScanTarget } from '../format-scanner.ts';
import { Malformed } from '../malformed.ts';
import { scanJson } from '../scan-json.ts';
import { textOf } from '../text-head.ts';

export const jsonRules = { malformed: 'json.malformed', duplicateKey: 'json.duplicate-key' };

/** The largest tokenizers have 40 MB. */
const MAX_BYTES = 128 * 1024 * 1024;

/** Configurations, indexes, tokenizers, notebooks: one JSON document. What it says decides what is looked for, not its name. */
export const json: FormatScanner = {
  format: 'json',
  recognises: (target) => looksLikeJson(target) && !looksLikeJsonLines(target),
  scan({ source }, context) {
    if (source.sizeBytes > MAX_BYTES) {
      throw new Malformed('json.malformed', `It has ${source.sizeBytes} bytes, over ${MAX_BYTES}.`);
    }
    const words = new Set<string>();
    const bytes = source.read(0, source.sizeBytes);
    const root = scanJson(bytes, jsonRules, context.budget, (word) => words.add(word));
    if (words.size > 0) context.find('json.not-a-number', `It has ${[...words].join(', ')}.`);
    judgeConfiguration(root, context);
  },
};

/** One JSON document a line, e.g. of a data set or an evaluation. */
export const jsonLines: FormatScanner = {
  format: 'json-lines',
  recognises: looksLikeJsonLines,
  scan({ source }, context) {
    if (source.sizeBytes > MAX_BYTES) {
      throw new Malformed('json.malformed', `It has ${source.sizeBytes} bytes, over ${MAX_BYTES}.`);
    }
    const bytes = Buffer.from(source.read(0, source.sizeBytes));
    for (let at = 0; at < bytes.length;) {
      const found = bytes.indexOf(0x0a, at);
      const end = found < 0 ? bytes.length : found;
      const line = bytes.subarray(at, end);
      if (line.toString('latin1').trim() !== '') {
        judgeConfiguration(
          scanJson(line, jsonRules, context.budget, () => {}),
          context,
        );
      }
      at = end + 1;
    }
  },
};

function looksLikeJson(target: ScanTarget): boolean {
  const text = textOf(target);
  if (text === null) return false;
  if (/\.(?:json|ipynb)$/i.test(target.name)) return true;
  return (
    /^\s*(?:\{\s*(?:"|\}\s*$)|\[\s*(?:["[{]|\]\s*$))/.test(text) && !/\.(?:md|txt|rst)$/i.test(target.name)
  );
}

function looksLikeJsonLines(target: ScanTarget): boolean {
  const text = textOf(target);
  if (text === null) return false;
  if (/\.(?:jsonl|ndjson)$/i.test(target.name)) return true;
  const [first = '', second = ''] = text.split('\n', 2);
  return /^\{".*\}\s*$/.test(first) && /^\{"/.test(second);
}
