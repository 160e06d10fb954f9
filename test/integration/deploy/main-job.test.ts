import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  activate,
  addServer,
  folderOf,
  openFleet,
  publish,
  push,
  rollback,
  runSshd,
} from '../../fixtures/fleet.ts';

const old = { 'model.onnx': 'weights 1', 'config.json': '{}', "sub/it's a file": 'x', empty: '' };
const next = { ...old, 'model.onnx': 'weights 2, other' };
const bytesOf = (files: Record<string, string>) => Object.values(files).join('').length;

describe('a release on a server', () => {
  it('is pushed, proven by the server’s own sha256sum, activated, replaced by its new bytes only, and rolled back', async () => {
    const { test, sshd } = await openFleet();
    const one = await publish(test, '1.0.0', old, 'production');
    const manifestBytes = async (version: string) =>
      (await test.engine.call('releases.get', { model: 'toy', version })).manifest.length;

    const first = (await push(test, '1.0.0')).servers[0];
    expect(first).toMatchObject({ server: 'gpu-01', ok: true, bytesAlreadyThere: 0, live: null });
    expect(first?.bytesSent).toBe(bytesOf(old) + (await manifestBytes('1.0.0')));
    const release = path.join(sshd.root, 'releases/toy', folderOf(one));
    expect(readFileSync(path.join(release, "sub/it's a file"), 'utf8')).toBe('x');
    expect(readdirSync(path.join(sshd.root, 'incoming'))).toEqual([]);
    expect(readdirSync(sshd.root).sort()).toEqual(['.sallyport', 'blobs', 'incoming', 'live', 'releases']);
    expect(readdirSync(path.join(sshd.root, 'live'))).toEqual([]);
    for (const blob of readdirSync(path.join(sshd.root, 'blobs/sha256'))) {
      const file = path.join(sshd.root, 'blobs/sha256', blob);
      expect(statSync(file).mode & 0o777).toBe(0o444);
      expect(execFileSync('sha256sum', [file], { encoding: 'utf8' }).slice(0, 64)).toBe(blob);
    }

    const activated = (await activate(test)).servers[0];
    expect(activated).toMatchObject({ ok: true, bytesSent: 0, live: one });
    expect(activated?.checks.map((check) => [check.id, check.status])).toEqual([
      ['server.files', 'verified'],
      ['server.live-link', 'verified'],
      ['server.probe', 'verified'],
    ]);
    const link = path.join(sshd.root, 'live/toy/production');
    expect(readlinkSync(link)).toBe(`../../releases/toy/${folderOf(one)}`);
    expect(readFileSync(path.join(link, 'model.onnx'), 'utf8')).toBe('weights 1');

    const two = await publish(test, '2.0.0', next, 'production');
    const second = (await push(test, '2.0.0')).servers[0];
    const shared = bytesOf(old) - old['model.onnx'].length;
    expect(second?.bytesAlreadyThere).toBe(shared);
    expect(second?.bytesSent).toBe(next['model.onnx'].length + (await manifestBytes('2.0.0')));
    await activate(test);
    expect(readFileSync(path.join(link, 'model.onnx'), 'utf8')).toBe('weights 2, other');
    expect(await test.engine.call('deploy.status', {})).toMatchObject([
      { server: 'gpu-01', live: two, pinned: two, matchesPin: true, rollbackTarget: one },
    ]);
    const beforeRollback = new Date().toISOString();

    const back = (await rollback(test)).servers[0];
    expect(back).toMatchObject({ ok: true, bytesSent: 0, live: one });
    expect(back?.checks.find((check) => check.id === 'server.files')?.status).toBe('verified');
    expect(readFileSync(path.join(link, 'model.onnx'), 'utf8')).toBe('weights 1');
    const asOf = (at: string) =>
      test.engine.call('channels.asOf', { model: 'toy', channel: 'production', at });
    expect(await asOf(beforeRollback)).toMatchObject({ version: '2.0.0' });
    expect(await asOf(new Date().toISOString())).toMatchObject({
      version: '1.0.0',
      reason: 'rollback: a test',
    });
    expect(await test.engine.call('deploy.status', {})).toMatchObject([
      { live: one, matchesPin: true, rollbackTarget: null },
    ]);

    await expect(rollback(test)).rejects.toMatchObject({ code: 'STATE-CONFLICT' });
    expect(readFileSync(path.join(link, 'model.onnx'), 'utf8')).toBe('weights 1');

    const audit = await test.engine.call('audit.verify', {});
    expect(audit.checks.filter((check) => check.status !== 'verified')).toEqual([]);
    const acts = (await test.engine.call('audit.list', { limit: 100 }))
      .map((entry) => entry.body.act)
      .reverse();
    expect(acts.filter((act) => act.startsWith('deploy.'))).toEqual([
      'deploy.push',
      'deploy.activate-begun',
      'deploy.activate',
      'deploy.push',
      'deploy.activate-begun',
      'deploy.activate',
      'deploy.rollback-begun',
      'deploy.rollback',
    ]);
    const history = readFileSync(path.join(sshd.root, '.sallyport/history.jsonl'), 'utf8').trim().split('\n');
    expect(history.map((line) => (JSON.parse(line) as { kind: string; outcome: string }).kind)).toEqual([
      'push',
      'activate',
      'push',
      'activate',
      'rollback',
    ]);
    expect(readdirSync(path.join(sshd.root, '.sallyport')).sort()).toEqual(['checkpoint', 'history.jsonl']);
  });

  it('pushed again sends nothing, and hashes what is there', async () => {
    const { test } = await openFleet();
    await publish(test, '1.0.0', old);
    const first = (await push(test, '1.0.0')).servers[0];
    const again = (await push(test, '1.0.0')).servers[0];
    expect(again).toMatchObject({ ok: true, bytesSent: 0, bytesAlreadyThere: first?.bytesSent });
  });

  it('goes to several servers in one job; one that fails does not keep the others', async () => {
    const { test } = await openFleet();
    const other = await runSshd();
    await addServer(test, other, { name: 'gpu-02' });
    const gone = await runSshd();
    await addServer(test, gone, { name: 'gpu-03' });
    await gone.stop();
    const one = await publish(test, '1.0.0', old, 'production');
    const names = ['gpu-01', 'gpu-03', 'gpu-02'];
    const { servers } = await push(test, '1.0.0', names);
    expect(servers.map((outcome) => [outcome.server, outcome.ok])).toEqual([
      ['gpu-01', true],
      ['gpu-03', false],
      ['gpu-02', true],
    ]);
    expect(servers[1]?.checks).toMatchObject([{ status: 'failed', code: 'SERVER-UNREACHABLE' }]);
    await activate(test, 'production', ['gpu-01', 'gpu-02']);
    expect(readlinkSync(path.join(other.root, 'live/toy/production'))).toContain(folderOf(one));
  });

  it('rolled back on some servers only, the pin stays and the outcomes say so', async () => {
    const { test } = await openFleet();
    const other = await runSshd();
    await addServer(test, other, { name: 'gpu-02' });
    const both = ['gpu-01', 'gpu-02'];
    for (const [version, files] of [
      ['1.0.0', old],
      ['2.0.0', next],
    ] as const) {
      await publish(test, version, files, 'production');
      await push(test, version, both);
      await activate(test, 'production', both);
    }
    await other.stop();
    const { servers } = await rollback(test, undefined, both);
    expect(servers.map((outcome) => outcome.ok)).toEqual([true, false]);
    expect(servers[0]?.checks.find((check) => check.id === 'channel.pin')?.status).toBe('warning');
    const [channel] = await test.engine.call('channels.list', { model: 'toy' });
    expect(channel?.current.version).toBe('2.0.0');
    const status = await test.engine.call('deploy.status', {});
    expect(status.map((row) => [row.server, row.live?.version, row.matchesPin])).toEqual([
      ['gpu-01', '1.0.0', false],
      ['gpu-02', '2.0.0', true],
    ]);
    // Now the servers would go to different releases: nobody guesses.
    await expect(rollback(test, undefined, both)).rejects.toMatchObject({ code: 'STATE-CONFLICT' });
  });

  it('goes back step by step, never bouncing between two', async () => {
    const { test, sshd } = await openFleet();
    for (const version of ['1.0.0', '2.0.0', '3.0.0']) {
      await publish(test, version, { 'model.onnx': version }, 'production');
      await push(test, version);
      await activate(test);
    }
    const live = () => readFileSync(path.join(sshd.root, 'live/toy/production/model.onnx'), 'utf8');
    await rollback(test);
    expect(live()).toBe('2.0.0');
    await rollback(test);
    expect(live()).toBe('1.0.0');
    await rollback(test, '3.0.0');
    expect(live()).toBe('3.0.0');
  });
});

describe('servers.check and fixity on servers', () => {
  it('say that all is well when it is, and record when it was proven', async () => {
    const { test } = await openFleet();
    await publish(test, '1.0.0', old, 'production');
    const before = await test.engine.call('servers.check', { name: 'gpu-01' });
    expect(before.checks.filter((check) => check.status !== 'verified')).toEqual([]);
    expect(before.freeBytes).toBeGreaterThan(0);
    await push(test, '1.0.0');
    await activate(test);
    const after = await test.engine.call('servers.check', { name: 'gpu-01' });
    expect(after.checks.filter((check) => check.status !== 'verified')).toEqual([]);
    expect(after.checks.some((check) => check.id === 'server.live')).toBe(true);
    const { servers } = await test.finish(
      'server-fixity',
      await test.engine.call('deploy.fixity', { servers: ['gpu-01'] }),
    );
    expect(servers).toMatchObject([{ ok: true, checks: [{ id: 'server.files', status: 'verified' }] }]);
    expect((await test.engine.call('servers.list', {}))[0]?.lastContactAt).not.toBeNull();
    const [row] = await test.engine.call('deploy.status', {});
    expect(row?.provenAt).not.toBeNull();
  });
});
