import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { HashPool } from '#engine/hashing/hash-pool.ts';
import { DeviceQueue } from '#engine/media/device-queue.ts';
import { MediaFolder } from '#engine/media/media-folder.ts';
import { parseAnchors } from '#engine/trust/read-anchors.ts';
import { verifyFolder } from '#engine/trust/verify-folder.ts';
import { needsProgram } from '../../fixtures/needs.ts';
import { run, succeeds } from '../../fixtures/peers.ts';
import { newSigner, sshAnchor } from '../../fixtures/signing.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { workerUrl } from '../../fixtures/worker-url.ts';

const pool = new HashPool({ workerUrl, size: 1 });
afterAll(() => pool.close());

describe('with signify', () => {
  beforeEach((context) => needsProgram(context, 'signify-openbsd'));

  function model(): { folder: string; keys: string } {
    const folder = temporaryFolder();
    const keys = temporaryFolder();
    writeFileSync(path.join(folder, 'model.bin'), 'weights\n');
    run('signify-openbsd', ['-G', '-n', '-p', 'key.pub', '-s', 'key.sec'], '', keys);
    return { folder, keys };
  }

  async function verify(folder: string, keys: string) {
    const found = await parseAnchors(readFileSync(path.join(keys, 'key.pub')));
    const anchors = found.map((material) => ({ ...sshAnchor(newSigner('vendor')), ...material }));
    return await verifyFolder(new MediaFolder(folder, { pool, devices: new DeviceQueue() }), {
      anchors,
      at: new Date(),
    });
  }

  it('what is signed there holds here, and for no other bytes', async () => {
    const { folder, keys } = model();
    run('signify-openbsd', ['-S', '-s', path.join(keys, 'key.sec'), '-m', 'model.bin'], '', folder);
    expect(await verify(folder, keys)).toMatchObject({ verdict: 'verified', format: 'signify' });
    writeFileSync(path.join(folder, 'model.bin'), 'w3ights\n');
    expect(await verify(folder, keys)).toMatchObject({ verdict: 'failed', signature: 'invalid' });
  });

  it.each([['sha256sum', '--tag'], ['sha512sum', '--tag'], ['sha256sum']])(
    'a list signed with -e, as signify -C takes it, covers what it lists (%s %s)',
    async (program, ...flags) => {
      const { folder, keys } = model();
      writeFileSync(path.join(keys, 'SHA256'), run(program, [...flags, 'model.bin'], '', folder));
      const signed = path.join(folder, 'SHA256.sig');
      run('signify-openbsd', ['-S', '-e', '-s', 'key.sec', '-m', 'SHA256', '-x', signed], '', keys);
      if (flags.length > 0) {
        const args = ['-C', '-p', path.join(keys, 'key.pub'), '-x', 'SHA256.sig'];
        expect(succeeds('signify-openbsd', args, undefined, folder)).toBe(true);
      }
      expect(await verify(folder, keys)).toMatchObject({
        verdict: 'verified',
        format: 'signify',
        files: { listed: 1, verified: 1, extra: [] },
      });
      writeFileSync(path.join(folder, 'other.bin'), '');
      expect(await verify(folder, keys)).toMatchObject({
        verdict: 'failed',
        files: { extra: ['other.bin'] },
      });
      writeFileSync(signed, readFileSync(signed, 'utf8').replace('model.bin', 'm0del.bin'));
      expect(await verify(folder, keys)).toMatchObject({ signature: 'invalid' });
    },
  );

  it('a key that nobody here knows leaves the signature uncheckable, which is not absent', async () => {
    const { folder, keys } = model();
    const { keys: others } = model();
    run('signify-openbsd', ['-S', '-s', path.join(keys, 'key.sec'), '-m', 'model.bin'], '', folder);
    const report = await verify(folder, others);
    expect(report).toMatchObject({ verdict: 'failed', signature: 'invalid' });
    expect(report.checks).toContainEqual(expect.objectContaining({ id: 'identity', code: 'SIGNER-UNKNOWN' }));
  });
});
