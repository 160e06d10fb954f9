import type { RuleTable } from './rule-table.ts';

/** What can be wrong with an entry of a folder before a byte of it is read, and with reading it. */
export const folderRules = {
  'folder.not-regular': {
    version: 1,
    severity: 'critical',
    title: 'not a regular file',
    why: 'A link, device or FIFO leads to bytes that nobody checked, or to none.',
    next: 'Put the file itself there instead.',
  },
  'folder.unsafe-name': {
    version: 1,
    severity: 'critical',
    title: 'a name that is not allowed',
    why: 'The name means different files on different systems, or hides what it is.',
    next: 'Rename the file on the sending side.',
  },
  'folder.collision': {
    version: 1,
    severity: 'critical',
    title: 'names that cannot stand together',
    why: 'On some file systems one of these files replaces the other.',
    next: 'Rename one of the files on the sending side.',
  },
  'folder.unreadable': {
    version: 1,
    severity: 'critical',
    title: 'cannot be looked at',
    why: 'What cannot be read was not checked.',
    next: 'Make the entry readable, then scan again.',
  },
  'folder.hard-link': {
    version: 1,
    severity: 'warning',
    title: 'a file with several names',
    why: 'Somebody who holds another name of it can change its bytes after the scan.',
    next: 'Scan a copy of the folder, or import it: a copy has one name.',
  },
  'folder.sparse': {
    version: 1,
    severity: 'warning',
    title: 'a file with holes',
    why: 'Much of the file was never written and reads as zeros, which weights hardly ever are.',
    next: 'Compare its digest with the sender’s, and copy it again.',
  },
  'file.unreadable': {
    version: 1,
    severity: 'critical',
    title: 'cannot be read',
    why: 'What cannot be read was not checked.',
    next: 'Make the file readable, then scan again.',
  },
  'file.changed': {
    version: 1,
    severity: 'critical',
    title: 'changed while it was read',
    why: 'What was checked are not the bytes that lie there now.',
    next: 'Make sure that nothing writes to it, then scan again.',
  },
} as const satisfies RuleTable;
