import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ScanPool, type ScanTask } from '#engine/scan/scan-pool.ts';
import { safetensorsFile } from '../../fixtures/safetensors-file.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const unruly = new URL('../../fixtures/unruly-scan-worker.ts', import.meta.url);

function openPool(deadlineMs: number) {
  const pool = new ScanPool({ workerUrl: unruly, deadlineFor: () => deadlineMs });
  onTestFinished(() => pool.close());
  const folder = path.join(temporaryFolder(), 'files');
  mkdirSync(folder);
  return (content: string | Buffer, options: Partial<ScanTask> = {}) => {
    const file = path.join(folder, `${Math.random()}`);
    writeFileSync(file, content);
    return pool.scan({
      path: 'a.bin',
      file,
      sizeBytes: content.length,
      extent: 'all',
      signal: new AbortController().signal,
      onBytes: () => {},
      ...options,
    });
  };
}

const good = safetensorsFile({ weight: [1, 2, 3] });

describe('a scan that', () => {
  it(
    'does not end is killed at its deadline, and the next file is scanned',
    { timeout: 30_000 },
    async () => {
      const scan = openPool(6000);
      const hanging = await scan('HANG');
      expect(hanging.findings).toMatchObject([{ rule: 'scan.timed-out', severity: 'critical' }]);
      expect(await scan(good)).toMatchObject({ format: 'safetensors', findings: [] });
    },
  );

  it.each(['EXIT', 'HEAP'])('ends its thread (%s) blocks that file, and the others go on', async (deed) => {
    const scan = openPool(60_000);
    const [dead, ...others] = await Promise.all([scan(deed), scan(good), scan(good), scan(good)]);
    expect(dead).toMatchObject({ bytesRead: 0, findings: [{ rule: 'scan.crashed', severity: 'critical' }] });
    for (const other of others) expect(other).toMatchObject({ format: 'safetensors', findings: [] });
  });

  it('is cancelled stops in the middle of whatever it does', async () => {
    const scan = openPool(60_000);
    const stop = new AbortController();
    const scanning = scan('HANG', { signal: stop.signal });
    setTimeout(() => stop.abort(), 500);
    await expect(scanning).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await scan(good)).toMatchObject({ findings: [] });
  });

  it('finds no file there says so as a finding', async () => {
    const scan = openPool(60_000);
    const missing = await scan(good, { file: '/nowhere/at/all' });
    expect(missing.findings).toMatchObject([{ rule: 'file.unreadable', severity: 'critical' }]);
  });

  it('tells every byte once, whatever the file does', async () => {
    const scan = openPool(60_000);
    for (const content of [good, 'EXIT']) {
      let told = 0;
      await scan(content, { onBytes: (bytes) => (told += bytes) });
      expect(told).toBe(content.length);
    }
  });
});
