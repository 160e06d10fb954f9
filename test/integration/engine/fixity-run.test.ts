import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import { systemPower } from '#engine/core/ports/power.ts';
import type { PowerState } from '#shared/contract/fixity.ts';
import type { Job } from '#shared/contract/jobs.ts';
import { blobFile, flipBit } from '../../fixtures/fixity.ts';
import { ManualClock } from '../../fixtures/manual-clock.ts';
import { opaqueWeights } from '../../fixtures/safetensors-file.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';
import { publish } from '../../fixtures/two-sites.ts';

const MIB = 1024 * 1024;
const CHUNK_BYTES = 16 * MIB;
const DAY_MS = 24 * 60 * 60_000;

async function check(test: TestEngine, input: { due?: boolean } = {}) {
  return test.finish('fixity', await test.engine.call('fixity.start', input));
}

/** Waits until a job has read so many bytes. */
function untilRead(test: TestEngine, jobId: string, bytes: number): Promise<void> {
  return new Promise((resolve) => {
    test.engine.on('job', (job: Job) => {
      if (job.id === jobId && job.bytesDone >= bytes) resolve();
    });
  });
}

describe('a fixity check that is stopped', () => {
  it('goes on inside the blob where it was: after a pause, and after a restart', async () => {
    const test = await openTestEngine();
    const weights = opaqueWeights(6 * CHUNK_BYTES);
    await publish(test, 'toy', '1.0.0', { 'model.onnx': weights, 'config.json': '{}' });
    flipBit(blobFile(test.home, weights), 5);
    // So slow that it can be stopped after the first chunks.
    const { jobId } = await test.engine.call('fixity.start', { bytesPerSecond: 10_000_000 });
    await untilRead(test, jobId, 2 * CHUNK_BYTES);
    await test.engine.call('jobs.cancel', { id: jobId });
    const paused = await test.untilState(jobId, 'cancelled');
    expect(paused.canResume).toBe(true);
    await vi.waitFor(async () => {
      const { left } = await test.engine.call('jobs.get', { id: jobId });
      expect(left?.bytes).toBeLessThanOrEqual(4 * CHUNK_BYTES + 1000);
    });

    await test.engine.call('jobs.resume', { id: jobId });
    await test.untilState(jobId, 'running');
    await test.engine.close();
    const again = await openTestEngine({ home: test.home });
    const before = await again.engine.call('jobs.get', { id: jobId });
    expect(before.state).toBe('interrupted');
    let read = 0;
    again.engine.on('job', (job) => (read = job.id === jobId ? job.bytesDone : read));
    await again.engine.call('jobs.resume', { id: jobId });
    const report = await again.finish('fixity', { jobId });
    expect(read).toBeLessThanOrEqual(before.left?.bytes ?? 0);
    expect(read).toBeLessThan(5 * CHUNK_BYTES);
    // What was found before the stops is in the end's report, with what was read then.
    expect(report).toMatchObject({ ok: false, filesChecked: 3 });
    expect(report.bytesChecked).toBeGreaterThan(6 * CHUNK_BYTES);
    expect(report.checks.find((each) => each.status === 'failed')?.found).toContain('bytes 0-16777215');
    expect((await again.engine.call('audit.verify', {})).ok).toBe(true);
  });
});

describe('the rate of reading', () => {
  it('holds, follows the settings at once, and is less on battery', async () => {
    let power: PowerState = 'mains';
    const test = await openTestEngine({ power: { state: () => Promise.resolve(power) } });
    await publish(test, 'toy', '1.0.0', { 'model.onnx': opaqueWeights(4 * CHUNK_BYTES) });
    const limited = { everyDays: null, bytesPerSecond: 1_000_000, reason: 'the disk is shared' };
    await test.engine.call('fixity.configure', limited);
    const { jobId } = await test.engine.call('fixity.start', {});
    await untilRead(test, jobId, CHUNK_BYTES);
    // At that rate the rest would take a minute.
    await test.engine.call('fixity.configure', { ...limited, bytesPerSecond: null });
    expect((await test.finish('fixity', { jobId })).ok).toBe(true);
    expect(await test.engine.call('fixity.status', {})).toMatchObject({ power, bytesPerSecond: null });

    power = 'battery';
    const status = await test.engine.call('fixity.status', {});
    expect(status).toMatchObject({ power, bytesPerSecond: 20_000_000 });
    const report = await check(test);
    expect(report.seconds).toBeGreaterThan((4 * CHUNK_BYTES) / 20_000_000 - 0.2);
  });
});

describe('a schedule', () => {
  it('makes due what was last read too long ago, and says when that was', async () => {
    const clock = new ManualClock('2026-03-01T00:00:00.000Z');
    const test = await openTestEngine({ clock });
    await publish(test, 'toy', '1.0.0', { 'notes.txt': 'one' });
    await expect(test.engine.call('fixity.start', { due: true })).rejects.toMatchObject({ code: 'USAGE' });
    const settings = { everyDays: 30, bytesPerSecond: null, reason: 'policy 7' };
    await test.engine.call('fixity.configure', settings);
    expect(await test.engine.call('fixity.status', {})).toMatchObject({
      due: { blobs: 0 },
      releases: [{ oldestReadAt: null, neverRead: 2, isDue: false }],
    });
    clock.advance(20 * DAY_MS);
    await publish(test, 'toy', '2.0.0', { 'notes.txt': 'two' });
    clock.advance(11 * DAY_MS);
    expect((await check(test, { due: true })).filesChecked).toBe(2);
    const read = clock.now().toISOString();
    expect((await test.engine.call('fixity.status', {})).releases).toMatchObject([
      { version: '1.0.0', oldestReadAt: read, neverRead: 0 },
      { version: '2.0.0', oldestReadAt: null, neverRead: 2 },
    ]);
    expect((await check(test, { due: true })).filesChecked).toBe(0);
    clock.advance(20 * DAY_MS);
    expect((await check(test, { due: true })).filesChecked).toBe(2);
  });

  it('is kept by an engine that is open to do so, and by no other', async () => {
    const clock = new ManualClock('2026-03-01T00:00:00.000Z');
    const first = await openTestEngine({ clock });
    await publish(first, 'toy', '1.0.0', { 'notes.txt': 'one' });
    await first.engine.call('fixity.configure', { everyDays: 1, bytesPerSecond: null, reason: 'x' });
    await first.engine.close();
    clock.advance(2 * DAY_MS);
    const { home } = first;
    const commandLine = await openTestEngine({ home, clock });
    expect((await commandLine.engine.call('fixity.status', {})).job).toBeNull();
    expect((await commandLine.engine.call('fixity.status', {})).due.blobs).toBe(2);
    await commandLine.engine.close();
    const open = await openTestEngine({ home, clock, runsDueWork: true });
    const [job] = await open.engine.call('jobs.list', {});
    expect(job).toMatchObject({ kind: 'fixity', title: 'checking what is due' });
    await open.finish('fixity', { jobId: job?.id ?? '' });
    expect((await open.engine.call('fixity.status', {})).due.blobs).toBe(0);
  });
});

describe('readings on record', () => {
  it.each([
    ['changed', `UPDATE fixity_readings SET outcome = 'good', ranges = '[]' WHERE outcome = 'damaged'`],
    ['moved in time', `UPDATE fixity_readings SET at = '2030-01-01T00:00:00.000Z'`],
    ['removed', `DELETE FROM fixity_readings WHERE outcome = 'damaged'`],
    [
      'added',
      `INSERT INTO fixity_readings SELECT 99, 'job-x', 1, digest, size_bytes, at, 'good', '[]', '' FROM fixity_readings WHERE outcome = 'damaged'`,
    ],
  ])('that were %s with the sqlite command line are found', async (_what, sql) => {
    const test = await openTestEngine();
    await publish(test, 'toy', '1.0.0', { 'notes.txt': 'one', 'config.json': '{}' });
    flipBit(blobFile(test.home, 'one'), 0);
    expect((await check(test)).ok).toBe(false);
    expect((await test.engine.call('audit.verify', {})).ok).toBe(true);
    await test.engine.close();
    const database = new BetterSqlite(path.join(test.home, 'registry.db'));
    database.exec('DROP TRIGGER fixity_readings_no_update; DROP TRIGGER fixity_readings_no_delete');
    database.exec(sql);
    database.close();
    const again = await openTestEngine({ home: test.home });
    const { checks } = await again.engine.call('audit.verify', {});
    const failed = checks.filter((each) => each.status === 'failed').map((each) => each.path ?? '');
    expect(failed).toContainEqual(expect.stringContaining('row fixity_readings: job-'));
  });
});

describe('the power source of a Linux machine', () => {
  it.each([
    ['a desktop without a battery', {}, 'mains'],
    ['on its supply', { AC: 'Mains online=1', BAT0: 'Battery status=Charging' }, 'mains'],
    ['on battery', { AC: 'Mains online=0', BAT0: 'Battery status=Discharging' }, 'battery'],
    ['on a USB-C supply', { BAT0: 'Battery status=Discharging', ucsi: 'USB online=1' }, 'mains'],
    ['with a mouse that runs down', { mouse: 'Battery scope=Device status=Discharging' }, 'mains'],
  ] as const)('%s', async (_what, supplies, expected) => {
    const folder = temporaryFolder();
    for (const [name, text] of Object.entries(supplies)) {
      mkdirSync(path.join(folder, name));
      const [type = '', ...facts] = text.split(' ');
      writeFileSync(path.join(folder, name, 'type'), `${type}\n`);
      for (const fact of facts) {
        const [file = '', value = ''] = fact.split('=');
        writeFileSync(path.join(folder, name, file), `${value}\n`);
      }
    }
    expect(await systemPower({ platform: 'linux', folder }).state()).toBe(expected);
  });
});
