import type { ScanContext } from '../format-scanner.ts';
import type { StorageValue, Thing, Value } from './values.ts';
import { isThing } from './values.ts';

/** Containers in containers; deeper ones have names that nobody writes. */
const MAX_DEPTH = 8;

/** Tells every tensor that the pickle's value holds, named by the keys that lead to it. `dataOffset`: of a storage in the file. */
export function learnTensors(
  root: Value,
  dataOffset: (storage: StorageValue) => number,
  { learn, budget }: Pick<ScanContext, 'learn' | 'budget'>,
): void {
  const seen = new Set<Thing>();
  visit(root, '', 0);

  function visit(value: Value, name: string, depth: number): void {
    if (!isThing(value) || depth > MAX_DEPTH || seen.has(value)) return;
    budget.step();
    if (value.kind === 'object' && value.tensor !== undefined) {
      const { storage, dtype, shape, offset, sizeBytes } = value.tensor;
      learn({
        kind: 'tensor',
        tensor: { name, dtype, shape, offset: dataOffset(storage) + offset, sizeBytes },
      });
      return;
    }
    seen.add(value);
    for (const [key, item] of childrenOf(value)) visit(item, name === '' ? key : `${name}.${key}`, depth + 1);
  }
}

function* childrenOf(value: Thing): Iterable<readonly [key: string, item: Value]> {
  if (value.kind === 'dict' || value.kind === 'object') {
    for (let index = 0; index < value.entries.length; index += 2) {
      const key = value.entries[index];
      yield [
        typeof key === 'string' || typeof key === 'number' ? String(key) : '?',
        value.entries[index + 1] ?? null,
      ];
    }
  } else if (value.kind === 'list' || value.kind === 'tuple') {
    for (const [index, item] of value.items.entries()) yield [String(index), item];
  }
}
