import { decodeJson, JsonProblem, type JsonValue, readJson } from '#engine/core/json-reader.ts';
import type { Budget } from './budget.ts';
import { Malformed } from './malformed.ts';
import { shown } from './shown.ts';

/** Deeper than any configuration or index that people write. */
const MAX_DEPTH = 100;

/** What a format calls it when its JSON is no JSON, or says something twice. */
export interface JsonRules {
  readonly malformed: string;
  readonly duplicateKey: string;
}

/** JSON out of a file, as Maps. Throws Malformed of one of the rules; counts each value as a step. */
export function scanJson(
  bytes: Uint8Array,
  rules: JsonRules,
  budget: Budget,
  onWord?: (word: string) => void,
): JsonValue {
  try {
    return readJson(decodeJson(bytes), {
      maxDepth: MAX_DEPTH,
      onValue: () => budget.step(),
      ...(onWord === undefined ? {} : { onWord }),
    });
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    const key = error.key;
    throw new Malformed(
      error.kind === 'duplicate-key' ? rules.duplicateKey : rules.malformed,
      key === undefined
        ? `The JSON ${error.message}.`
        : `The key ${shown(key)} is there twice in one object.`,
      key === undefined ? {} : { subject: key },
    );
  }
}

/** A whole number of 0 or more that a double holds exactly, or null. */
export function countOf(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}
