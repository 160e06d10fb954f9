import { isAlias, isMap, isScalar, parseAllDocuments, visit } from 'yaml';
import type { JsonValue } from '#engine/core/json-reader.ts';
import { judgeConfiguration } from '../configs/judge-configuration.ts';
import { Cursor } from '../cursor.ts';
import type { FormatScanner, ScanContext } from '../format-scanner.ts';
import { shown } from '../shown.ts';
import { isAllowedTarget } from '../yaml/targets.ts';

const MAX_BYTES = 4 * 1024 * 1024;
const MAX_ALIASES = 100;
const MAX_DEPTH = 100;
/** Core schema and what YAML 1.1 adds; everything else makes a loader construct something. */
const plainTag = /^tag:yaml\.org,2002:(null|bool|int|float|str|seq|map|timestamp|binary|set|omap|merge)$|^!$/;

/** Settings in YAML: parsed, never constructed; told by name among texts, since it has no magic. */
export const yaml: FormatScanner = {
  format: 'yaml',
  recognises: ({ name, head }) => /\.ya?ml$/i.test(name) && !head.includes(0),
  scan({ source }, context) {
    const cursor = new Cursor(source, 'yaml.malformed');
    if (source.sizeBytes > MAX_BYTES) cursor.fail(`It has over ${MAX_BYTES} bytes.`);
    for (const document of parseAllDocuments(cursor.utf8(source.sizeBytes), {
      uniqueKeys: true,
      logLevel: 'error',
    })) {
      const [error] = document.errors;
      if (error !== undefined)
        cursor.fail(`It is not YAML: ${shown(error.message.split('\n')[0] ?? '')}`, error.pos[0]);
      visit(document, {
        Node: (_key, node) => {
          context.budget.step();
          if (!isAlias(node) && node.tag !== undefined && !plainTag.test(node.tag)) {
            context.find('yaml.tag', `It has the tag ${shown(node.tag)}.`, {
              offset: node.range?.[0],
              subject: node.tag,
            });
          }
          if (isMap(node)) for (const { key, value } of node.items) checkTarget(key, value, context);
        },
      });
      const toJS = (): unknown => document.toJS({ mapAsMap: true, maxAliasCount: MAX_ALIASES });
      judgeConfiguration(valuesOf(toJS, cursor), context);
    }
  },
};

/** Hydra and NeMo call what `_target_` names, wherever it stands. */
function checkTarget(key: unknown, value: unknown, { find }: ScanContext): void {
  if (!isScalar(key) || typeof key.value !== 'string' || !/^_?(target|cls|class|callable)_$/.test(key.value))
    return;
  const target = isScalar(value) ? value.value : undefined;
  if (typeof target === 'string' && isAllowedTarget(target)) return;
  const name = typeof target === 'string' ? target : 'what is no plain text';
  find('yaml.target', `${shown(key.value)} names ${shown(name)}.`, { offset: key.range?.[0], subject: name });
}

/** What the document says, as the JSON of the same would. Fails where aliases multiply. */
function valuesOf(toJS: () => unknown, cursor: Cursor): JsonValue {
  let value: unknown;
  try {
    value = toJS();
  } catch {
    return cursor.fail('Its aliases take too much.', 0);
  }
  return asJson(value, 0, cursor);
}

function asJson(value: unknown, depth: number, cursor: Cursor): JsonValue {
  if (depth > MAX_DEPTH) cursor.fail(`It is nested deeper than ${MAX_DEPTH} levels.`, 0);
  const below = (each: unknown) => asJson(each, depth + 1, cursor);
  if (Array.isArray(value)) return value.map(below);
  if (value instanceof Set) return [...value].map(below);
  if (value instanceof Map) {
    return new Map(
      [...value].map(([key, each]: [unknown, unknown]) => [
        typeof key === 'string' ? key : JSON.stringify(key),
        below(each),
      ]),
    );
  }
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  return value instanceof Date ? value.toISOString() : null;
}
