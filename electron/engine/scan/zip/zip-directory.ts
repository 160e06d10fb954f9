import { Budget } from '../budget.ts';
import type { ByteSource } from '../byte-source.ts';
import { Cursor } from '../cursor.ts';
import type { ScanContext } from '../format-scanner.ts';
import { Malformed } from '../malformed.ts';
import { shown } from '../shown.ts';
import { checkNames } from './member-name.ts';
import { readZipEnd } from './zip-end.ts';
import {
  DEFLATED,
  FLAG_DESCRIPTOR,
  FLAG_EFFORT,
  FLAG_ENCRYPTED,
  FLAG_UTF8,
  STORED,
  type ZipEntry,
} from './zip-entry.ts';
import { readExtra } from './zip-extra.ts';
import { type CentralHeader, readLocalHeader } from './zip-local.ts';

const CENTRAL_SIGNATURE = 0x02014b50;
const MAX_ENTRIES = 200_000;

/**
 * Every member of a zip, in the order of its bytes. Central directory and local headers are both read and have to agree,
 * and together they account for every byte, since each reader believes another one of them. What does not add up is a finding;
 * Malformed is thrown where there is no telling what the members are.
 */
export function readZipDirectory(
  source: ByteSource,
  context: Pick<ScanContext, 'budget' | 'find'>,
): ZipEntry[] {
  const end = readZipEnd(source);
  if (end.commentBytes > 0) {
    context.find('zip.comment', `A comment of ${end.commentBytes} bytes stands at the end.`, {
      offset: end.start,
    });
  }
  if (end.directoryOffset + end.directoryBytes !== end.start) {
    throw new Malformed('zip.gap', 'Its central directory does not end where its end record starts.', {
      offset: end.start,
    });
  }
  if (end.entries > MAX_ENTRIES) throw new Malformed('zip.malformed', `It has over ${MAX_ENTRIES} members.`);
  const headers = readCentral(source, end, context);
  checkNames(headers, context);
  const entries = headers.map((header) => readLocalHeader(source, header, context));
  entries.sort((one, other) => one.headerOffset - other.headerOffset);
  checkLayout(entries, end.directoryOffset, context);
  return entries;
}

/** The names alone, for telling what a zip is; undefined where it is none. */
export function zipNames(source: ByteSource): readonly string[] | undefined {
  try {
    const end = readZipEnd(source);
    if (end.entries > MAX_ENTRIES) return undefined;
    const quiet: Pick<ScanContext, 'budget' | 'find'> = { budget: new Budget(), find: () => {} };
    return readCentral(source, end, quiet).map(({ name }) => name);
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}

function readCentral(
  source: ByteSource,
  {
    directoryOffset,
    directoryBytes,
    entries,
  }: { directoryOffset: number; directoryBytes: number; entries: number },
  context: Pick<ScanContext, 'budget' | 'find'>,
): CentralHeader[] {
  const end = directoryOffset + directoryBytes;
  const cursor = new Cursor(source, 'zip.malformed', { start: directoryOffset, end });
  const headers: CentralHeader[] = [];
  while (headers.length < entries) {
    context.budget.step();
    headers.push(readCentralHeader(cursor));
  }
  if (cursor.remaining > 0) {
    throw new Malformed(
      'zip.gap',
      `${cursor.remaining} bytes follow the last entry of the central directory.`,
      {
        offset: cursor.offset,
      },
    );
  }
  for (const header of headers) checkHeader(header, context);
  return headers;
}

function readCentralHeader(cursor: Cursor): CentralHeader {
  const start = cursor.offset;
  if (cursor.u32le() !== CENTRAL_SIGNATURE) cursor.fail('There is no entry of the central directory.', start);
  cursor.skip(4);
  const [flags, method] = [cursor.u16le(), cursor.u16le()];
  cursor.skip(4);
  const [crc32, compressed, size] = [cursor.u32le(), cursor.u32le(), cursor.u32le()];
  const [nameBytes, extraBytes, commentBytes, disk] = [
    cursor.u16le(),
    cursor.u16le(),
    cursor.u16le(),
    cursor.u16le(),
  ];
  cursor.skip(2);
  const [attributes, offset] = [cursor.u32le(), cursor.u32le()];
  const rawName = cursor.bytes(nameBytes).slice();
  const extra = readExtra(cursor, extraBytes);
  cursor.skip(commentBytes);
  const { sizes, rest } = extra.wide(size, compressed, offset);
  if (rest > 0 || disk !== 0)
    throw new Malformed('zip.zip64', 'An entry states more than its sizes.', { offset: start });
  const [sizeBytes, compressedBytes, headerOffset] = sizes;
  const name = nameOf(rawName, flags);
  return {
    name: name ?? Buffer.from(rawName).toString('latin1'),
    isNameText: name !== undefined,
    rawName,
    renames: extra.renames,
    commentBytes,
    flags,
    method,
    crc32,
    sizeBytes,
    compressedBytes,
    headerOffset,
    unixMode: attributes >>> 16,
    offset: start,
  };
}

/** UTF-8 when the flag says so, otherwise ASCII: nobody agrees on anything else. */
function nameOf(raw: Uint8Array, flags: number): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(raw);
    return (flags & FLAG_UTF8) !== 0 || !/[^\0-\x7f]/.test(text) ? text : undefined;
  } catch {
    return undefined;
  }
}

const FILE_TYPE = 0o170000;
const PLAIN_TYPES: readonly number[] = [0, 0o100000, 0o040000];

function checkHeader(header: CentralHeader, { find }: Pick<ScanContext, 'find'>): void {
  const { name, flags, method, unixMode, offset } = header;
  const place = { offset, subject: name };
  if ((flags & FLAG_ENCRYPTED) !== 0) find('zip.encrypted', `${shown(name)} is encrypted.`, place);
  const odd = flags & ~(FLAG_ENCRYPTED | FLAG_DESCRIPTOR | FLAG_UTF8 | FLAG_EFFORT);
  if (odd !== 0) find('zip.flags', `${shown(name)} has the flags 0x${flags.toString(16)}.`, place);
  if (method !== STORED && method !== DEFLATED) {
    find('zip.method', `${shown(name)} is compressed by method ${method}.`, place);
  }
  if (!PLAIN_TYPES.includes(unixMode & FILE_TYPE)) {
    find('zip.link', `${shown(name)} is a link or a special file.`, place);
  }
  if (header.commentBytes > 0) find('zip.comment', `${shown(name)} has a comment.`, place);
}

/** From the first byte to the central directory, members stand one behind the other. */
function checkLayout(entries: readonly ZipEntry[], end: number, { find }: Pick<ScanContext, 'find'>): void {
  let position = 0;
  for (const { name, headerOffset, end: memberEnd } of entries) {
    if (headerOffset > position) {
      find('zip.gap', `${headerOffset - position} bytes before ${shown(name)} belong to no member.`, {
        offset: position,
      });
    } else if (headerOffset < position) {
      find('zip.overlap', `${shown(name)} lies over another member.`, {
        offset: headerOffset,
        subject: name,
      });
    }
    position = Math.max(position, memberEnd);
  }
  if (position < end) {
    find('zip.gap', `${end - position} bytes before the central directory belong to no member.`, {
      offset: position,
    });
  } else if (position > end) {
    find('zip.overlap', 'A member reaches into the central directory.', { offset: end });
  }
}
