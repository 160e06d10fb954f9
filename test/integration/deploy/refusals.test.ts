import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { needsMount, needsOrdinaryUser } from '../../fixtures/needs.ts';
import { activate, addServer, openFleet, publish, push, runSshd } from '../../fixtures/fleet.ts';
import { fingerprintOf } from '../../fixtures/sshd.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';

const files = { 'model.onnx': 'weights', 'config.json': '{}' };

/** Every error says what happened, what state things are in, and what to do next. */
async function refusal(
  work: Promise<unknown>,
): Promise<{ code: string; message: string; details: Record<string, unknown> }> {
  const error: unknown = await work.then(
    () => Promise.reject(new Error('it was not refused')),
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({
    code: expect.stringMatching(/^[A-Z-]+$/) as string,
    details: { state: expect.stringMatching(/\.$/) as string, next: expect.stringMatching(/\.$/) as string },
  });
  return error as never;
}

const checkOf = async (test: TestEngine, id: string) =>
  (await test.engine.call('servers.check', { name: 'gpu-01' })).checks.find((check) => check.id === id);

/** PATH of a session with every program but some. */
function pathWithout(...programs: string[]): string {
  const folder = temporaryFolder();
  for (const source of ['/bin', '/usr/bin']) {
    for (const name of readdirSync(source)) {
      if (!programs.includes(name) && !existsSync(path.join(folder, name)))
        symlinkSync(path.join(source, name), path.join(folder, name));
    }
  }
  return folder;
}

describe('adding a server', () => {
  it('needs the fingerprint that the server shows now, and keeps exactly that key', async () => {
    const test = await openTestEngine();
    const sshd = await runSshd();
    const { host, port } = sshd;
    const keys = await test.engine.call('servers.scanHostKey', { host, port });
    expect(keys).toEqual([{ keyType: 'ed25519', fingerprint: sshd.hostKeyFingerprint }]);
    const wrong = `SHA256:${'A'.repeat(43)}`;
    const error = await refusal(addServer(test, sshd, { hostKeyFingerprint: wrong }));
    expect(error.code).toBe('FINGERPRINT-UNCONFIRMED');
    expect(error.details).toMatchObject({ expected: wrong, found: `ed25519 ${sshd.hostKeyFingerprint}` });
    expect(await test.engine.call('servers.list', {})).toEqual([]);
    await addServer(test, sshd);
    expect(await test.engine.call('servers.list', {})).toMatchObject([{ name: 'gpu-01', hostKey: keys[0] }]);
    await expect(addServer(test, sshd)).rejects.toMatchObject({ code: 'ALREADY-EXISTS' });
    const acts = (await test.engine.call('audit.list', {})).map(({ body }) => [body.act, body.outcome]);
    expect(acts.slice(0, 2)).toEqual([
      ['server.add', 'done'],
      ['server.add', 'refused'],
    ]);
  });

  it('refuses an unreachable host, a missing key file and a root that is none', async () => {
    const test = await openTestEngine();
    const sshd = await runSshd();
    const missing = { identityFile: test.locate('/nonexistent/key') };
    await expect(addServer(test, sshd, missing)).rejects.toMatchObject({ code: 'FILE-UNREADABLE' });
    await expect(addServer(test, sshd, { root: '/srv/../etc' })).rejects.toMatchObject({
      code: 'NAME-INVALID',
    });
    await expect(addServer(test, sshd, { host: '-oProxyCommand=x' })).rejects.toMatchObject({
      code: 'USAGE',
    });
    await sshd.stop();
    expect((await refusal(addServer(test, sshd))).code).toBe('SERVER-UNREACHABLE');
    expect(await test.engine.call('servers.list', {})).toEqual([]);
  });
});

describe('a server that cannot be worked with', () => {
  it('unreachable', async () => {
    const { test, sshd } = await openFleet();
    await publish(test, '1.0.0', files);
    await sshd.stop();
    const error = await refusal(push(test, '1.0.0'));
    expect(error.code).toBe('SERVER-UNREACHABLE');
    expect(error.message).toContain('Connection refused');
    expect(await checkOf(test, 'server.reach')).toMatchObject({
      status: 'failed',
      code: 'SERVER-UNREACHABLE',
    });
  });

  it('host key changed: refused before any login, with both fingerprints', async () => {
    const { test, sshd } = await openFleet();
    await publish(test, '1.0.0', files);
    await sshd.stop();
    const folder = path.dirname(sshd.log);
    rmSync(path.join(folder, 'host_ed25519'));
    rmSync(path.join(folder, 'host_ed25519.pub'));
    const impostor = await runSshd({ folder, port: sshd.port });
    const error = await refusal(push(test, '1.0.0'));
    expect(error.code).toBe('HOST-KEY-CHANGED');
    expect(error.details).toMatchObject({
      expected: `ed25519 ${sshd.hostKeyFingerprint}`,
      found: `ed25519 ${impostor.hostKeyFingerprint}`,
    });
    expect(fingerprintOf(path.join(folder, 'host_ed25519.pub'))).toBe(impostor.hostKeyFingerprint);
    expect(existsSync(impostor.root)).toBe(false);
    expect(readFileSync(impostor.log, 'utf8')).not.toContain('Accepted publickey');
  });

  it('host key of another kind only', async () => {
    const { test, sshd } = await openFleet();
    await publish(test, '1.0.0', files);
    await sshd.stop();
    const folder = path.dirname(sshd.log);
    rmSync(path.join(folder, 'host_ed25519'));
    rmSync(path.join(folder, 'host_ed25519.pub'));
    execFileSync('ssh-keygen', ['-q', '-t', 'ecdsa', '-N', '', '-f', path.join(folder, 'host_ed25519')]);
    await runSshd({ folder, port: sshd.port });
    expect((await refusal(push(test, '1.0.0'))).code).toBe('HOST-KEY-CHANGED');
  });

  it('login not accepted', async () => {
    const { test, sshd } = await openFleet();
    await publish(test, '1.0.0', files);
    writeFileSync(path.join(path.dirname(sshd.log), 'authorized_keys'), '');
    expect((await refusal(push(test, '1.0.0'))).code).toBe('SERVER-AUTH-FAILED');
    expect(existsSync(sshd.root)).toBe(false);
  });

  it('no sha256sum', async () => {
    const { test, sshd } = await openFleet({ sshd: { path: pathWithout('sha256sum') } });
    await publish(test, '1.0.0', files);
    const error = await refusal(push(test, '1.0.0'));
    expect(error.code).toBe('SERVER-TOOL-MISSING');
    expect(error.message).toContain('sha256sum');
    expect(existsSync(sshd.root)).toBe(false);
    expect(await checkOf(test, 'server.tools')).toMatchObject({
      status: 'failed',
      code: 'SERVER-TOOL-MISSING',
    });
  });

  it('a login shell that runs nothing', async () => {
    const { test } = await openFleet({ sshd: { config: ['ForceCommand /bin/echo no shell here'] } });
    await publish(test, '1.0.0', files);
    expect((await refusal(push(test, '1.0.0'))).code).toBe('SERVER-FAILED');
  });

  it('start-up files that print do no harm', async () => {
    const { test } = await openFleet({
      sshd: { config: ['ForceCommand echo noise; printf "@sally"; sh -c "$SSH_ORIGINAL_COMMAND"'] },
    });
    await publish(test, '1.0.0', files, 'production');
    await push(test, '1.0.0');
    expect((await activate(test)).servers[0]?.ok).toBe(true);
  });

  it('disk full: refused before the first byte, with exact numbers', async (context) => {
    needsMount(context);
    const root = tmpfs('40m');
    const { test } = await openFleet({ sshd: { root } });
    await publish(test, '1.0.0', { 'model.onnx': Buffer.alloc(60_000_000, 1) });
    const error = await refusal(push(test, '1.0.0'));
    expect(error.code).toBe('SERVER-DISK-FULL');
    expect(error.details['expected']).toMatch(/^\d+ bytes free \(6000\d{4} bytes to send/);
    expect(error.details['found']).toMatch(/^\d+ bytes free$/);
    expect(readdirSync(path.join(root, 'incoming'))).toEqual([]);
    expect(readdirSync(path.join(root, 'blobs/sha256'))).toEqual([]);
  });

  it('disk that fills up while the bytes come: what arrived serves the next push', async (context) => {
    needsMount(context);
    const root = tmpfs('100m');
    // The space is promised by df and taken by somebody else before the bytes come.
    const bin = pathWithout('df');
    const row = `tmpfs 1000000 0 1000000 0% ${root}`;
    writeFileSync(path.join(bin, 'df'), `#!/bin/sh\necho header\necho '${row}'\n`, { mode: 0o755 });
    writeFileSync(path.join(root, 'hog'), Buffer.alloc(40_000_000, 1));
    const { test } = await openFleet({ sshd: { root, path: bin } });
    await publish(test, '1.0.0', { 'model.onnx': Buffer.alloc(90_000_000, 1) });
    const error = await refusal(push(test, '1.0.0'));
    expect(error.code).toBe('SERVER-DISK-FULL');
    expect(readdirSync(path.join(root, 'blobs/sha256'))).toEqual([]);
    expect(readdirSync(path.join(root, 'incoming')).filter((name) => name.endsWith('.part'))).toHaveLength(1);
    rmSync(path.join(root, 'hog'));
    const [outcome] = (await push(test, '1.0.0')).servers;
    expect(outcome?.ok).toBe(true);
    expect(outcome?.bytesAlreadyThere).toBe(3 * 16 * 1024 * 1024);
  });

  it('read-only root', async (context) => {
    needsMount(context);
    const root = tmpfs('40m');
    execFileSync('mount', ['-o', 'remount,ro', root]);
    const { test } = await openFleet({ sshd: { root } });
    await publish(test, '1.0.0', files);
    const error = await refusal(push(test, '1.0.0'));
    expect(error.code).toBe('SERVER-FAILED');
    expect(error.details['found']).toContain('Read-only file system');
    expect(await checkOf(test, 'server.root')).toMatchObject({ status: 'failed', code: 'SERVER-FAILED' });
  });

  it('root that may not be written', async (context) => {
    needsOrdinaryUser(context, 'root may write everywhere');
    const root = path.join(temporaryFolder(), 'root');
    mkdirSync(root, { mode: 0o500 });
    onTestFinished(() => chmodSync(root, 0o700));
    const { test } = await openFleet({ sshd: { root } });
    await publish(test, '1.0.0', files);
    expect((await refusal(push(test, '1.0.0'))).code).toBe('SERVER-FAILED');
  });

  it('locked by another site at work, and by one that is gone', async () => {
    const { test, sshd } = await openFleet();
    await publish(test, '1.0.0', files);
    const lock = path.join(sshd.root, '.sallyport/lock');
    mkdirSync(lock, { recursive: true });
    const owner = (pid: number) =>
      writeFileSync(
        path.join(lock, 'owner'),
        `token\nhome-other\n${Math.floor(Date.now() / 1000) - 3700}\n${pid}\nmara of site-b\n`,
      );
    owner(process.pid);
    const busy = await refusal(push(test, '1.0.0'));
    expect(busy.code).toBe('SERVER-LOCKED');
    expect(busy.message).toMatch(/mara of site-b, for 61 minutes/);
    expect(busy.details['found']).toContain('still at work');
    owner(2 ** 22 + 1);
    const stale = await refusal(push(test, '1.0.0'));
    expect(stale.code).toBe('SERVER-LOCKED');
    expect(stale.details['found']).toContain('left behind');
    expect(stale.details['next']).toContain(lock);
    expect(await checkOf(test, 'server.lock')).toMatchObject({ status: 'warning' });
    rmSync(lock, { recursive: true });
    expect((await push(test, '1.0.0')).servers[0]?.ok).toBe(true);
  });
});

describe('what must not go to a server', () => {
  it('a revoked release: neither pushed nor activated, on record', async () => {
    const { test, sshd } = await openFleet();
    await publish(test, '1.0.0', files, 'production');
    await push(test, '1.0.0');
    await test.engine.call('releases.revoke', { model: 'toy', version: '1.0.0', reason: 'poisoned' });
    expect((await refusal(push(test, '1.0.0'))).code).toBe('RELEASE-REVOKED');
    expect((await refusal(activate(test))).code).toBe('RELEASE-REVOKED');
    expect(readdirSync(path.join(sshd.root, 'live'))).toEqual([]);
    const refused = (await test.engine.call('audit.list', {})).filter(
      ({ body }) => body.outcome === 'refused',
    );
    expect(refused.map(({ body }) => body.act)).toEqual(['deploy.activate', 'deploy.push']);
  });

  it('anything to a server nobody added, or out of a channel that does not exist', async () => {
    const { test } = await openFleet();
    await publish(test, '1.0.0', files);
    expect((await refusal(push(test, '1.0.0', ['gpu-99']))).code).toBe('NOT-FOUND');
    expect((await refusal(activate(test, 'canary'))).code).toBe('NOT-FOUND');
    await expect(push(test, '9.9.9')).rejects.toMatchObject({ code: 'NOT-FOUND' });
    expect(await test.engine.call('deploy.status', {})).toEqual([]);
  });

  it('a release that was never pushed there is not activated', async () => {
    const { test, sshd } = await openFleet();
    await publish(test, '1.0.0', files, 'production');
    expect((await refusal(activate(test))).code).toBe('SERVER-DIGEST-MISMATCH');
    expect(readdirSync(path.join(sshd.root, 'live'))).toEqual([]);
  });

  it('a local blob that was damaged: nothing wrong becomes a blob on the server', async () => {
    const { test, sshd } = await openFleet();
    await publish(test, '1.0.0', files);
    const detail = await test.engine.call('releases.get', { model: 'toy', version: '1.0.0' });
    const hex = detail.files.find((file) => file.path === 'model.onnx')?.digest.slice(7) ?? '';
    const blob = path.join(test.home, 'blobs/sha256', hex.slice(0, 2), hex);
    chmodSync(blob, 0o644);
    writeFileSync(blob, 'weighty');
    const error = await refusal(push(test, '1.0.0'));
    expect(error.code).toBe('SERVER-DIGEST-MISMATCH');
    expect(error.details['items']).toEqual(['bytes 0-6']);
    expect(readdirSync(path.join(sshd.root, 'blobs/sha256'))).not.toContain(hex);
    expect(readdirSync(path.join(sshd.root, 'incoming'))).toEqual([]);
  });
});

describe('a registry that was rewound', () => {
  it('is found out at the next contact', async () => {
    const { test, sshd } = await openFleet();
    await publish(test, '1.0.0', files);
    await push(test, '1.0.0');
    const file = path.join(sshd.root, '.sallyport/checkpoint');
    const note = readFileSync(file, 'utf8');
    writeFileSync(file, note.replace(/^(\S+\n)\d+\n/, '$12000\n'));
    const error = await refusal(push(test, '1.0.0'));
    expect(error.code).toBe('AUDIT-BROKEN');
    expect(error.details['expected']).toContain('2000 entries');
    expect(await checkOf(test, 'server.audit')).toMatchObject({ status: 'failed', code: 'AUDIT-BROKEN' });
    writeFileSync(file, note);
    expect((await push(test, '1.0.0')).servers[0]?.ok).toBe(true);
  });
});

function tmpfs(size: string): string {
  const folder = temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size},uid=${userInfo().uid}`, 'tmpfs', folder]);
  onTestFinished(() => void execFileSync('umount', ['-l', folder]));
  return folder;
}
