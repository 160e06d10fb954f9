import { describe, expect, it } from 'vitest';
import { defaultLimits } from '#engine/scan/budget.ts';
import { bytesSource } from '#engine/scan/byte-source.ts';
import { scanFile } from '#engine/scan/scan-file.ts';
import { verdictOf } from '#engine/scan/verdict.ts';
import { families } from '../../fixtures/scan/samples.ts';
import { smallFiles } from '../../fixtures/scan/small-files.ts';

const limits = { ...defaultLimits, maxInflatedBytes: 64 * 1024 * 1024 };

describe.each(families)('$family', ({ benign, hostile }) => {
  it.runIf(benign.length > 0).each(benign)('$name passes', ({ name, file = name, bytes, format, review }) => {
    const scanned = scanFile(file, bytesSource(bytes), { extent: 'all' });
    const told = scanned.findings.filter(({ severity }) => severity !== 'info');
    expect(told.map(({ rule }) => rule)).toEqual(review === undefined ? [] : [review]);
    expect(verdictOf(scanned.findings)).toBe(review === undefined ? 'pass' : 'review');
    expect(scanned.format).toBe(format);
    expect(scanned.bytesRead).toBe(bytes.length);
  });

  it.each(hostile)('$name: $rule', ({ name, file = name, bytes, rule }) => {
    const { findings } = scanFile(file, bytesSource(bytes), { extent: 'all', limits });
    expect(findings.map((finding) => finding.rule)).toContain(rule);
    expect(findings.map((finding) => finding.rule)).not.toContain('scan.crashed');
    expect(verdictOf(findings)).not.toBe('pass');
  });
});

describe('the list of samples', () => {
  it('has enough of both, and no name twice in a family', () => {
    const count = (kind: 'benign' | 'hostile') =>
      families.reduce((sum, family) => sum + family[kind].length, 0);
    expect(count('hostile')).toBeGreaterThanOrEqual(150);
    expect(count('benign')).toBeGreaterThanOrEqual(60);
    for (const { hostile } of families) {
      expect(new Set(hostile.map(({ name }) => name)).size).toBe(hostile.length);
    }
  });
});

describe('small files beside weights', () => {
  it.each(smallFiles)('$name passes', ({ name, bytes }) => {
    const { findings, bytesRead } = scanFile(name, bytesSource(bytes), { extent: 'all' });
    expect(findings).toEqual([]);
    expect(bytesRead).toBe(bytes.length);
  });
});
