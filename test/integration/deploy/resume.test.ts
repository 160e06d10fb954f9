import { chmodSync, existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { activate, folderOf, openFleet, publish, push, runSshd } from '../../fixtures/fleet.ts';
import type { TestEngine } from '../../fixtures/test-engine.ts';

const CHUNK = 16 * 1024 * 1024;
const SIZE = 8 * CHUNK + 12_345;

/** Bytes of which no two chunks are equal. */
function makeWeights(): Buffer {
  const bytes = Buffer.alloc(SIZE);
  for (let at = 0; at < SIZE; at += 4096) bytes.writeUInt32LE(at, Math.min(at, SIZE - 4));
  return bytes;
}
const weights = makeWeights();

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = Date.now() + 30_000; !condition();) {
    if (Date.now() > deadline) throw new Error('waited for nothing');
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
}

const startPush = (test: TestEngine) =>
  test.engine.call('deploy.push', { model: 'toy', version: '1.0.0', servers: ['gpu-01'] });

async function hexOfModel(test: TestEngine): Promise<string> {
  const { files } = await test.engine.call('releases.get', { model: 'toy', version: '1.0.0' });
  return files[0]?.digest.slice('sha256:'.length) ?? '';
}

/** A part as a push that was cut off leaves it: `good` bytes as they must be, then zeros up to `size`. */
function leavePart(root: string, hex: string, good: number, size: number): void {
  const part = Buffer.alloc(size);
  weights.copy(part, 0, 0, good);
  writeFileSync(path.join(root, 'incoming', `${hex}.part`), part);
}

describe('a connection that breaks in the middle', () => {
  it('is opened again by itself; the push goes on and the bytes are right', async () => {
    const { test, sshd } = await openFleet();
    await publish(test, '1.0.0', { 'model.onnx': weights });
    const hex = await hexOfModel(test);
    const part = path.join(sshd.root, 'incoming', `${hex}.part`);
    const started = await startPush(test);
    await until(() => existsSync(part) && statSync(part).size > 2 * CHUNK);
    expect(sshd.dropConnections()).toBeGreaterThan(0);
    const [outcome] = (await test.finish('push', started)).servers;
    expect(outcome?.ok).toBe(true);
    expect(readFileSync(path.join(sshd.root, 'blobs/sha256', hex)).equals(weights)).toBe(true);
    expect(readdirSync(path.join(sshd.root, 'incoming'))).toEqual([]);
    expect(existsSync(path.join(sshd.root, '.sallyport/lock'))).toBe(false);
  });

  it('for good: the job fails, nothing half-written is used, and resuming the job sends only the rest', async () => {
    const { test, sshd } = await openFleet();
    await publish(test, '1.0.0', { 'model.onnx': weights });
    const hex = await hexOfModel(test);
    const part = path.join(sshd.root, 'incoming', `${hex}.part`);
    const started = await startPush(test);
    await until(() => existsSync(part) && statSync(part).size > 2 * CHUNK);
    await sshd.stop();
    const failed = await test.untilState(started.jobId, 'failed');
    expect(failed.failure?.code).toBe('CONNECTION-LOST');
    expect(failed.failure?.details.state).toMatch(/nothing half-written is ever used/);
    expect(failed.canResume).toBe(true);
    expect(readdirSync(path.join(sshd.root, 'blobs/sha256'))).toEqual([]);
    const arrived = Math.floor(Math.min(statSync(part).size, SIZE) / CHUNK) * CHUNK;
    expect(arrived).toBeGreaterThan(0);

    await runSshd({ folder: path.dirname(sshd.log), port: sshd.port });
    await test.engine.call('jobs.resume', { id: started.jobId });
    const [outcome] = (await test.finish('push', started)).servers;
    const manifest = (await test.engine.call('releases.get', { model: 'toy', version: '1.0.0' })).manifest
      .length;
    expect(outcome?.bytesAlreadyThere).toBe(arrived);
    expect(outcome?.bytesSent).toBe(SIZE - arrived + manifest);
    expect(readFileSync(path.join(sshd.root, 'blobs/sha256', hex)).equals(weights)).toBe(true);
  });
});

describe('what an earlier push left behind', () => {
  it('only what the server can prove of a part is kept, and the rest is sent', async () => {
    const { test, sshd } = await openFleet();
    await publish(test, '1.0.0', { 'model.onnx': weights });
    await push(test, '1.0.0');
    const hex = await hexOfModel(test);
    const blob = path.join(sshd.root, 'blobs/sha256', hex);
    const manifest = (await test.engine.call('releases.get', { model: 'toy', version: '1.0.0' })).manifest
      .length;
    const cases = [
      ['whole chunks', 3 * CHUNK, 3 * CHUNK, 3 * CHUNK],
      ['a torn last chunk', 3 * CHUNK + 999, 3 * CHUNK + 999, 3 * CHUNK],
      ['zeros where the disk lost a write', 2 * CHUNK, 5 * CHUNK, 2 * CHUNK],
      ['all of it, not yet accepted', SIZE, SIZE, SIZE],
      ['more than the blob has', SIZE, SIZE + 5, 0],
      ['nothing right at all', 0, 4 * CHUNK, 0],
    ] as const;
    for (const [what, good, size, kept] of cases) {
      rmSync(blob);
      leavePart(sshd.root, hex, good, size);
      const [outcome] = (await push(test, '1.0.0')).servers;
      expect([what, outcome?.bytesAlreadyThere, outcome?.bytesSent]).toEqual([
        what,
        kept + manifest,
        SIZE - kept,
      ]);
      expect(readFileSync(blob).equals(weights)).toBe(true);
    }
  });

  it('a blob that was damaged on the server is found by hashing, sent again, and the release mended', async () => {
    const { test, sshd } = await openFleet();
    const release = await publish(test, '1.0.0', { 'model.onnx': 'weights' }, 'production');
    await push(test, '1.0.0');
    const live = path.join(sshd.root, 'releases/toy', folderOf(release), 'model.onnx');
    chmodSync(live, 0o644);
    writeFileSync(live, 'WEIGHTS');
    const fixity = await test.finish(
      'server-fixity',
      await test.engine.call('deploy.fixity', { servers: ['gpu-01'] }),
    );
    expect(fixity.servers).toMatchObject([
      { ok: false, checks: [{ status: 'failed', code: 'SERVER-DIGEST-MISMATCH', path: 'model.onnx' }] },
    ]);
    await expect(activate(test)).rejects.toMatchObject({ code: 'SERVER-DIGEST-MISMATCH' });
    expect(readdirSync(path.join(sshd.root, 'live'))).toEqual([]);
    const [outcome] = (await push(test, '1.0.0')).servers;
    expect(outcome?.checks.map((check) => check.id)).toContain('push.damaged-blob');
    expect(readFileSync(live, 'utf8')).toBe('weights');
    expect((await activate(test)).servers[0]?.ok).toBe(true);
  });

  it('a file that the release does not name keeps it from going live', async () => {
    const { test, sshd } = await openFleet();
    const release = await publish(test, '1.0.0', { 'model.onnx': 'weights' }, 'production');
    await push(test, '1.0.0');
    writeFileSync(path.join(sshd.root, 'releases/toy', folderOf(release), 'modeling.py'), 'import os');
    await expect(activate(test)).rejects.toMatchObject({
      code: 'SERVER-DIGEST-MISMATCH',
      details: { path: './modeling.py' },
    });
  });
});

describe('cancelling a push', () => {
  it('leaves what arrived, frees the server, and is gone on with later', async () => {
    const { test, sshd } = await openFleet();
    await publish(test, '1.0.0', { 'model.onnx': weights });
    const hex = await hexOfModel(test);
    const part = path.join(sshd.root, 'incoming', `${hex}.part`);
    const started = await startPush(test);
    await until(() => existsSync(part) && statSync(part).size > 3 * CHUNK);
    await test.engine.call('jobs.cancel', { id: started.jobId });
    const job = await test.untilState(started.jobId, 'cancelled', 'done', 'failed');
    expect(job.state).toBe('cancelled');
    expect(existsSync(path.join(sshd.root, '.sallyport/lock'))).toBe(false);
    await test.engine.call('jobs.resume', { id: started.jobId });
    const [outcome] = (await test.finish('push', started)).servers;
    expect(outcome?.bytesAlreadyThere).toBeGreaterThanOrEqual(2 * CHUNK);
    expect(outcome?.ok).toBe(true);
  });
});
