import {
  existsSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { activate, folderOf, openFleet, publish, push, rollback } from '../../fixtures/fleet.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

/** A stand-in for a serving engine: the command "loads" a release by writing what it serves into a file. */
function service(): { file: string; load: string; probe: string; served: () => string } {
  const file = path.join(temporaryFolder(), 'served');
  return {
    file,
    load: `echo "$SALLYPORT_MODEL $SALLYPORT_VERSION $SALLYPORT_DIGEST $SALLYPORT_PATH $SALLYPORT_CHANNEL" > ${file}`,
    probe: `cat ${file}`,
    served: () => readFileSync(file, 'utf8').trim(),
  };
}

const one = { 'model.onnx': 'weights 1' };
const two = { 'model.onnx': 'weights 2' };

describe('activation command and probe', () => {
  it('the command is told the release, and the probe has to name it', async () => {
    const { file, load, probe, served } = service();
    const { test, sshd } = await openFleet({
      server: { activationCommand: load, probeCommand: `sleep 0.1; ${probe}` },
    });
    const release = await publish(test, '1.0.0', one, 'production');
    await push(test, '1.0.0');
    const [outcome] = (await activate(test)).servers;
    expect(outcome?.checks.map((check) => [check.id, check.status])).toEqual([
      ['server.files', 'verified'],
      ['server.live-link', 'verified'],
      ['server.activation', 'verified'],
      ['server.probe', 'verified'],
    ]);
    const folder = path.join(sshd.root, 'releases/toy', folderOf(release));
    expect(served()).toBe(`toy 1.0.0 ${release.manifestDigest} ${folder} production`);
    expect(existsSync(file)).toBe(true);
  });

  it('a command that fails: the link goes back, the command runs again for the old release, and all is told', async () => {
    const { file, load } = service();
    const failFor2 = `${load}; if [ "$SALLYPORT_VERSION" = 2.0.0 ]; then printf 'cannot load\\033[31m\\n' >&2; exit 7; fi`;
    const { test, sshd } = await openFleet({ server: { activationCommand: failFor2 } });
    const first = await publish(test, '1.0.0', one, 'production');
    await push(test, '1.0.0');
    await activate(test);
    await publish(test, '2.0.0', two, 'production');
    await push(test, '2.0.0');
    await expect(activate(test)).rejects.toMatchObject({
      code: 'ACTIVATION-FAILED',
      details: {
        found: 'exit code 7',
        items: ['cannot load⟨U+001B⟩[31m'],
        state: expect.stringMatching(
          /is as it was before: 1\.0\.0-.*run again for it and succeeded/,
        ) as string,
      },
    });
    expect(readlinkSync(path.join(sshd.root, 'live/toy/production'))).toContain(folderOf(first));
    expect(readFileSync(file, 'utf8')).toContain('toy 1.0.0 ');
    expect(await test.engine.call('deploy.status', {})).toMatchObject([{ live: first, matchesPin: false }]);
    const failed = (await test.engine.call('audit.list', {})).find(({ body }) => body.outcome === 'failed');
    expect(failed?.body).toMatchObject({ act: 'deploy.activate', details: { code: 'ACTIVATION-FAILED' } });
    const audit = await test.engine.call('audit.verify', {});
    expect(audit.ok).toBe(true);
  });

  it('a service that still serves the old files answers the probe and is found out', async () => {
    const { file, probe } = service();
    const server = { activationCommand: 'true', probeCommand: probe, probeTimeoutSeconds: 2 };
    const { test, sshd } = await openFleet({ server });
    const first = await publish(test, '1.0.0', one, 'production');
    await push(test, '1.0.0');
    writeFileSync(file, `serving ${folderOf(first)}`);
    await activate(test);
    const second = await publish(test, '2.0.0', two, 'production');
    await push(test, '2.0.0');
    await expect(activate(test)).rejects.toMatchObject({
      code: 'PROBE-FAILED',
      details: { found: 'exit code 0, another output', items: [`serving ${folderOf(first)}`] },
    });
    expect(readlinkSync(path.join(sshd.root, 'live/toy/production'))).toContain(folderOf(first));
    // Nothing that failed is ever a target of a rollback.
    writeFileSync(file, `serving ${second.manifestDigest}`);
    await activate(test);
    expect(await test.engine.call('deploy.status', {})).toMatchObject([
      { live: second, rollbackTarget: first },
    ]);
  });

  it('a first activation that fails leaves no link', async () => {
    const { test, sshd } = await openFleet({ server: { activationCommand: 'exit 1' } });
    await publish(test, '1.0.0', one, 'production');
    await push(test, '1.0.0');
    await expect(activate(test)).rejects.toMatchObject({ code: 'ACTIVATION-FAILED' });
    expect(readdirSync(path.join(sshd.root, 'live/toy'))).toEqual([]);
  });

  it('a probe is asked again until the service is up', async () => {
    const { file, probe } = service();
    const load = `rm -f ${file}; (sleep 2; echo "$SALLYPORT_DIGEST" > ${file}) &`;
    const { test } = await openFleet({
      server: { activationCommand: load, probeCommand: probe, probeTimeoutSeconds: 20 },
    });
    await publish(test, '1.0.0', one, 'production');
    await push(test, '1.0.0');
    expect((await activate(test)).servers[0]?.ok).toBe(true);
  });

  it('a rollback runs them too', async () => {
    const { load, probe, served } = service();
    const { test } = await openFleet({ server: { activationCommand: load, probeCommand: probe } });
    for (const [version, files] of [
      ['1.0.0', one],
      ['2.0.0', two],
    ] as const) {
      await publish(test, version, files, 'production');
      await push(test, version);
      await activate(test);
    }
    await rollback(test);
    expect(served()).toContain('toy 1.0.0 ');
  });
});

describe('a live link that somebody else moved', () => {
  it('shows in servers.check, and activating puts it right', async () => {
    const { test, sshd } = await openFleet();
    const first = await publish(test, '1.0.0', one, 'production');
    await push(test, '1.0.0');
    await activate(test);
    const link = path.join(sshd.root, 'live/toy/production');
    rmSync(link);
    symlinkSync('/etc', link);
    const { checks } = await test.engine.call('servers.check', { name: 'gpu-01' });
    expect(checks.find((check) => check.id === 'server.live')).toMatchObject({
      status: 'failed',
      code: 'STATE-CONFLICT',
      expected: folderOf(first),
      found: '/etc',
    });
    await activate(test);
    expect(readlinkSync(link)).toContain(folderOf(first));
  });
});
