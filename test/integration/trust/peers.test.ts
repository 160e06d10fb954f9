import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { HashPool } from '#engine/hashing/hash-pool.ts';
import { DeviceQueue } from '#engine/media/device-queue.ts';
import { MediaFolder } from '#engine/media/media-folder.ts';
import { parseAnchors } from '#engine/trust/read-anchors.ts';
import { FILE_NAMESPACE, signSshsig, verifySshsig } from '#engine/trust/sshsig.ts';
import { opensshLine } from '#engine/trust/openssh-key.ts';
import { verifyFolder } from '#engine/trust/verify-folder.ts';
import { needsProgram } from '../../fixtures/needs.ts';
import { run, succeeds } from '../../fixtures/peers.ts';
import {
  minisignAnchor,
  minisigOf,
  newMinisignSigner,
  newSigner,
  sshAnchor,
} from '../../fixtures/signing.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { workerUrl } from '../../fixtures/worker-url.ts';

const text = (content: string) => new TextEncoder().encode(content);
const message = text('weights\n');
const at = new Date('2026-11-23T10:00:00.000Z');

/** The key a peer made, as an anchor. */
async function anchorFrom(file: string) {
  const [key] = await parseAnchors(readFileSync(file));
  if (key === undefined) throw new Error(`no key in ${file}`);
  return { ...sshAnchor(newSigner('peer')), ...key };
}

describe('with ssh-keygen', () => {
  beforeEach((context) => needsProgram(context, 'ssh-keygen'));

  it('what we sign holds there, for the namespace it was signed for', () => {
    const folder = temporaryFolder();
    const signer = newSigner();
    writeFileSync(path.join(folder, 'allowed'), `packer ${opensshLine(signer.publicKey, 'packer')}\n`);
    writeFileSync(path.join(folder, 'sig'), signSshsig(message, FILE_NAMESPACE, signer));
    const check = (namespace: string, content: Uint8Array) =>
      succeeds(
        'ssh-keygen',
        ['-Y', 'verify', '-f', 'allowed', '-I', 'packer', '-n', namespace, '-s', 'sig'],
        content,
        folder,
      );
    expect(check('file', message)).toBe(true);
    expect(check('git', message)).toBe(false);
    expect(check('file', text('other'))).toBe(false);
  });

  it('fingerprints are the same', () => {
    const signer = newSigner();
    const file = path.join(temporaryFolder(), 'key.pub');
    writeFileSync(file, `${opensshLine(signer.publicKey, 'packer')}\n`);
    expect(run('ssh-keygen', ['-l', '-f', file])).toContain(` ${signer.fingerprint} `);
  });

  it.each(['sha512', 'sha256'])('what is signed there (%s) holds here', async (hash) => {
    const folder = temporaryFolder();
    const key = path.join(folder, 'id');
    run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'peer', '-f', key]);
    const signature = text(
      run(
        'ssh-keygen',
        ['-Y', 'sign', '-f', key, '-n', 'file', '-O', `hashalg=${hash}`],
        Buffer.from(message),
      ),
    );
    const outcome = verifySshsig(signature, message, [FILE_NAMESPACE]);
    expect(outcome).toMatchObject({
      outcome: 'valid',
      key: { fingerprint: (await anchorFrom(`${key}.pub`)).fingerprint },
    });
    expect(verifySshsig(signature, text('other'), [FILE_NAMESPACE]).outcome).toBe('invalid');
  });
});

describe('with minisign', () => {
  beforeEach((context) => needsProgram(context, 'minisign'));

  it.each([{ flags: [] as string[] }, { flags: ['-l'] }])(
    'what is signed there holds here ($flags)',
    async ({ flags }) => {
      const folder = temporaryFolder();
      const file = path.join(folder, 'model.bin');
      writeFileSync(file, message);
      run('minisign', ['-G', '-W', '-p', 'key.pub', '-s', 'key.sec'], '', folder);
      run(
        'minisign',
        ['-S', ...flags, '-s', 'key.sec', '-t', 'release 5.0.0', '-m', 'model.bin'],
        '',
        folder,
      );
      const anchors = [await anchorFrom(path.join(folder, 'key.pub'))];
      const options = { anchors, at, ignore: ['key.pub', 'key.sec'] };
      const pool = new HashPool({ workerUrl, size: 1 });
      try {
        const good = await verifyFolder(
          new MediaFolder(folder, { pool, devices: new DeviceQueue() }),
          options,
        );
        expect(good).toMatchObject({
          verdict: 'warning',
          signature: 'valid',
          format: 'minisign',
          signer: { comment: 'release 5.0.0' },
        });
        writeFileSync(file, 'w3ights\n');
        expect(
          await verifyFolder(new MediaFolder(folder, { pool, devices: new DeviceQueue() }), options),
        ).toMatchObject({
          signature: 'invalid',
        });
      } finally {
        await pool.close();
      }
    },
  );

  it.each([false, true])('what our tests sign holds there (legacy: %s)', async (legacy) => {
    const folder = temporaryFolder();
    const key = newMinisignSigner();
    writeFileSync(path.join(folder, 'model.bin'), message);
    writeFileSync(path.join(folder, 'model.bin.minisig'), await minisigOf(message, key, { legacy }));
    expect(succeeds('minisign', ['-V', '-P', key.publicLine, '-m', 'model.bin'], undefined, folder)).toBe(
      true,
    );
    expect(minisignAnchor(key).fingerprint).toBe(`minisign:${key.publicLine}`);
  });
});
