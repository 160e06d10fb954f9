import { describe, expect, it } from 'vitest';
import { bytesSource, rangeSource } from '#engine/scan/byte-source.ts';
import type { FormatScanner } from '#engine/scan/format-scanner.ts';
import { Malformed } from '#engine/scan/malformed.ts';
import { scanFile } from '#engine/scan/scan-file.ts';
import { verdictOf } from '#engine/scan/verdict.ts';

const bytes = new TextEncoder().encode('box(box(leaf))');

/** Texts of the form `box(…)`, read whole; what is in the brackets is inside. */
const box: FormatScanner = {
  format: 'box',
  recognises: ({ head }) => Buffer.from(head).toString().startsWith('box('),
  scan: ({ source }, context) => {
    source.read(0, source.sizeBytes);
    context.scanInside('in\u202eside', rangeSource(source, 4, source.sizeBytes - 5));
  },
};
const leaf: FormatScanner = {
  format: 'leaf',
  recognises: ({ head }) => Buffer.from(head).toString() === 'leaf',
  scan: () => {
    throw new Malformed('limit.steps', 'too much', { offset: 3 });
  },
};
const crash: FormatScanner = {
  format: 'crash',
  recognises: () => true,
  scan: () => {
    throw new TypeError('undefined is not a\nfunction');
  },
};
const options = { extent: 'all' } as const;

describe('scanning one file', () => {
  it('names the member and the offset of what is inside', () => {
    const scanned = scanFile('a.box', bytesSource(bytes), { ...options, scanners: [box, leaf] });
    expect(scanned.format).toBe('box');
    expect(scanned.bytesRead).toBe(bytes.length);
    expect(scanned.findings).toEqual([
      {
        rule: 'limit.steps',
        severity: 'critical',
        detail: 'too much',
        member: 'in⟨U+202E⟩side!in⟨U+202E⟩side',
        offset: 3,
      },
    ]);
  });

  it('blocks what lies deeper than the limit', () => {
    const limits = { maxSteps: 10, maxInflatedBytes: 10, maxDepth: 1 };
    const scanned = scanFile('a.box', bytesSource(bytes), { ...options, scanners: [box, leaf], limits });
    expect(scanned.findings.map(({ rule }) => rule)).toEqual(['limit.depth']);
  });

  it('never passes what is not identified, not read, or crashes its scanner', () => {
    const unknown = scanFile('x', bytesSource(bytes), { ...options, scanners: [] });
    expect(unknown.findings.map(({ rule }) => rule)).toEqual(['file.unidentified']);
    const crashed = scanFile('x', bytesSource(bytes), { ...options, scanners: [crash] });
    expect(crashed.findings[0]).toMatchObject({ rule: 'scan.crashed', severity: 'critical' });
    expect(crashed.findings[0]?.detail).not.toContain('\n');
    const idle = { ...leaf, recognises: () => true, scan: () => {} };
    const big = bytesSource(new Uint8Array(100_000));
    const unread = scanFile('x', big, { ...options, scanners: [idle] });
    expect(unread.findings.map(({ rule }) => rule)).toEqual(['file.not-read']);
    for (const { findings } of [unknown, crashed, unread]) expect(verdictOf(findings)).not.toBe('pass');
  });

  it('counts each byte once, in whatever order it is read', () => {
    const jumping: FormatScanner = {
      format: 'jumping',
      recognises: () => true,
      scan: ({ source }) => {
        for (const offset of [90_000, 70_000, 80_000, 70_000]) source.read(offset, 5_000);
      },
    };
    const scanned = scanFile('x', bytesSource(new Uint8Array(100_000)), { ...options, scanners: [jumping] });
    expect(scanned.bytesRead).toBe(65_536 + 15_000);
  });
});
