import { describe, expect, it } from 'vitest';
import { bytesSource } from '#engine/scan/byte-source.ts';
import { defaultLimits } from '#engine/scan/budget.ts';
import { scanFile } from '#engine/scan/scan-file.ts';
import { verdictOf } from '#engine/scan/verdict.ts';
import { hostileArchives } from '../../fixtures/scan/hostile-archives.ts';
import { hostilePickles } from '../../fixtures/scan/hostile-pickles.ts';

const limits = { ...defaultLimits, maxInflatedBytes: 64 * 1024 * 1024 };

describe.each([
  ['pickles', hostilePickles],
  ['archives', hostileArchives],
])('hostile %s', (_what, samples) => {
  it.each(samples)('$name: $rule', ({ name, bytes, rule }) => {
    const { findings } = scanFile(name, bytesSource(bytes), { extent: 'all', limits });
    expect(findings.map((finding) => finding.rule)).toContain(rule);
    expect(findings.map((finding) => finding.rule)).not.toContain('scan.crashed');
    expect(verdictOf(findings)).not.toBe('pass');
  });
});
