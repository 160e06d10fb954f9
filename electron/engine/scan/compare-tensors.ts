import type { PlacedTensor, TensorChange, TensorCounts } from '#shared/contract/comparison.ts';

/**
 * What became of each tensor. One of the same name counts as the same tensor; what is left on both sides is matched by its
 * digest, so that a renamed one is `moved` and not removed and added. In the order of `after`, then what was removed.
 */
export function compareTensors(
  before: readonly PlacedTensor[],
  after: readonly PlacedTensor[],
): TensorChange[] {
  const byName = new Pile(before, (tensor) => tensor.name);
  const paired = after.map((tensor) => ({ tensor, was: byName.take(tensor.name, tensor) }));
  const byDigest = new Pile(byName.rest(), (tensor) => tensor.digest);
  const changes = paired.map(({ tensor, was }): TensorChange => {
    const origin = was ?? byDigest.take(tensor.digest, tensor);
    return { name: tensor.name, change: changeOf(origin, tensor), before: origin, after: tensor };
  });
  const removed = byDigest.rest().map((tensor): TensorChange => {
    return { name: tensor.name, change: 'removed', before: tensor, after: null };
  });
  return [...changes, ...removed];
}

/** How many changes there are of each kind. */
export function countChanges(changes: readonly TensorChange[]): TensorCounts {
  const counts: TensorCounts = { identical: 0, changed: 0, retyped: 0, moved: 0, added: 0, removed: 0 };
  for (const { change } of changes) counts[change]++;
  return counts;
}

function changeOf(before: PlacedTensor | null, after: PlacedTensor): TensorChange['change'] {
  if (before === null) return 'added';
  if (before.digest === after.digest) {
    return before.path === after.path && before.name === after.name ? 'identical' : 'moved';
  }
  const isSameType = before.dtype === after.dtype && before.shape.join() === after.shape.join();
  return isSameType ? 'changed' : 'retyped';
}

/** Tensors by a key, each to be taken once; of several, the one in the same file with the same bytes before others. */
class Pile {
  readonly #byKey = new Map<string, PlacedTensor[]>();

  constructor(tensors: readonly PlacedTensor[], keyOf: (tensor: PlacedTensor) => string) {
    for (const tensor of tensors) {
      const key = keyOf(tensor);
      const same = this.#byKey.get(key);
      if (same === undefined) this.#byKey.set(key, [tensor]);
      else same.push(tensor);
    }
  }

  take(key: string, like: PlacedTensor): PlacedTensor | null {
    const found = this.#byKey.get(key) ?? [];
    const [best] = [...found].sort((a, b) => likeness(b, like) - likeness(a, like));
    if (best === undefined) return null;
    found.splice(found.indexOf(best), 1);
    return best;
  }

  rest(): PlacedTensor[] {
    return [...this.#byKey.values()].flat();
  }
}

function likeness(a: PlacedTensor, b: PlacedTensor): number {
  return (a.path === b.path ? 2 : 0) + (a.digest === b.digest ? 1 : 0);
}
