import type { RuleTable } from './rule-table.ts';

const next = 'Ask the sender to write the archive again with an ordinary tool, or for the files themselves.';
const readersDiffer =
  'Readers believe different parts of a zip, so the loader may see another content than the one that was scanned.';

/** Zip archives, whatever is in them. */
export const zipRules = {
  'zip.malformed': {
    version: 1,
    severity: 'critical',
    title: 'not a well-formed zip',
    why: readersDiffer,
    next,
  },
  'zip.mismatch': {
    version: 1,
    severity: 'critical',
    title: 'a member has two descriptions',
    why: readersDiffer,
    next,
  },
  'zip.zip64': {
    version: 1,
    severity: 'critical',
    title: '64-bit sizes that do not agree',
    why: readersDiffer,
    next,
  },
  'zip.gap': {
    version: 1,
    severity: 'critical',
    title: 'bytes that belong to no member',
    why: 'What lies between members is another file for a reader that starts elsewhere.',
    next,
  },
  'zip.overlap': {
    version: 1,
    severity: 'critical',
    title: 'members over each other',
    why: readersDiffer,
    next,
  },
  'zip.duplicate': { version: 1, severity: 'critical', title: 'a member twice', why: readersDiffer, next },
  'zip.name': {
    version: 1,
    severity: 'critical',
    title: 'a name that no member should have',
    why: 'Unpacking it writes outside the folder, or to another name on another system.',
    next,
  },
  'zip.link': {
    version: 1,
    severity: 'critical',
    title: 'a link in an archive',
    why: 'Unpacking a link lets a later member write wherever it points.',
    next,
  },
  'zip.encrypted': {
    version: 1,
    severity: 'critical',
    title: 'encrypted',
    why: 'What is encrypted cannot be looked at, and so is not clean.',
    next: 'Ask the sender for the files without encryption.',
  },
  'zip.flags': {
    version: 1,
    severity: 'critical',
    title: 'unusual flags',
    why: 'Readers differ in what they make of such flags, which has hidden payloads from scanners before.',
    next,
  },
  'zip.method': {
    version: 1,
    severity: 'critical',
    title: 'an unusual compression',
    why: 'What cannot be decompressed was not looked at, and so is not clean.',
    next,
  },
  'zip.crc': {
    version: 1,
    severity: 'critical',
    title: 'a wrong CRC',
    why: 'The member was damaged or exchanged; loaders that check it refuse the file, others load it.',
    next,
  },
  'zip.crc-absent': {
    version: 1,
    severity: 'info',
    title: 'no CRC',
    why: 'The writer did not compute a CRC; the digest of the whole file stands for its bytes.',
    next: 'Nothing has to be done.',
  },
  'zip.comment': {
    version: 1,
    severity: 'warning',
    title: 'a comment in an archive',
    why: 'No tool for weights writes comments, and anything may stand in one.',
    next,
  },
  'archive.plain': {
    version: 1,
    severity: 'warning',
    title: 'an archive',
    why: 'Weights are not loaded from plain archives, so somebody will unpack it, with tools of their own.',
    next: 'Ask the sender for the files themselves.',
  },
} as const satisfies RuleTable;
