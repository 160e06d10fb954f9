import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { HashPool } from '#engine/hashing/hash-pool.ts';
import { DeviceQueue } from '#engine/media/device-queue.ts';
import { MediaFolder } from '#engine/media/media-folder.ts';
import { parseAnchors } from '#engine/trust/read-anchors.ts';
import { verifyFolder } from '#engine/trust/verify-folder.ts';
import { needsProgram } from '../../fixtures/needs.ts';
import { run } from '../../fixtures/peers.ts';
import { newSigner, sshAnchor } from '../../fixtures/signing.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { workerUrl } from '../../fixtures/worker-url.ts';

const algorithms = ['rsa2048', 'rsa3072', 'ed25519', 'nistp256', 'nistp384', 'nistp521'];
const pool = new HashPool({ workerUrl, size: 1 });
afterAll(() => pool.close());

/** gpg with a keyring of its own; its clock can be set. */
class Gpg {
  readonly home = temporaryFolder();

  constructor() {
    chmodSync(this.home, 0o700);
  }

  run(args: readonly string[], cwd?: string): string {
    const quiet = [
      '--homedir',
      this.home,
      '--batch',
      '--yes',
      '--quiet',
      '--passphrase',
      '',
      '--pinentry-mode',
      'loopback',
    ];
    return run('gpg', [...quiet, ...args], '', cwd);
  }

  newKey(user: string, algorithm = 'ed25519', expires = 'never', ...clock: string[]): void {
    this.run([...clock, '--quick-gen-key', user, algorithm, 'sign', expires]);
  }

  fingerprint(user: string): string {
    return /^fpr:+([0-9A-F]+):/m.exec(this.run(['--with-colons', '--list-keys', user]))?.[1] ?? '';
  }

  async anchors(user: string) {
    const file = path.join(this.home, 'exported');
    this.run(['--output', file, '--export', user]);
    const found = await parseAnchors(readFileSync(file));
    return found.map((material) => ({ ...sshAnchor(newSigner('vendor')), ...material }));
  }

  stop(): void {
    run('gpgconf', ['--homedir', this.home, '--kill', 'all']);
  }
}

describe('with gpg', () => {
  let gpg: Gpg;
  beforeEach((context) => {
    needsProgram(context, 'gpg');
    gpg = new Gpg();
    onTestFinished(() => gpg.stop());
  });

  function model(content = 'weights\n'): string {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'model.bin'), content);
    return folder;
  }

  async function verify(folder: string, users: readonly string[], at = new Date()) {
    const anchors = (await Promise.all(users.map((user) => gpg.anchors(user)))).flat();
    return await verifyFolder(new MediaFolder(folder, { pool, devices: new DeviceQueue() }), { anchors, at });
  }

  it.each(algorithms)(
    'what %s keys sign holds here, armored and binary, and for no other bytes',
    async (algorithm) => {
      const user = `${algorithm}@example.com`;
      gpg.newKey(user, algorithm);
      for (const [flags, suffix] of [
        [['--armor'], 'asc'],
        [[], 'sig'],
        [['--armor', '--textmode'], 'asc'],
        [['--digest-algo', algorithm === 'nistp521' ? 'SHA512' : 'SHA384'], 'gpg'],
      ] as const) {
        // Larger than what is looked into, so that it is hashed in the pool with what the signature adds.
        const folder = model('weights\n'.repeat(20_000));
        gpg.run(
          [...flags, '--local-user', user, '--output', `model.bin.${suffix}`, '--detach-sign', 'model.bin'],
          folder,
        );
        expect(await verify(folder, [user])).toMatchObject({
          verdict: 'verified',
          format: 'openpgp',
          signature: 'valid',
          signer: { fingerprint: `openpgp:${gpg.fingerprint(user)}`, comment: user },
        });
        expect(await verify(folder, [])).toMatchObject({ verdict: 'failed', signature: 'invalid' });
        writeFileSync(path.join(folder, 'model.bin'), 'w3ights\n'.repeat(20_000));
        expect(await verify(folder, [user])).toMatchObject({ verdict: 'failed', signature: 'invalid' });
      }
    },
  );

  it('a clear-signed list covers what it lists', async () => {
    gpg.newKey('list@example.com');
    const folder = model();
    mkdirSync(path.join(folder, 'sub'));
    writeFileSync(path.join(folder, 'sub', '- dashed.bin'), 'x');
    const list = run('sha256sum', ['model.bin', 'sub/- dashed.bin'], '', folder);
    writeFileSync(path.join(gpg.home, 'SHA256SUMS'), list);
    gpg.run(
      [
        '--local-user',
        'list@example.com',
        '--output',
        path.join(folder, 'SHA256SUMS.asc'),
        '--clearsign',
        'SHA256SUMS',
      ],
      gpg.home,
    );
    expect(await verify(folder, ['list@example.com'])).toMatchObject({
      verdict: 'verified',
      format: 'openpgp-cleartext',
      files: { listed: 2, verified: 2, extra: [], missing: [] },
    });
    writeFileSync(path.join(folder, 'sub', '- dashed.bin'), 'y');
    expect(await verify(folder, ['list@example.com'])).toMatchObject({
      verdict: 'failed',
      signature: 'valid',
      files: { mismatched: ['sub/- dashed.bin'] },
    });
    const signed = path.join(folder, 'SHA256SUMS.asc');
    writeFileSync(signed, readFileSync(signed, 'utf8').replace('model.bin', 'm0del.bin'));
    expect(await verify(folder, ['list@example.com'])).toMatchObject({ signature: 'invalid' });
  });

  it('several signatures in one file are each checked, and one bad one is fatal', async () => {
    gpg.newKey('first@example.com');
    gpg.newKey('second@example.com', 'nistp256');
    const folder = model();
    gpg.run(
      [
        '-u',
        'first@example.com',
        '-u',
        'second@example.com',
        '--output',
        'model.bin.sig',
        '--detach-sign',
        'model.bin',
      ],
      folder,
    );
    const both = await verify(folder, ['first@example.com', 'second@example.com']);
    expect(both.verdict).toBe('verified');
    expect(both.checks.filter(({ id }) => id === 'signature')).toHaveLength(2);
    expect(await verify(folder, ['first@example.com'])).toMatchObject({
      verdict: 'failed',
      signature: 'invalid',
    });
  });

  it('a signing subkey speaks for its certificate', async () => {
    gpg.run(['--quick-gen-key', 'sub@example.com', 'ed25519', 'cert', 'never']);
    gpg.run(['--quick-add-key', gpg.fingerprint('sub@example.com'), 'ed25519', 'sign']);
    const folder = model();
    gpg.run(['-u', 'sub@example.com', '--output', 'model.bin.sig', '--detach-sign', 'model.bin'], folder);
    expect(await verify(folder, ['sub@example.com'])).toMatchObject({ verdict: 'verified' });
  });

  it('a key that expired since is a check of its own, and --at looks back', async () => {
    const clock = ['--faked-system-time', '20200101T000000!'];
    gpg.newKey('old@example.com', 'ed25519', '1y', ...clock);
    const folder = model();
    gpg.run(
      [...clock, '-u', 'old@example.com', '--output', 'model.bin.sig', '--detach-sign', 'model.bin'],
      folder,
    );
    const now = await verify(folder, ['old@example.com']);
    expect(now).toMatchObject({ verdict: 'failed', signature: 'valid' });
    expect(now.checks).toContainEqual(
      expect.objectContaining({ id: 'time.key', status: 'failed', code: 'SIGNER-EXPIRED' }),
    );
    const then = await verify(folder, ['old@example.com'], new Date('2020-06-01T00:00:00Z'));
    expect(then).toMatchObject({ verdict: 'verified' });
    const before = await verify(folder, ['old@example.com'], new Date('2019-06-01T00:00:00Z'));
    expect(before.checks).toContainEqual(
      expect.objectContaining({ id: 'time.created', code: 'CLOCK-BEHIND' }),
    );
  });

  it('a revoked certificate is no anchor, and one that was revoked since fails', async () => {
    gpg.newKey('gone@example.com');
    const folder = model();
    gpg.run(['-u', 'gone@example.com', '--output', 'model.bin.sig', '--detach-sign', 'model.bin'], folder);
    const [accepted] = await gpg.anchors('gone@example.com');
    const fingerprint = gpg.fingerprint('gone@example.com');
    const revocation = path.join(gpg.home, 'openpgp-revocs.d', `${fingerprint}.rev`);
    const usable = readFileSync(revocation, 'utf8').replace(':-----BEGIN', '-----BEGIN');
    writeFileSync(path.join(gpg.home, 'rev'), usable);
    gpg.run(['--import', path.join(gpg.home, 'rev')]);
    await expect(gpg.anchors('gone@example.com')).rejects.toThrow(/revoked it/);
    gpg.run(['--armor', '--output', path.join(gpg.home, 'revoked.asc'), '--export', 'gone@example.com']);
    const material = readFileSync(path.join(gpg.home, 'revoked.asc'), 'utf8');
    if (accepted === undefined) throw new Error('gpg exported no key');
    const anchors = [{ ...accepted, material }];
    const report = await verifyFolder(new MediaFolder(folder, { pool, devices: new DeviceQueue() }), {
      anchors,
      at: new Date(),
    });
    expect(report.verdict).toBe('failed');
    expect(report.checks).toContainEqual(
      expect.objectContaining({ id: 'revocation.key', code: 'SIGNER-REVOKED' }),
    );
  });

  it('SHA-1 proves nothing any more', async () => {
    gpg.newKey('weak@example.com', 'rsa2048');
    const folder = model();
    const args = [
      '--digest-algo',
      'SHA1',
      '-u',
      'weak@example.com',
      '--output',
      'model.bin.sig',
      '--detach-sign',
      'model.bin',
    ];
    gpg.run(['--weak-digest', 'MD5', ...args], folder);
    const report = await verify(folder, ['weak@example.com']);
    expect(report).toMatchObject({ verdict: 'failed', signature: 'invalid' });
    expect(report.checks.find(({ id }) => id === 'signature')?.detail).toMatch(/SHA-1/);
  });
});
