import { describe, expect, it } from 'vitest';
import { groupFindings, type PlacedFinding } from '../../../renderer/components/finding-groups.ts';
import { findingRows } from '../../../renderer/components/finding-rows.ts';

function finding(rule: string, path: string, effect: PlacedFinding['effect']): PlacedFinding {
  return { rule, path, effect, severity: 'critical', detail: `${rule} in ${path}`, digest: null };
}

const findings = [
  finding('pickle.call', 'b.bin', 'block'),
  finding('pickle.call', 'a.bin', 'block'),
  finding('pickle.call', 'a.bin', 'block'),
  finding('zip.comment', 'a.bin', 'note'),
];

const outline = (by: 'rule' | 'path', chosen = new Map<string, boolean>()) =>
  findingRows(groupFindings(findings, by), by, chosen).map((row) => {
    if (row.kind === 'group') return `${row.isOpen ? 'v' : '>'} ${row.group.name}`;
    if (row.kind === 'hits') return `  ${row.hits.rule} ${row.hits.path}`;
    return row.kind === 'why' ? '  why' : '    finding';
  });

describe('the lines of the list of findings', () => {
  it('show what blocks open and what is only said closed, by rule and then file', () => {
    expect(outline('rule')).toEqual([
      ...['v pickle.call', '  why', '  pickle.call a.bin', '    finding', '    finding'],
      ...['  pickle.call b.bin', '    finding', '> zip.comment'],
    ]);
  });

  it('or by file and then rule, the reason with each rule', () => {
    expect(outline('path', new Map([['b.bin', false]]))).toEqual([
      ...['v a.bin', '  pickle.call a.bin', '  why', '    finding', '    finding'],
      ...['  zip.comment a.bin', '  why', '    finding', '> b.bin'],
    ]);
  });

  it('have keys of their own, each', () => {
    for (const by of ['rule', 'path'] as const) {
      const all = new Map(
        [...findings.map(({ rule }) => rule), 'a.bin', 'b.bin'].map((name) => [name, true]),
      );
      const keys = findingRows(groupFindings(findings, by), by, all).map((row) => row.key);
      expect(new Set(keys).size).toBe(keys.length);
    }
  });
});
