import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '#engine/core/json-reader.ts';
import type { ScanContext } from '../format-scanner.ts';
import { countOf } from '../scan-json.ts';

/** tokenizer.json of the tokenizers library: every id belongs to one token. */
export function judgeTokenizer(root: JsonObject, context: ScanContext): void {
  const model = root.get('model');
  if (!isJsonObject(model)) return;
  const tokens = new Map<number, string>();
  const take = (id: JsonValue | undefined, token: JsonValue | undefined) => {
    context.budget.step();
    const number = countOf(id);
    if (number === null || typeof token !== 'string') {
      context.find('tokenizer.malformed', 'A token has no text or no id.', {
        subject: typeof token === 'string' ? token : undefined,
      });
      return;
    }
    const other = tokens.get(number);
    if (other !== undefined && other !== token) {
      context.find('tokenizer.duplicate-id', `Another token has the id ${number} too.`, { subject: token });
    }
    tokens.set(number, token);
  };
  takeVocabulary(model.get('vocab'), take);
  const added = root.get('added_tokens');
  if (isJsonArray(added)) {
    for (const each of added) {
      if (isJsonObject(each)) take(each.get('id'), each.get('content'));
      else take(undefined, undefined);
    }
  } else if (added !== null) context.find('tokenizer.malformed', 'The added tokens are no list.');
  let count = 0;
  for (const id of tokens.keys()) count = Math.max(count, id + 1);
  context.learn({ kind: 'token-ids', count });
}

/** By name as in BPE and WordPiece, or a list of pairs with scores as in Unigram. */
function takeVocabulary(
  vocabulary: JsonValue | undefined,
  take: (id: JsonValue, token: JsonValue) => void,
): void {
  if (isJsonObject(vocabulary)) for (const [token, id] of vocabulary) take(id, token);
  if (isJsonArray(vocabulary)) {
    vocabulary.forEach((pair, id) => take(id, (isJsonArray(pair) ? pair[0] : null) ?? null));
  }
}
