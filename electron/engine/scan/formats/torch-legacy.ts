import { Cursor } from '../cursor.ts';
import type { FormatScanner, ScanContext } from '../format-scanner.ts';
import { nestedInspector } from '../pickle/nested.ts';
import { dtypeBytes } from '../pickle/tensors.ts';
import { learnTensors } from '../pickle/state-dict.ts';
import { isKind, type StorageValue, type Value } from '../pickle/values.ts';
import { walkPickle, type WalkedPickle } from '../pickle/walker.ts';

/** PROTO 2, LONG1 of ten bytes with the magic number 0x1950a86a20f9469cfc6c, STOP: written out, never computed. */
const MAGIC = Uint8Array.of(
  0x80,
  2,
  0x8a,
  10,
  0x6c,
  0xfc,
  0x9c,
  0x46,
  0xf9,
  0x20,
  0x6a,
  0xa8,
  0x50,
  0x19,
  0x2e,
);
const PROTOCOL_VERSION = 1001;

/**
 * What torch.save wrote before 1.6: five pickles one behind the other (magic, protocol, system, object, storage keys), then
 * each storage as its length and its bytes, and nothing else.
 */
export const torchLegacy: FormatScanner = {
  format: 'torch-legacy',
  alsoReads: ['pickle'],
  recognises: ({ head }) => Buffer.compare(head.subarray(0, MAGIC.length), MAGIC) === 0,
  scan({ source }, context) {
    const cursor = new Cursor(source, 'torch.legacy');
    cursor.skip(MAGIC.length);
    if (walk(cursor, context).value !== PROTOCOL_VERSION) cursor.fail('Its protocol is not 1001.');
    const system = walk(cursor, context);
    if (!isKind(system.value, 'dict')) cursor.fail('Its description of the system is no dict.');
    const object = walk(cursor, context);
    const keys = keysOf(walk(cursor, context).value, cursor);
    const offsets = readStorages(cursor, keys, object.storages, context);
    learnTensors(object.value, ({ key }) => offsets.get(key) ?? 0, context);
    if (cursor.remaining > 0) {
      context.find('pickle.trailing', `${cursor.remaining} bytes follow the storages.`, {
        offset: cursor.offset,
      });
      cursor.stream(cursor.remaining);
    }
  },
};

function walk(cursor: Cursor, context: ScanContext): WalkedPickle {
  const options = { context, setting: 'torch' } as const;
  return walkPickle(cursor, { ...options, inspect: nestedInspector(options) });
}

function keysOf(value: Value, cursor: Cursor): readonly string[] {
  if (!isKind(value, 'list')) return cursor.fail('Its storage keys are no list.');
  const keys = value.items.map((key) =>
    typeof key === 'string' ? key : cursor.fail('A storage key is no text.'),
  );
  return new Set(keys).size === keys.length ? keys : cursor.fail('A storage key comes twice.');
}

/** Each storage: its number of elements, then their bytes. Returns where they start. */
function readStorages(
  cursor: Cursor,
  keys: readonly string[],
  storages: ReadonlyMap<string, StorageValue>,
  { extent, find }: ScanContext,
): ReadonlyMap<string, number> {
  if (keys.length !== storages.size)
    cursor.fail(`It has ${keys.length} storages, its object names ${storages.size}.`);
  const offsets = new Map<string, number>();
  for (const key of keys) {
    const storage = storages.get(key) ?? cursor.fail(`Its object does not name storage ${key}.`);
    const elements = cursor.size64le();
    const sizeBytes = elements * (dtypeBytes[storage.dtype] ?? 1);
    if (sizeBytes !== storage.sizeBytes) {
      const detail = `Storage ${key} has ${sizeBytes} bytes, its pickle says ${storage.sizeBytes}.`;
      find('torch.storage', detail, { offset: cursor.offset, subject: key });
    }
    offsets.set(key, cursor.offset);
    if (extent === 'all') cursor.stream(sizeBytes);
    else cursor.skip(sizeBytes);
  }
  return offsets;
}
