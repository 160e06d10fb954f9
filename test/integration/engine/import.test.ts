import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { needsMount, needsOrdinaryUser, needsRoot } from '../../fixtures/needs.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';

function layOut(files: Readonly<Record<string, string | Buffer>>): string {
  const folder = path.join(temporaryFolder(), 'model');
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  return folder;
}

const simple = { 'model.txt': 'weights', 'config.json': '{}', 'doc/README.md': '# read' };
const sha256 = (content: string | Buffer) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

async function importFolder(test: TestEngine, folder: string, version = '1.0.0', model = 'toy') {
  const started = await test.engine.call('imports.start', { source: test.locate(folder), model, version });
  return test.finish('import', started);
}

async function publishUnsigned(test: TestEngine, folder: string, version = '1.0.0') {
  const { importId } = await importFolder(test, folder, version);
  return test.engine.call('imports.publish', { id: importId, acceptUnsigned: { reason: 'a test' } });
}

/** Nothing but its record is left of a refused import. */
async function expectNothingKept(test: TestEngine) {
  expect(readdirSync(path.join(test.home, 'quarantine'))).toEqual([]);
  expect(await test.engine.call('releases.list', {})).toEqual([]);
  const doctor = await test.engine.call('system.doctor', {});
  expect(doctor.checks.filter((check) => check.status === 'failed')).toEqual([]);
}

describe('a plain folder', () => {
  it('goes through quarantine into an immutable release with the digests of its files', async () => {
    const test = await openTestEngine();
    const folder = layOut(simple);
    const { importId, bytesCopied } = await importFolder(test, folder);
    expect(bytesCopied).toBe(Object.values(simple).join('').length);
    const detail = await test.engine.call('imports.get', { id: importId });
    expect(detail.state).toBe('quarantined');
    expect(detail.files.map((file) => [file.path, file.digest])).toEqual(
      Object.entries(simple)
        .map(([name, content]) => [name, sha256(content)])
        .sort(),
    );

    const release = await test.engine.call('imports.publish', {
      id: importId,
      acceptUnsigned: { reason: 'a test' },
    });
    expect(release).toMatchObject({ model: 'toy', version: '1.0.0', state: 'published', fileCount: 3 });
    const blob = path.join(
      test.home,
      'blobs/sha256',
      sha256('weights').slice(7, 9),
      sha256('weights').slice(7),
    );
    expect(readFileSync(blob, 'utf8')).toBe('weights');
    expect(statSync(blob).mode & 0o777).toBe(0o444);
    expect(readdirSync(path.join(test.home, 'quarantine'))).toEqual([]);
    const doctor = await test.engine.call('system.doctor', {});
    expect(
      doctor.checks.filter((check) => check.status !== 'verified' && !check.id.startsWith('hashing')),
    ).toEqual([]);
  });

  it('needs a recorded reason while nothing is signed', async () => {
    const test = await openTestEngine();
    const { importId } = await importFolder(test, layOut(simple));
    await expect(test.engine.call('imports.publish', { id: importId })).rejects.toMatchObject({
      code: 'SIGNATURE-ABSENT',
    });
    const [refusal] = await test.engine.call('audit.list', { limit: 1 });
    expect(refusal?.body).toMatchObject({ act: 'import.publish', outcome: 'refused' });
    await test.engine.call('imports.publish', {
      id: importId,
      acceptUnsigned: { reason: 'seen by two people' },
    });
    const [entry] = await test.engine.call('audit.list', { limit: 1 });
    expect(entry?.body).toMatchObject({
      act: 'import.publish',
      outcome: 'done',
      reason: 'seen by two people',
    });
  });

  it('can be rejected, and then nothing of it is left', async () => {
    const test = await openTestEngine();
    const { importId } = await importFolder(test, layOut(simple));
    await test.engine.call('imports.reject', { id: importId, reason: 'not asked for' });
    await expectNothingKept(test);
    await expect(test.engine.call('imports.publish', { id: importId })).rejects.toMatchObject({
      code: 'STATE-CONFLICT',
    });
  });

  it('keeps a provenance statement as a layer, and shows what it says as claims', async () => {
    const test = await openTestEngine();
    const statement = {
      _type: 'https://in-toto.io/Statement/v1',
      subject: [{ name: 'x', digest: { sha256: 'ab'.repeat(32) } }],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: { training: { dataset: 'speech-1' } },
    };
    const file = path.join(temporaryFolder(), 'p.json');
    writeFileSync(file, JSON.stringify(statement));
    const source = test.locate(layOut(simple));
    const input = { source, model: 'toy', version: '1.0.0', provenance: test.locate(file) };
    const { importId } = await test.finish('import', await test.engine.call('imports.start', input));
    await test.engine.call('imports.publish', { id: importId, acceptUnsigned: { reason: 'a test' } });
    const release = await test.engine.call('releases.get', { model: 'toy', version: '1.0.0' });
    expect(release.files.find((each) => each.role === 'provenance')?.digest).toBe(
      sha256(JSON.stringify(statement)),
    );
    expect(release.claims).toContainEqual(
      expect.objectContaining({ name: 'training.dataset', value: 'speech-1' }),
    );

    writeFileSync(file, '{"_type": "something else"}');
    const bad = test.engine.call('imports.start', { ...input, version: '2.0.0' });
    await expect(bad.then((started) => test.finish('import', started))).rejects.toMatchObject({
      code: 'FORMAT-INVALID',
    });
  });
});

describe('a name and version', () => {
  it('is bound to one digest: other bytes are refused, both digests shown', async () => {
    const test = await openTestEngine();
    const release = await publishUnsigned(test, layOut(simple));
    const changed = layOut({ ...simple, 'model.txt': 'weightz' });
    await expect(importFolder(test, changed)).rejects.toMatchObject({
      code: 'RELEASE-CONFLICT',
      details: { expected: release.manifestDigest, found: expect.stringMatching(/^sha256:/) as string },
    });
    await expect(importFolder(test, layOut(simple))).rejects.toMatchObject({ code: 'ALREADY-EXISTS' });
    expect(readdirSync(path.join(test.home, 'quarantine'))).toEqual([]);
    expect((await test.engine.call('releases.list', {})).map((each) => each.manifestDigest)).toEqual([
      release.manifestDigest,
    ]);
  });

  it.each(['1.0', 'v1.0.0', 'latest', '1.0.0 '])('%j is no version', async (version) => {
    const test = await openTestEngine();
    await expect(importFolder(test, layOut(simple), version)).rejects.toMatchObject({
      code: 'SEMVER-INVALID',
    });
    await expectNothingKept(test);
  });

  it('cannot be pinned once revoked', async () => {
    const test = await openTestEngine();
    await publishUnsigned(test, layOut(simple));
    await test.engine.call('releases.revoke', { model: 'toy', version: '1.0.0', reason: 'bad weights' });
    const pin = { model: 'toy', channel: 'production', version: '1.0.0', reason: 'try' };
    await expect(test.engine.call('channels.pin', pin)).rejects.toMatchObject({ code: 'RELEASE-REVOKED' });
    expect(await test.engine.call('channels.list', {})).toEqual([]);
    const audit = await test.engine.call('audit.verify', {});
    expect(audit.checks.filter((check) => check.status !== 'verified')).toEqual([]);
  });
});

describe('what may not come in', () => {
  const bad: [string, string, (folder: string) => void][] = [
    [
      'a symbolic link',
      'FILE-NOT-REGULAR',
      (folder) => symlinkSync('/etc/passwd', path.join(folder, 'link')),
    ],
    ['a FIFO', 'FILE-NOT-REGULAR', (folder) => void execFileSync('mkfifo', [path.join(folder, 'pipe')])],
    [
      'two names that are one on FAT',
      'PATH-COLLISION',
      (folder) => writeFileSync(path.join(folder, 'MODEL.txt'), 'x'),
    ],
    ['a reserved name', 'PATH-UNSAFE', (folder) => writeFileSync(path.join(folder, 'aux.txt'), 'x')],
    [
      'a name that turns text around',
      'PATH-UNSAFE',
      (folder) => writeFileSync(path.join(folder, 'a\u202eb'), 'x'),
    ],
  ];
  it.each(bad)('%s: %s, and nothing is copied', async (_what, code, spoil) => {
    const test = await openTestEngine();
    const folder = layOut(simple);
    spoil(folder);
    await expect(importFolder(test, folder)).rejects.toMatchObject({ code });
    await expectNothingKept(test);
  });

  it('a device', async (context) => {
    needsRoot(context, 'only root can make a device');
    const test = await openTestEngine();
    const folder = layOut(simple);
    execFileSync('mknod', [path.join(folder, 'null'), 'c', '1', '3']);
    await expect(importFolder(test, folder)).rejects.toMatchObject({ code: 'FILE-NOT-REGULAR' });
    await expectNothingKept(test);
  });

  it('an unreadable file', async (context) => {
    needsOrdinaryUser(context, 'root can read every file');
    const test = await openTestEngine();
    const folder = layOut(simple);
    chmodSync(path.join(folder, 'model.txt'), 0);
    await expect(importFolder(test, folder)).rejects.toMatchObject({ code: 'FILE-UNREADABLE' });
  });

  it('an empty folder, or one that is not there', async () => {
    const test = await openTestEngine();
    await expect(importFolder(test, temporaryFolder())).rejects.toMatchObject({ code: 'SOURCE-EMPTY' });
    await expect(importFolder(test, path.join(temporaryFolder(), 'gone'))).rejects.toMatchObject({
      code: 'FILE-UNREADABLE',
    });
    await expectNothingKept(test);
  });
});

describe('the home', () => {
  it('is refused to a second instance, which changes nothing', async () => {
    const first = await openTestEngine({ holder: 'the first one' });
    await expect(openTestEngine({ home: first.home })).rejects.toMatchObject({
      code: 'HOME-LOCKED',
      message: expect.stringContaining('the first one') as string,
    });
    expect((await first.engine.call('site.info', {})).version).toMatch(/^\d/);
  });

  it('says exactly what it lacks when the disk is too small', async (context) => {
    needsMount(context);
    const disk = temporaryFolder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', disk]);
    try {
      const test = await openTestEngine({ home: path.join(disk, 'home') });
      const big = layOut({ 'model.txt': Buffer.alloc(12_000_000) });
      await expect(importFolder(test, big)).rejects.toMatchObject({
        code: 'DISK-FULL',
        // 2930 blocks of 4096 bytes, and one for the import's folder.
        details: { expected: '12005376 bytes free' },
      });
      expect((await test.engine.call('releases.list', {})).length).toBe(0);
      await test.engine.close();
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  });
});

describe('an import that was stopped', () => {
  it('goes on after a restart without copying again what it had', async () => {
    const home = path.join(temporaryFolder(), 'home');
    const files = Object.fromEntries(
      Array.from({ length: 6 }, (_, n) => [`part-${n}.bin`, Buffer.alloc(40_000_000, n)]),
    );
    const folder = layOut(files);
    const before = await openTestEngine({ home });
    const { jobId } = await before.engine.call('imports.start', {
      source: before.locate(folder),
      model: 'toy',
      version: '1.0.0',
    });
    const bytesDone = async () => (await before.engine.call('jobs.get', { id: jobId })).bytesDone;
    await expect.poll(bytesDone, { interval: 5, timeout: 60_000 }).toBeGreaterThan(60_000_000);
    await before.engine.close();

    const after = await openTestEngine({ home });
    expect(await after.engine.call('jobs.get', { id: jobId })).toMatchObject({
      state: 'interrupted',
      canResume: true,
    });
    await after.engine.call('jobs.resume', { id: jobId });
    const result = await after.finish('import', { jobId });
    expect(result.bytesHeld).toBeGreaterThanOrEqual(40_000_000);
    expect(result.bytesHeld + result.bytesCopied).toBe(240_000_000);
    const detail = await after.engine.call('imports.get', { id: result.importId });
    expect(detail.files.map((file) => file.digest)).toEqual(Object.values(files).map(sha256));
    expect(existsSync(path.join(home, 'quarantine', result.importId, 'incoming'))).toBe(false);
  });

  it('keeps what it copied when it was cancelled, and says so', async () => {
    const test = await openTestEngine();
    const folder = layOut({ 'a.bin': Buffer.alloc(200_000_000) });
    const { jobId } = await test.engine.call('imports.start', {
      source: test.locate(folder),
      model: 'toy',
      version: '1.0.0',
    });
    await test.untilState(jobId, 'running');
    await test.engine.call('jobs.cancel', { id: jobId });
    const job = await test.untilState(jobId, 'cancelled', 'done');
    expect(job).toMatchObject({ state: 'cancelled', canResume: true });
    await test.engine.call('jobs.resume', { id: jobId });
    await test.finish('import', { jobId });
  });
});
