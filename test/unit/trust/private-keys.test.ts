import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { parsePrivateKey } from '#engine/trust/private-key.ts';
import { keySshSigner } from '#engine/trust/ssh-signer.ts';
import { needsProgram } from '../../fixtures/needs.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const passphrase = 'correct horse, with ümlaut';
const failsWith = (code: string) => expect.objectContaining({ code }) as Error;

/** A key of ssh-keygen's, protected by the passphrase. */
function newKey(context: TestContext, options: readonly string[]) {
  needsProgram(context, 'ssh-keygen');
  const file = path.join(temporaryFolder(), 'id');
  execFileSync('ssh-keygen', ['-q', '-N', passphrase, '-C', 'a test', '-f', file, ...options]);
  const line = execFileSync('ssh-keygen', ['-l', '-f', `${file}.pub`], { encoding: 'utf8' });
  return { content: new Uint8Array(readFileSync(file)), fingerprint: line.split(' ')[1] ?? '' };
}

/** The same file with its binary part changed. */
function edited(content: Uint8Array, edit: (blob: Buffer) => Buffer): Uint8Array {
  const [, base64 = ''] = /-----\n([\s\S]+)\n-----END/.exec(Buffer.from(content).toString()) ?? [];
  const text = edit(Buffer.from(base64, 'base64')).toString('base64');
  return Buffer.from(`-----BEGIN OPENSSH PRIVATE KEY-----\n${text}\n-----END OPENSSH PRIVATE KEY-----\n`);
}

describe('a private key of OpenSSH with a passphrase', () => {
  const kinds: readonly (readonly string[])[] = [
    ['-t', 'ed25519'],
    ['-t', 'ecdsa', '-b', '384', '-a', '2'],
    ['-t', 'rsa', '-b', '2048', '-a', '2'],
    ['-t', 'ed25519', '-Z', 'aes256-cbc', '-a', '1'],
    ['-t', 'ed25519', '-Z', 'aes256-gcm@openssh.com', '-a', '2'],
    ['-t', 'ed25519', '-Z', 'aes128-ctr', '-a', '3'],
  ];
  for (const options of kinds) {
    it(`is opened by it, and by no other: ${options.join(' ')}`, async (context) => {
      const { content, fingerprint } = newKey(context, options);
      const { key, comment } = await parsePrivateKey(content, passphrase);
      expect(keySshSigner(key, comment)).toMatchObject({ fingerprint, comment: 'a test' });
      // Each try costs all the rounds, which the first key has as many of as ssh-keygen gives it.
      const isQuick = options.includes('-a');
      for (const wrong of isQuick ? [`${passphrase}.`, '', undefined] : [undefined])
        await expect(parsePrivateKey(content, wrong)).rejects.toThrow(failsWith('PASSPHRASE-WRONG'));
    });
  }

  it('is refused when it asks for another cipher, or for hours', async (context) => {
    const chacha = newKey(context, ['-t', 'ed25519', '-Z', 'chacha20-poly1305@openssh.com', '-a', '1']);
    await expect(parsePrivateKey(chacha.content, passphrase)).rejects.toThrow(failsWith('KEY-UNREADABLE'));
    const { content } = newKey(context, ['-t', 'ed25519', '-a', '1']);
    const slow = edited(content, (blob) => {
      const salt = blob.indexOf(Buffer.from([0, 0, 0, 16]));
      blob.writeUInt32BE(1_000_000, salt + 4 + 16);
      return blob;
    });
    await expect(parsePrivateKey(slow, passphrase)).rejects.toThrow(/1000000 rounds/);
  });

  it('is refused when it is cut anywhere', async (context) => {
    const { content } = newKey(context, ['-t', 'ed25519', '-a', '1']);
    for (const at of [3, 20, 40, 60, 100, 160, 250]) {
      const cut = edited(content, (blob) => blob.subarray(0, at));
      await expect(parsePrivateKey(cut, passphrase)).rejects.toThrow(failsWith('KEY-UNREADABLE'));
    }
  });
});
