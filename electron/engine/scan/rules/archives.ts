import type { RuleTable } from './rule-table.ts';

const next =
  'Ask the sender for the files themselves, or for the archive written again with an ordinary tool.';

/** Archives and compressed streams other than zip. */
export const archiveRules = {
  'gzip.malformed': {
    version: 1,
    severity: 'critical',
    title: 'not a well-formed compressed stream',
    why: 'What cannot be decompressed to the end was not looked at, and so is not clean.',
    next,
  },
  'gzip.checksum': {
    version: 1,
    severity: 'critical',
    title: 'a wrong checksum',
    why: 'The content was damaged or exchanged after it was compressed.',
    next,
  },
  'gzip.trailing': {
    version: 1,
    severity: 'critical',
    title: 'bytes after the compressed stream',
    why: 'Some readers go on with what follows and others do not, so it is hidden from one of them.',
    next,
  },
  'tar.malformed': {
    version: 1,
    severity: 'critical',
    title: 'not a well-formed tar',
    why: 'Readers differ in what they make of it, so the content that was scanned may not be the one that is unpacked.',
    next,
  },
  'tar.name': {
    version: 1,
    severity: 'critical',
    title: 'a name that no member should have',
    why: 'Unpacking it writes outside the folder, or to another name on another system.',
    next,
  },
  'tar.link': {
    version: 1,
    severity: 'critical',
    title: 'a link or a special file in an archive',
    why: 'Unpacking a link lets a later member write wherever it points; device files and extensions do worse.',
    next,
  },
  'tar.duplicate': {
    version: 1,
    severity: 'critical',
    title: 'a member twice',
    why: 'Which of the two is unpacked depends on the tool.',
    next,
  },
  'archive.unread': {
    version: 1,
    severity: 'critical',
    title: 'an archive that is not opened',
    why: 'This version does not read archives of this kind, so what is in it was not looked at.',
    next: 'Ask the sender for the files themselves.',
  },
} as const satisfies RuleTable;
