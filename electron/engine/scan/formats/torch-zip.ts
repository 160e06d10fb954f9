import type { ByteSource } from '../byte-source.ts';
import { Cursor } from '../cursor.ts';
import type { FormatScanner, ScanContext } from '../format-scanner.ts';
import { shown } from '../shown.ts';
import { nestedInspector } from '../pickle/nested.ts';
import { learnTensors } from '../pickle/state-dict.ts';
import type { StorageValue } from '../pickle/values.ts';
import { walkAndTell } from '../pickle/walker.ts';
import { openAndTell, scanMember } from '../zip/scan-members.ts';
import { readZipDirectory, zipNames } from '../zip/zip-directory.ts';
import { STORED, type ZipEntry } from '../zip/zip-entry.ts';
import { isZip } from './zip.ts';

/**
 * What torch.save writes since 1.6: a zip of one folder with `data.pkl`, `version`, and the storages in `data/`. The pickle is
 * walked, each storage is compared with what the pickle says about it, and everything else is scanned by content.
 */
export const torchZip: FormatScanner = {
  format: 'torch-zip',
  alsoReads: ['zip'],
  recognises: (target) => isZip(target) && folderOf(zipNames(target.source) ?? []) !== undefined,
  scan({ source }, context) {
    const entries = readZipDirectory(source, context);
    const folder = folderOf(entries.map(({ name }) => name)) ?? '';
    const members = new Map(entries.map((entry) => [entry.name, entry]));
    if (isTorchScript(folder, entries)) {
      context.find('torch.script', 'It holds the code of a TorchScript module.', { subject: folder });
    }
    if (!/^[^/]+\/$/.test(folder)) {
      context.find('torch.layout', 'Its pickle lies in no folder of its own.', {
        subject: `${folder}data.pkl`,
      });
    }
    const storages = scanPickle(source, folder, members, context);
    for (const entry of entries) {
      const name = entry.name.startsWith(`${folder}`) ? entry.name.slice(folder.length) : undefined;
      if (name === 'data.pkl') continue;
      const key = name === undefined ? undefined : /^data\/(\d{1,20})$/.exec(name)?.[1];
      if (key !== undefined) scanStorage(source, entry, storages?.get(key), context);
      else scanBeside(source, entry, name, context);
    }
  },
};

/** The one folder that has a `data.pkl`, with the slash behind it. */
function folderOf(names: readonly string[]): string | undefined {
  const folders = names.flatMap((name) =>
    /^(.+\/)?data\.pkl$/.exec(name) === null ? [] : name.slice(0, -'data.pkl'.length),
  );
  return folders.length === 1 ? folders[0] : undefined;
}

function isTorchScript(folder: string, entries: readonly ZipEntry[]): boolean {
  return entries.some(
    ({ name }) =>
      name === `${folder}constants.pkl` ||
      name.startsWith(`${folder}code/`) ||
      name === `${folder}bytecode.pkl`,
  );
}

function scanPickle(
  archive: ByteSource,
  folder: string,
  members: ReadonlyMap<string, ZipEntry>,
  outer: ScanContext,
): ReadonlyMap<string, StorageValue> | undefined {
  const name = `${folder}data.pkl`;
  const entry = members.get(name);
  const content = entry === undefined ? undefined : openAndTell(archive, entry, outer);
  if (content === undefined) return undefined;
  const context = outer.inside(name);
  const cursor = new Cursor(content, 'pickle.malformed');
  const options = { context, setting: 'torch' } as const;
  const walked = walkAndTell(cursor, { ...options, inspect: nestedInspector(options) });
  if (walked === undefined) return undefined;
  if (cursor.remaining > 0) {
    context.find('pickle.trailing', `${cursor.remaining} bytes follow it.`, { offset: cursor.offset });
  }
  for (const { key, sizeBytes } of walked.storages.values()) {
    if (members.has(`${folder}data/${key}`) || sizeBytes === 0) continue;
    outer.find('torch.storage', `Storage ${key} of ${sizeBytes} bytes is not in the archive.`, {
      subject: key,
    });
  }
  learnTensors(walked.value, ({ key }) => members.get(`${folder}data/${key}`)?.dataOffset ?? 0, outer);
  return walked.storages;
}

/** A storage is as long as the pickle says, stands in the file as it is, and is read to the end for its CRC. */
function scanStorage(
  archive: ByteSource,
  entry: ZipEntry,
  storage: StorageValue | undefined,
  context: ScanContext,
): void {
  const place = { offset: entry.dataOffset, subject: entry.name };
  if (storage === undefined) {
    context.find('torch.unreferenced', `Nothing in the pickle refers to ${shown(entry.name)}.`, place);
    scanMember(archive, entry, context);
    return;
  }
  if (storage.sizeBytes !== entry.sizeBytes) {
    const detail = `Storage ${storage.key} has ${entry.sizeBytes} bytes, its pickle says ${storage.sizeBytes}.`;
    context.find('torch.storage', detail, place);
  }
  if (entry.method !== STORED || context.extent === 'all') openAndTell(archive, entry, context);
}

const smallTexts: ReadonlyMap<string, RegExp> = new Map([
  ['version', /^\d{1,3}\n?$/],
  ['byteorder', /^little$/],
  ['.data/serialization_id', /^\d{1,64}$/],
  ['.format_version', /^\d{1,3}$/],
  ['.storage_alignment', /^\d{1,6}$/],
]);

function scanBeside(
  archive: ByteSource,
  entry: ZipEntry,
  name: string | undefined,
  context: ScanContext,
): void {
  const pattern = name === undefined ? undefined : smallTexts.get(name);
  if (pattern === undefined || entry.sizeBytes > 64) {
    scanMember(archive, entry, context);
    return;
  }
  const content = openAndTell(archive, entry, context);
  const text =
    content === undefined ? '' : Buffer.from(content.read(0, content.sizeBytes)).toString('latin1');
  if (content !== undefined && !pattern.test(text)) {
    context.find('torch.layout', `${shown(entry.name)} holds ${shown(text)}.`, { subject: entry.name });
  }
}
