import { rangeSource } from '../byte-source.ts';
import { Cursor } from '../cursor.ts';
import type { FormatScanner, ScanContext } from '../format-scanner.ts';
import { shown } from '../shown.ts';
import { isTarHeader, readTarHeader, type TarHeader } from '../tar/tar-header.ts';
import { foldedName, isMemberName } from '../zip/member-name.ts';

const BLOCK = 512;
const RULE = 'tar.malformed';
const MAX_LONG_NAME = 4_096;

/** A tar (POSIX ustar and GNU): regular files and folders only, each scanned by content; so are .nemo files. */
export const tar: FormatScanner = {
  format: 'tar',
  // The last member may be a zip, and is scanned as one.
  alsoReads: ['zip'],
  recognises: ({ head }) => isTarHeader(head.subarray(0, BLOCK)),
  scan({ source }, context) {
    const cursor = new Cursor(source, RULE);
    const seen = new Set<string>();
    let longName: string | undefined;
    for (;;) {
      context.budget.step();
      const start = cursor.offset;
      const block = cursor.bytes(BLOCK);
      if (block.every((byte) => byte === 0)) break;
      const header = readTarHeader(block) ?? cursor.fail('There is no header of a member.', start);
      if (header.sizeBytes > cursor.remaining) cursor.fail('A member is longer than the rest.', start);
      const data = cursor.offset;
      if (header.type === 'L') longName = longNameOf(cursor, header);
      else {
        const member = { ...header, name: longName ?? header.name };
        longName = undefined;
        checkMember(member, seen, start, context);
        if (member.type === 'file' && member.sizeBytes > 0) {
          context.scanInside(member.name, rangeSource(source, data, member.sizeBytes));
        }
      }
      cursor.seek(data + header.sizeBytes);
      passPadding(cursor, start, header.sizeBytes);
    }
    demandZeros(cursor);
    if (!seen.has('model_config.yaml')) context.find('archive.plain', `It holds ${seen.size} members.`);
  },
};

function checkMember(
  { name, type, typeFlag }: TarHeader,
  seen: Set<string>,
  offset: number,
  { find }: Pick<ScanContext, 'find'>,
): void {
  const place = { offset, subject: name };
  const relative = name.replace(/^\.\//, '');
  if (relative !== '' && relative !== '.' && !isMemberName(relative)) {
    find('tar.name', `A member is called ${shown(name)}.`, place);
  }
  if (type === 'other') {
    find('tar.link', `${shown(name)} is of type ${shown(typeFlag)}: neither file nor folder.`, place);
  }
  if (seen.has(foldedName(relative))) find('tar.duplicate', `Two members are called ${shown(name)}.`, place);
  seen.add(foldedName(relative));
}

/** GNU's way for names over 100 bytes: a member of its own in front. */
function longNameOf(cursor: Cursor, { sizeBytes }: TarHeader): string {
  if (sizeBytes > MAX_LONG_NAME) cursor.fail('A name is too long.');
  return cursor.utf8(sizeBytes).replace(/\0$/, '');
}

function passPadding(cursor: Cursor, start: number, sizeBytes: number): void {
  const padding = (BLOCK - (sizeBytes % BLOCK)) % BLOCK;
  const bytes = cursor.bytes(Math.min(padding, cursor.remaining));
  if (bytes.some((byte) => byte !== 0)) cursor.fail('Bytes that belong to no member follow one.', start);
}

/** Behind the first block of zeros come only more of them. */
function demandZeros(cursor: Cursor): void {
  cursor.stream(cursor.remaining, (piece) => {
    if (piece.some((byte) => byte !== 0)) cursor.fail('Something follows the end of the archive.');
  });
}
