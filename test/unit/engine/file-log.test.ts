import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createFileLog } from '#engine/file-log.ts';

const clock = { now: () => new Date('2026-11-23T11:02:03.004Z') };
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sallyport-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('one JSON object a line, readable by the owner alone', () => {
  const logs = path.join(folder, 'logs');
  const log = createFileLog({ folder: logs, clock });
  log.info('opened', { version: '0.1.0' });
  log.error('two\nlines');
  const file = path.join(logs, 'sallyport.log');
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    { at: '2026-11-23T11:02:03.004Z', level: 'info', message: 'opened', version: '0.1.0' },
    { at: '2026-11-23T11:02:03.004Z', level: 'error', message: 'two\nlines' },
  ]);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('grows to a limit, keeps three old files and drops older ones', () => {
  const log = createFileLog({ folder, clock, limitBytes: 1 });
  for (let n = 0; n < 6; n += 1) log.warn(`message ${n}`);
  const kept = readdirSync(folder).sort();
  expect(kept).toEqual(['sallyport.log', 'sallyport.log.1', 'sallyport.log.2', 'sallyport.log.3']);
  expect(readFileSync(path.join(folder, 'sallyport.log'), 'utf8')).toContain('message 5');
  expect(readFileSync(path.join(folder, 'sallyport.log.3'), 'utf8')).toContain('message 2');
});

test('a folder that cannot be written to stops nothing', () => {
  const file = path.join(folder, 'file');
  writeFileSync(file, '');
  expect(() => createFileLog({ folder: path.join(file, 'logs'), clock }).error('lost')).not.toThrow();
});
