import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { FoundVolume } from '#engine/media/found-volume.ts';
import type { VolumeLister } from '#engine/media/volumes.ts';
import { needsMount, needsProgram } from '../../fixtures/needs.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';

const CHUNK_BYTES = 16 * 1024 * 1024;

function makeModel(folder: string, bigBytes: number): string {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'config.json'), '{}');
  writeFileSync(path.join(folder, 'model.safetensors'), randomBytes(bigBytes));
  writeFileSync(path.join(folder, 'z.bin'), randomBytes(1_000_000));
  return folder;
}

const digestOf = (file: string) => `sha256:${createHash('sha256').update(readFileSync(file)).digest('hex')}`;

async function start(test: TestEngine, place: string): Promise<string> {
  const input = { source: test.locate(place), model: 'toy', version: '1.0.0' };
  return (await test.engine.call('imports.start', input)).jobId;
}

/** Starts an import and closes the engine once some chunks of the large file were copied. */
async function interruptInside(home: string, place: string, atLeastBytes: number): Promise<string> {
  const test = await openTestEngine({ home });
  const jobId = await start(test, place);
  const bytesDone = async () => (await test.engine.call('jobs.get', { id: jobId })).bytesDone;
  await expect.poll(bytesDone, { interval: 2, timeout: 60_000 }).toBeGreaterThan(atLeastBytes);
  await test.engine.close();
  return jobId;
}

async function expectWhole(test: TestEngine, importId: string, folder: string): Promise<void> {
  const detail = await test.engine.call('imports.get', { id: importId });
  expect(detail.files.map((file) => file.digest)).toEqual(
    ['config.json', 'model.safetensors', 'z.bin'].map((name) => digestOf(path.join(folder, name))),
  );
}

describe('an import that was interrupted inside a large file', () => {
  it('says what is left, goes on there, and also under another path', async () => {
    const home = path.join(temporaryFolder(), 'home');
    const folder = makeModel(path.join(temporaryFolder(), 'model'), 24 * CHUNK_BYTES);
    const jobId = await interruptInside(home, folder, 3 * CHUNK_BYTES);
    const moved = path.join(temporaryFolder(), 'elsewhere');
    renameSync(folder, moved);

    const test = await openTestEngine({ home });
    const job = await test.engine.call('jobs.get', { id: jobId });
    expect(job).toMatchObject({ state: 'interrupted', canResume: true, left: { files: 2 } });
    await test.engine.call('jobs.resume', { id: jobId });
    await expect(test.finish('import', { jobId })).rejects.toMatchObject({ code: 'FILE-UNREADABLE' });

    await test.engine.call('jobs.resume', { id: jobId, source: test.locate(moved) });
    const result = await test.finish('import', { jobId });
    expect(result.bytesHeld).toBeGreaterThanOrEqual(CHUNK_BYTES);
    await expectWhole(test, result.importId, moved);
  });

  it('does not take a source with other content for the same one', async () => {
    const home = path.join(temporaryFolder(), 'home');
    const folder = makeModel(path.join(temporaryFolder(), 'model'), 24 * CHUNK_BYTES);
    const jobId = await interruptInside(home, folder, CHUNK_BYTES);
    truncateSync(path.join(folder, 'z.bin'), 10);
    const test = await openTestEngine({ home });
    await test.engine.call('jobs.resume', { id: jobId });
    await expect(test.finish('import', { jobId })).rejects.toMatchObject({ code: 'FILE-CHANGED' });
  });

  it('begins a file anew when the copy is not what its journal says', async () => {
    const home = path.join(temporaryFolder(), 'home');
    const folder = makeModel(path.join(temporaryFolder(), 'model'), 24 * CHUNK_BYTES);
    const jobId = await interruptInside(home, folder, 3 * CHUNK_BYTES);
    const before = await openTestEngine({ home });
    const [row] = await before.engine.call('imports.list', {});
    await before.engine.close();
    const incoming = path.join(home, 'quarantine', row?.id ?? '', 'incoming');
    const bytes = readFileSync(incoming);
    bytes[5] = (bytes[5] ?? 0) ^ 1;
    writeFileSync(incoming, bytes);
    const test = await openTestEngine({ home });
    await test.engine.call('jobs.resume', { id: jobId });
    const result = await test.finish('import', { jobId });
    await expectWhole(test, result.importId, folder);
  });
});

describe('a drive that is pulled in the middle of a read', () => {
  it('is found again by itself where it is mounted next', async (context) => {
    needsMount(context);
    needsProgram(context, 'mkfs.ext4');
    const image = path.join(temporaryFolder(), 'drive.img');
    writeFileSync(image, '');
    truncateSync(image, 700_000_000);
    execFileSync('mkfs.ext4', ['-q', '-F', '-L', 'RESEARCH-07', image]);
    const mounts: string[] = [];
    const mountDrive = (): string => {
      const folder = temporaryFolder();
      execFileSync('mount', ['-o', 'loop', image, folder]);
      mounts.push(folder);
      onTestFinished(pull); // before its folder is removed
      return folder;
    };
    const pull = () => {
      const folder = mounts.pop();
      if (folder !== undefined) execFileSync('umount', ['-l', folder]);
    };
    const volumes: VolumeLister = {
      list: () => Promise.resolve(mounts.map((mountPath): FoundVolume => ({ ...drive, mountPath }))),
    };
    const folder = makeModel(path.join(mountDrive(), 'model'), 24 * CHUNK_BYTES);

    const home = path.join(temporaryFolder(), 'home');
    const test = await openTestEngine({ home, volumes });
    const jobId = await start(test, folder);
    const bytesDone = async () => (await test.engine.call('jobs.get', { id: jobId })).bytesDone;
    await expect.poll(bytesDone, { interval: 2, timeout: 60_000 }).toBeGreaterThan(CHUNK_BYTES);
    pull();
    // Linux lets the open file be read to its end; then its folder is not there any more.
    const ended = await test.untilState(jobId, 'failed', 'done');
    expect(ended.failure).toMatchObject({ code: 'MEDIA-GONE' });
    expect(ended.failure?.details.next).toContain('RESEARCH-07');

    const again = path.join(mountDrive(), 'model');
    await test.engine.call('jobs.resume', { id: jobId });
    const { importId, bytesHeld } = await test.finish('import', { jobId });
    expect(bytesHeld).toBeGreaterThanOrEqual(24 * CHUNK_BYTES);
    await expectWhole(test, importId, again);
  });
});

const drive = {
  device: '/dev/loop',
  label: 'RESEARCH-07',
  fileSystem: 'ext4',
  sizeBytes: 700_000_000,
  freeBytes: null,
  readOnly: false,
  transport: 'usb',
  serial: '4C530001',
  uuid: null,
  maxFileBytes: null,
  state: 'ready',
} as const;
