import { describe, expect, it } from 'vitest';
import { bytesSource } from '#engine/scan/byte-source.ts';
import { scanFile } from '#engine/scan/scan-file.ts';
import { verdictOf } from '#engine/scan/verdict.ts';
import { benignKeras, hostileKeras } from '../../fixtures/scan/keras-files.ts';
import { smallFiles } from '../../fixtures/scan/small-files.ts';
import { benignVocabularies, hostileVocabularies } from '../../fixtures/scan/vocabularies.ts';

describe('small files beside weights', () => {
  it.each(smallFiles)('$name passes', ({ name, bytes }) => {
    const { findings, bytesRead } = scanFile(name, bytesSource(bytes), { extent: 'all' });
    expect(findings).toEqual([]);
    expect(bytesRead).toBe(bytes.length);
  });
});

describe.each([
  ['vocabularies', benignVocabularies],
  ['Keras files', benignKeras],
])('benign %s', (_what, samples) => {
  it.each(samples)('$name', ({ name, bytes, format, review }) => {
    const scanned = scanFile(name, bytesSource(bytes), { extent: 'all' });
    const told = scanned.findings.filter(({ severity }) => severity !== 'info');
    expect(told.map(({ rule }) => rule)).toEqual(review === undefined ? [] : [review]);
    expect(scanned.format).toBe(format);
    expect(scanned.bytesRead).toBe(bytes.length);
  });
});

describe.each([
  ['vocabularies', hostileVocabularies],
  ['Keras files', hostileKeras],
])('hostile %s', (_what, samples) => {
  it.each(samples)('$name: $rule', ({ name, bytes, rule }) => {
    const { findings } = scanFile(name, bytesSource(bytes), { extent: 'all' });
    expect(findings.map((finding) => finding.rule)).toContain(rule);
    expect(findings.map((finding) => finding.rule)).not.toContain('scan.crashed');
    expect(verdictOf(findings)).not.toBe('pass');
  });
});
