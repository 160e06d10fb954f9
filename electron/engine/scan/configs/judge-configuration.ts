import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '#engine/core/json-reader.ts';
import type { ScanContext } from '../format-scanner.ts';
import { judgeTemplate } from '../templates/judge-template.ts';
import { judgeKerasConfiguration, looksLikeKeras } from './judge-keras.ts';
import { judgeIndex } from './judge-index.ts';
import { judgeNotebook } from './judge-notebook.ts';
import { judgeTokenizer } from './judge-tokenizer.ts';
import { judgeCodeReferences } from './judge-code-references.ts';
import { countOf } from '../scan-json.ts';

/**
 * Looks at what a JSON or YAML document says to the libraries that load models. Every document gets every check, whatever its
 * name: libraries read what they find under the name they expect, and files get renamed.
 */
export function judgeConfiguration(root: JsonValue, context: ScanContext): void {
  judgeCodeReferences(root, context);
  judgeTemplatesIn(root, context);
  if (!isJsonObject(root)) return;
  if (root.has('weight_map')) judgeIndex(root, context);
  if (isJsonArray(root.get('cells')) && root.has('nbformat')) judgeNotebook(root, context);
  if (isJsonObject(root.get('model')) && root.has('added_tokens')) judgeTokenizer(root, context);
  if (looksLikeKeras(root)) judgeKerasConfiguration(root, context);
  learnVocabulary(root, context);
  const base = root.get('base_model_name_or_path');
  if (root.has('peft_type') && typeof base === 'string') {
    context.learn({ kind: 'base-model', name: base, rank: rankOf(root) });
  }
}

/** Single layers may have ranks of their own; then there is no one. */
function rankOf(root: JsonObject): number | null {
  const pattern = root.get('rank_pattern');
  return isJsonObject(pattern) && pattern.size > 0 ? null : countOf(root.get('r'));
}

function learnVocabulary(root: JsonObject, context: ScanContext): void {
  if (!root.has('model_type')) return;
  const text = root.get('text_config');
  const stated = root.get('vocab_size') ?? (isJsonObject(text) ? text.get('vocab_size') : undefined);
  const rows = countOf(stated);
  if (rows !== null) context.learn({ kind: 'vocabulary-rows', rows, source: 'config' });
  else if (stated !== undefined && stated !== null) {
    context.find('config.bad-value', 'The size of the vocabulary is no count.', { subject: 'vocab_size' });
  }
}

/** `chat_template` as transformers writes it: one text, a list of named ones, or an object of them. */
function judgeTemplatesIn(root: JsonValue, context: ScanContext): void {
  const open: JsonValue[] = [root];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (isJsonArray(value)) for (const each of value) open.push(each);
    if (!isJsonObject(value)) continue;
    for (const [key, each] of value) {
      if (key === 'chat_template' || key === 'default_chat_template') judgeNamed(key, each, context);
      else if (typeof each === 'object') open.push(each);
    }
  }
}

function judgeNamed(name: string, value: JsonValue, context: ScanContext): void {
  if (typeof value === 'string') {
    context.learn({ kind: 'chat-template', name, text: value });
    judgeTemplate(name, value, context);
  } else if (isJsonArray(value)) {
    for (const each of value) {
      const label = isJsonObject(each) ? each.get('name') : undefined;
      const text = isJsonObject(each) ? each.get('template') : undefined;
      if (typeof text === 'string')
        judgeNamed(typeof label === 'string' ? `${name}.${label}` : name, text, context);
      else context.find('template.unparsed', 'The template is no text.', { subject: name });
    }
  } else if (isJsonObject(value)) {
    for (const [key, each] of value) judgeNamed(`${name}.${key}`, each, context);
  } else if (value !== null) {
    context.find('template.unparsed', 'The template is no text.', { subject: name });
  }
}
