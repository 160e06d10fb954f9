import { demand } from './allowed-global.ts';
import type { Machine } from './machine.ts';
import { dtypeBytes } from './tensors.ts';
import { isCount, isKind, isTuple, type StorageValue, type Value } from './values.ts';

/**
 * The storage that a persistent id of torch.save names: `("storage", class, key, location, elements)`, in the legacy layout
 * with None for a view. The key is a plain number and so no path. Throws Refusal.
 */
export function storageOf(machine: Machine, id: Value): StorageValue {
  demand(machine.setting === 'torch', 'only a torch file has storages beside its pickle');
  demand(isTuple(id), 'it is no tuple');
  const [tag, type, key, location, elements, view, ...rest] = id.items;
  demand(
    tag === 'storage' && rest.length === 0 && (view === undefined || view === null),
    'it names no storage',
  );
  const role = isKind(type, 'global') ? type.allowed?.role : undefined;
  demand(role?.kind === 'storage-class', 'its class is no storage');
  demand(typeof key === 'string' && /^\d{1,20}$/.test(key), 'its key is no number');
  demand(typeof location === 'string', 'its location is no text');
  const itemBytes = dtypeBytes[role.dtype];
  demand(isCount(elements) && itemBytes !== undefined, 'its length is no count');
  const sizeBytes = elements * itemBytes;
  demand(Number.isSafeInteger(sizeBytes), 'its length exceeds 2^53');
  return known(machine, { kind: 'storage', key, dtype: role.dtype, sizeBytes });
}

function known(machine: Machine, storage: StorageValue): StorageValue {
  const before = machine.storages.get(storage.key);
  if (before === undefined) machine.storages.set(storage.key, storage);
  else demand(before.sizeBytes === storage.sizeBytes, `storage ${storage.key} has two sizes`);
  return storage;
}
