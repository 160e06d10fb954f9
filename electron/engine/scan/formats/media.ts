import type { FormatScanner } from '../format-scanner.ts';
import { readThrough } from '../read-through.ts';

const kinds: readonly (readonly [format: string, pattern: RegExp])[] = [
  ['flac', /^fLaC/],
  ['mp3', /^(?:ID3[\x02-\x04]|\xff[\xfa\xfb\xf2\xf3])/],
  ['ogg', /^OggS\0/],
  ['mp4', /^[\s\S]{4}ftyp(?:isom|iso\d|mp4\d|avc1|M4[AV] |qt {2}|dash)/],
  ['matroska', /^\x1a\x45\xdf\xa3/],
  ['font', /^(?:\0\x01\0\0\0[\x04-\x40]|OTTO\0|wOFF|wOF2)/],
];

/** Sound, film and fonts beside weights: told by their first bytes and read to the end, and not taken apart. */
export const media: readonly FormatScanner[] = kinds.map(([format, pattern]) => ({
  format,
  recognises: ({ head }) => pattern.test(Buffer.from(head.subarray(0, 16)).toString('latin1')),
  scan({ source }, context) {
    readThrough(source);
    context.find('document.opaque', `It is ${format}, and was read as bytes only.`);
  },
}));
