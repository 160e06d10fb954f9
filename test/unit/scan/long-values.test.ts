import { describe, expect, it } from 'vitest';
import { bytesSource } from '#engine/scan/byte-source.ts';
import { scanFile } from '#engine/scan/scan-file.ts';
import { pickled } from '../../fixtures/scan/pickle-writer.ts';

const MIB = 1024 * 1024;

/** Rules that a pickle of one text hits, and the processor time it takes to say so. */
function scanText(text: string): { rules: string[]; cpuSeconds: number } {
  const file = pickled([text]);
  const before = process.cpuUsage();
  const { findings, bytesRead } = scanFile('a.pkl', bytesSource(file), { extent: 'all' });
  const { user, system } = process.cpuUsage(before);
  expect(bytesRead).toBe(file.length);
  return { rules: findings.map(({ rule }) => rule), cpuSeconds: (user + system) / 1e6 };
}

describe('a text of many MiB in a pickle', () => {
  it.each([
    ['letters', 'a'.repeat(15 * MIB)],
    ['white space and one thing more', `${' '.repeat(15 * MIB)}!`],
    ['white space and padding', `a${' '.repeat(8 * MIB)}=${' '.repeat(6 * MIB)}!`],
    ['hexadecimal digits and one thing more', `${'ab'.repeat(7 * MIB)}!`],
  ])('is looked through to its end, without more work than its length: %s', (_what, text) => {
    const { rules, cpuSeconds } = scanText(text);
    expect(rules).toEqual([]);
    expect(cpuSeconds).toBeLessThan(5);
  });

  it.each([
    ['base64', (pickle: Buffer) => pickle.toString('base64')],
    ['base64 with line ends', (pickle: Buffer) => `${pickle.toString('base64')}\n \n`],
    ['hexadecimal', (pickle: Buffer) => pickle.toString('hex')],
  ])('holds a pickle all the same, in %s', (_what, encode) => {
    const payload = Buffer.from("cos\nsystem\n(S'id'\ntR.");
    expect(scanText(encode(payload)).rules).toContain('pickle.nested-code');
  });
});
