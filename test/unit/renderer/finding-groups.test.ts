import { describe, expect, it } from 'vitest';
import type { JudgedFinding, ScanReport } from '#shared/contract/scan.ts';
import {
  describeCoverage,
  describeScan,
  filterFindings,
  groupFindings,
  placeFindings,
} from '../../../renderer/components/finding-groups.ts';

const digest = `sha256:${'a'.repeat(64)}`;

function finding(
  rule: string,
  effect: JudgedFinding['effect'],
  more: Partial<JudgedFinding> = {},
): JudgedFinding {
  return { rule, effect, severity: 'high', detail: `found by ${rule}`, ...more };
}

function file(path: string, findings: JudgedFinding[]): ScanReport['files'][number] {
  return { path, format: 'pickle', verdict: 'block', sizeBytes: 10, bytesRead: 10, digest, findings };
}

const report = {
  files: [
    file('b.pt', [
      finding('pickle.call', 'block'),
      finding('pickle.call', 'block', { offset: 4 }),
      finding('text.odd', 'note', { severity: 'info' }),
    ]),
    file('a.pt', [finding('pickle.call', 'block', { waiver: 'wvr-1' }), finding('zip.gap', 'review')]),
  ],
  across: [{ ...finding('index.shard-missing', 'review'), path: 'b.pt' }],
};

describe('findings', () => {
  it('stand with the digest of their file, those across files too', () => {
    const placed = placeFindings(report);
    expect(placed).toHaveLength(6);
    expect(placed.every((each) => each.digest === digest)).toBe(true);
    expect(placeFindings({ files: [], across: [{ ...finding('x.y', 'review'), path: 'gone' }] })).toEqual([
      expect.objectContaining({ path: 'gone', digest: null }),
    ]);
  });

  it('are grouped by rule and file, the gravest first, and a waived one apart from one that counts', () => {
    const groups = groupFindings(placeFindings(report), 'rule');
    expect(groups.map(({ name, effect, count }) => [name, effect, count])).toEqual([
      ['pickle.call', 'block', 3],
      ['index.shard-missing', 'review', 1],
      ['zip.gap', 'review', 1],
      ['text.odd', 'note', 1],
    ]);
    expect(groups[0]?.hits.map(({ path, effect, findings }) => [path, effect, findings.length])).toEqual([
      ['b.pt', 'block', 2],
      ['a.pt', 'waived', 1],
    ]);
  });

  it('are grouped by file and rule', () => {
    const groups = groupFindings(placeFindings(report), 'path');
    expect(groups.map(({ name, count }) => [name, count])).toEqual([
      ['b.pt', 4],
      ['a.pt', 2],
    ]);
    expect(groups[1]?.hits.map(({ rule }) => rule)).toEqual(['zip.gap', 'pickle.call']);
  });

  it('are filtered by what they come to: a waived one no longer blocks', () => {
    const placed = placeFindings(report);
    expect(filterFindings(placed, { effect: 'block', severity: 'all' })).toHaveLength(2);
    expect(filterFindings(placed, { effect: 'waived', severity: 'all' })).toHaveLength(1);
    expect(filterFindings(placed, { effect: 'all', severity: 'info' })).toHaveLength(1);
    expect(filterFindings(placed, { effect: 'block', severity: 'info' })).toEqual([]);
  });
});

describe('words of a scan', () => {
  it('never round what was not read away', () => {
    expect(describeCoverage({ bytesRead: 10, sizeBytes: 10 })).toBe('every byte read, 10 B');
    expect(describeCoverage({ bytesRead: 1_000_000, sizeBytes: 14_200_000 })).toBe('1.00 MB of 14.2 MB read');
    expect(describeCoverage({ bytesRead: 14_200_000_000 - 1, sizeBytes: 14_200_000_000 })).toBe(
      '14\u202f199\u202f999\u202f999 of 14\u202f200\u202f000\u202f000 bytes read',
    );
  });

  it('say what was found', () => {
    const counts = { block: 1, review: 2, note: 5, waived: 3 };
    expect(describeScan({ verdict: 'block', counts })).toBe('1 finding blocks, 2 to be looked at, 3 waived');
    expect(describeScan({ verdict: 'pass', counts: { block: 0, review: 0, note: 1, waived: 1 } })).toBe(
      'nothing found that blocks or needs a look, 1 waived',
    );
  });
});
