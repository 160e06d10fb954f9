import type { RuleTable } from './rule-table.ts';

/** What can be wrong with any file, whatever its format. */
export const generalRules = {
  'file.unidentified': {
    version: 1,
    severity: 'critical',
    title: 'not identified',
    why: 'Nobody can say what a loader would do with a file whose format is not known.',
    next: 'Leave the file out on the sending side, or have a person look at it and waive it for this digest.',
  },
  'file.not-read': {
    version: 1,
    severity: 'high',
    title: 'not read to the end',
    why: 'What was not read is not clean.',
    next: 'Scan again without leaving anything out.',
  },
  'file.empty': {
    version: 1,
    severity: 'info',
    title: 'empty file',
    why: 'It holds nothing, so nothing in it can run.',
    next: 'Nothing has to be done.',
  },
  'file.polyglot': {
    version: 1,
    severity: 'critical',
    title: 'two formats in one file',
    why: 'What one reader takes for weights, another unpacks or runs.',
    next: 'Keep the file out, and ask the sender for one that is only what it is named.',
  },
  'scan.crashed': {
    version: 1,
    severity: 'critical',
    title: 'the scanner failed',
    why: 'A file that stops its scanner was not checked, and may have been made to do so.',
    next: 'Keep the file out, and report the defect together with the file.',
  },
  'scan.timed-out': {
    version: 1,
    severity: 'critical',
    title: 'the scan took too long',
    why: 'A file that cannot be scanned in bounded time was not checked.',
    next: 'Keep the file out; ask the sender for the weights as safetensors.',
  },
  'limit.steps': {
    version: 1,
    severity: 'critical',
    title: 'too much work',
    why: 'A file that needs this many steps is not read to the end, so it is not clean.',
    next: 'Ask the sender for the weights as safetensors.',
  },
  'limit.inflated': {
    version: 1,
    severity: 'critical',
    title: 'decompresses to too much',
    why: 'What is compressed beyond the limit is not read to the end; a bomb looks like this.',
    next: 'Ask the sender for the files uncompressed.',
  },
  'limit.depth': {
    version: 1,
    severity: 'critical',
    title: 'archives in archives',
    why: 'What is nested deeper than the limit is not opened, so it is not clean.',
    next: 'Ask the sender for the files themselves.',
  },
} as const satisfies RuleTable;
