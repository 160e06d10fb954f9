import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { describe, expect, it } from 'vitest';
import { safetensorsFile } from '../../fixtures/safetensors-file.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';

const weights = safetensorsFile({ a: [1, 2], b: [0, Number.NaN] });
const unknown = Buffer.from([1, 2, 3, 4, 255, 254]);

/** A site with an import that the scan blocks. */
async function openSite(): Promise<{ test: TestEngine; id: string }> {
  const test = await openTestEngine();
  const folder = path.join(temporaryFolder(), 'model');
  mkdirSync(folder);
  writeFileSync(path.join(folder, 'model.safetensors'), weights);
  writeFileSync(path.join(folder, 'odd.xyz'), unknown);
  const input = { source: test.locate(folder), model: 'toy', version: '1.0.0' };
  const { importId } = await test.finish('import', await test.engine.call('imports.start', input));
  return { test, id: importId };
}

/** Does what somebody with the sqlite command line would, and says which rows the log does not vouch for. */
async function alter({ engine, home }: TestEngine, sql: string): Promise<(string | undefined)[]> {
  const database = new BetterSqlite(path.join(home, 'registry.db'));
  database.exec(sql);
  database.close();
  const { ok, checks } = await engine.call('audit.verify', {});
  const failed = checks.filter(({ status }) => status === 'failed');
  expect(ok).toBe(failed.length === 0);
  return failed.map((check) => check.path);
}

const unlock = (table: string) => `DROP TRIGGER ${table}_no_update`;

describe('what a scan found', () => {
  it('is as the log says when nobody touched it, also after another scan', async () => {
    const { test, id } = await openSite();
    expect(await alter(test, 'SELECT 1')).toEqual([]);
    const before = await test.engine.call('audit.head', {});
    await test.finish('scan', await test.engine.call('scan.start', { import: id }));
    expect(await test.engine.call('audit.head', {})).toEqual(before);
  });

  it('is not changed by an ordinary update', async () => {
    const { test } = await openSite();
    for (const table of ['file_scans', 'import_scans', 'tensors']) {
      await expect(alter(test, `UPDATE ${table} SET rowid = rowid + 1`)).rejects.toThrow('never changed');
    }
  });

  it.each([
    ['findings taken away', `${unlock('file_scans')}; UPDATE file_scans SET findings = '[]'`],
    ['bytes that were never read', `${unlock('file_scans')}; UPDATE file_scans SET bytes_read = 5`],
    ['facts for other checks', `${unlock('file_scans')}; UPDATE file_scans SET facts = '[]'`],
    ['a statistic', `${unlock('tensors')}; UPDATE tensors SET statistics = NULL WHERE name = 'b'`],
    ['a tensor’s digest', `${unlock('tensors')}; UPDATE tensors SET digest = 'sha256:00' WHERE name = 'a'`],
    ['a tensor removed', `DELETE FROM tensors WHERE name = 'a'`],
    [
      'findings about several files',
      `${unlock('import_scans')}; UPDATE import_scans SET across = '[]', scanned_at = 'never'`,
    ],
    ['a scan removed', 'DELETE FROM import_scans'],
  ])('and was altered is named: %s', async (_what, sql) => {
    const { test, id } = await openSite();
    const named = await alter(test, sql);
    expect(named.length).toBeGreaterThan(0);
    for (const row of named) expect(row).toMatch(new RegExp(`^row import_scans: ${id} sha256:`));
  });

  it('is looked for again, on record, where this version has not seen it', async () => {
    const { test, id } = await openSite();
    await alter(test, 'DELETE FROM import_scans; DELETE FROM file_scans');
    expect(await test.engine.call('scan.get', { of: { import: id } })).toBeNull();
    const again = await test.finish('scan', await test.engine.call('scan.start', { import: id }));
    expect(again.verdict).toBe('block');
    const [entry] = await test.engine.call('audit.list', { limit: 1 });
    expect(entry?.body).toMatchObject({ act: 'import.scan', object: 'toy@1.0.0', details: { import: id } });
  });
});
