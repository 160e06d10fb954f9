import { Cursor } from '../cursor.ts';
import type { FormatScanner } from '../format-scanner.ts';
import { Malformed } from '../malformed.ts';
import { findTrailingZip } from '../polyglot.ts';
import { readThrough } from '../read-through.ts';

const latin1 = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
/** A name in a PDF may be written with `#xx`; what hides a name that way hides it from people. */
const activeName =
  /\/(?:JavaScript|JS|Launch|EmbeddedFile|OpenAction|AA|RichMedia|XFA|SubmitForm|ImportData)\b/;
const OVERLAP = 64;

/** PDF: read to the end as bytes; its packed parts are not opened, and it is said so. */
export const pdf: FormatScanner = {
  format: 'pdf',
  recognises: ({ head }) => latin1(head.subarray(0, 5)) === '%PDF-',
  scan({ source }, context) {
    let before = '';
    let active: string | undefined;
    readThrough(source, (bytes) => {
      const text = before + latin1(bytes);
      active ??=
        activeName.exec(text)?.[0] ??
        (/\/[\w]*#[0-9A-Fa-f]{2}[\w#]*\b/.test(text) ? 'a hidden name' : undefined);
      before = text.slice(-OVERLAP);
    });
    if (active !== undefined) context.find('document.active', `It has ${active}.`);
    else context.find('document.opaque', 'Its packed parts were not opened.');
    const zipAt = findTrailingZip(source);
    if (zipAt !== null)
      context.find('file.polyglot', 'The document is a zip archive too.', { offset: zipAt });
  },
};

/** Apache Parquet: magic at both ends, and the footer inside. */
export const parquet: FormatScanner = {
  format: 'parquet',
  recognises: ({ head }) => latin1(head.subarray(0, 4)) === 'PAR1',
  scan({ source }) {
    readThrough(source);
    const cursor = new Cursor(source, 'table.malformed');
    if (source.sizeBytes < 12) cursor.fail('It is too short.');
    cursor.seek(source.sizeBytes - 8);
    const footer = cursor.u32le();
    if (latin1(cursor.bytes(4)) !== 'PAR1' || footer + 12 > source.sizeBytes)
      cursor.fail('Its footer is not inside.');
  },
};

/** Arrow IPC file: magic at both ends, and the footer inside. */
export const arrow: FormatScanner = {
  format: 'arrow',
  recognises: ({ head }) => latin1(head.subarray(0, 6)) === 'ARROW1',
  scan({ source }) {
    readThrough(source);
    if (source.sizeBytes < 18) throw new Malformed('table.malformed', 'It is too short.');
    const cursor = new Cursor(source, 'table.malformed');
    cursor.seek(source.sizeBytes - 10);
    const footer = cursor.u32le();
    if (latin1(cursor.bytes(6)) !== 'ARROW1' || footer + 18 > source.sizeBytes)
      cursor.fail('Its footer is not inside.');
  },
};
