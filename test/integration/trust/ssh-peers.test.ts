import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { socketSshAgent } from '#engine/core/ports/ssh-agent.ts';
import { findAgentSigner, listAgentSigners } from '#engine/access/ssh-agent-keys.ts';
import { allowsNamespace, parseAllowedSigners } from '#engine/trust/allowed-signers.ts';
import { parseOpensshLine } from '#engine/trust/openssh-key.ts';
import { parsePrivateKey } from '#engine/trust/private-key.ts';
import { keySshSigner } from '#engine/trust/ssh-signer.ts';
import { findSshsigProblem, parseSshsig, signSshsigDigest } from '#engine/trust/sshsig.ts';
import { needsProgram } from '../../fixtures/needs.ts';
import { run, succeeds } from '../../fixtures/peers.ts';
import { startAgent } from '../../fixtures/ssh-agent.ts';
import { certify, makeSshsig, newSshKey, publicLine, securityKeyTypes } from '../../fixtures/ssh-keys.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const message = new TextEncoder().encode('weights\n');
const sha512 = new Uint8Array(createHash('sha512').update(message).digest());

/** As ssh-keygen is asked for them. */
const kinds = [
  'ed25519',
  'ecdsa -b 256',
  'ecdsa -b 384',
  'ecdsa -b 521',
  'rsa -b 2048',
  'rsa -b 3072',
] as const;

function newKey(folder: string, name: string, kind: (typeof kinds)[number]): string {
  const file = path.join(folder, name);
  run('ssh-keygen', ['-q', '-t', ...kind.split(' '), '-N', '', '-C', 'peer', '-f', file]);
  return file;
}

function holds(signature: Uint8Array, over = message): boolean {
  const sig = parseSshsig(signature);
  if (typeof sig === 'string') return false;
  const digest = new Uint8Array(createHash(sig.hash).update(over).digest());
  return findSshsigProblem(sig, digest, ['file']) === null;
}

function theyAccept(
  folder: string,
  allowed: string,
  signature: Uint8Array | string,
  over = message,
): boolean {
  writeFileSync(path.join(folder, 'allowed'), `${allowed}\n`);
  writeFileSync(path.join(folder, 'sig'), signature);
  const args = ['-Y', 'verify', '-f', 'allowed', '-I', 'alice@example.com', '-n', 'file', '-s', 'sig'];
  return succeeds('ssh-keygen', args, over, folder);
}

describe('with ssh-keygen', () => {
  beforeEach((context) => needsProgram(context, 'ssh-keygen'));

  it.each(kinds)('signatures hold in both directions: %s', async (kind) => {
    const folder = temporaryFolder();
    const file = newKey(folder, 'id', kind);
    for (const hash of ['sha256', 'sha512']) {
      const args = ['-Y', 'sign', '-f', file, '-n', 'file', '-O', `hashalg=${hash}`];
      const theirs = Buffer.from(run('ssh-keygen', args, message));
      expect(holds(theirs)).toBe(true);
      expect(holds(theirs, Buffer.from('other'))).toBe(false);
    }
    const line = readFileSync(`${file}.pub`, 'utf8').trim();
    const { key, comment } = await parsePrivateKey(readFileSync(file));
    const signer = keySshSigner(key, comment);
    expect(signer).toMatchObject({ comment: 'peer', fingerprint: parseOpensshLine(line)?.fingerprint });
    const ours = await signSshsigDigest(sha512, 'file', signer);
    expect(theyAccept(folder, `alice@example.com ${line}`, ours)).toBe(true);
    expect(theyAccept(folder, `alice@example.com ${line}`, ours, Buffer.from('other'))).toBe(false);
  });

  it.each(['PEM', 'PKCS8'])('private keys in %s are read, with a passphrase too', async (format) => {
    const folder = temporaryFolder();
    for (const kind of ['ecdsa -b 256', 'rsa -b 2048'] as const) {
      const file = newKey(folder, `${kind.slice(0, 3)}-${format}`, kind);
      run('ssh-keygen', ['-q', '-p', '-P', '', '-N', '', '-m', format, '-f', file]);
      const line = parseOpensshLine(readFileSync(`${file}.pub`, 'utf8').trim());
      const { key } = await parsePrivateKey(readFileSync(file));
      expect(keySshSigner(key, '').fingerprint).toBe(line?.fingerprint);
      run('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'open sesame', '-m', format, '-f', file]);
      const locked = readFileSync(file);
      await expect(parsePrivateKey(locked)).rejects.toThrow(/no passphrase/);
      await expect(parsePrivateKey(locked, 'wrong')).rejects.toThrow(/does not open/);
      const opened = await parsePrivateKey(locked, 'open sesame');
      expect(keySshSigner(opened.key, '').fingerprint).toBe(line?.fingerprint);
    }
  });

  it.each(kinds)('certificates that it issues hold here: %s', (kind) => {
    const folder = temporaryFolder();
    const authority = newKey(folder, 'ca', kind);
    const file = newKey(folder, 'id', 'ed25519');
    run('ssh-keygen', [
      '-q',
      '-s',
      authority,
      '-I',
      'alice of the peer',
      '-n',
      'alice@example.com,alice',
      '-V',
      '20260101Z:20300101Z',
      `${file}.pub`,
    ]);
    const theirs = Buffer.from(
      run('ssh-keygen', ['-Y', 'sign', '-f', `${file}-cert.pub`, '-n', 'file'], message),
    );
    expect(holds(theirs)).toBe(true);
    expect(parseSshsig(theirs)).toMatchObject({
      certificate: {
        keyId: 'alice of the peer',
        principals: ['alice@example.com', 'alice'],
        issuer: {
          fingerprint: parseOpensshLine(readFileSync(`${authority}.pub`, 'utf8').trim())?.fingerprint,
        },
        validAfter: new Date('2026-01-01T00:00:00Z'),
        validBefore: new Date('2030-01-01T00:00:00Z'),
      },
    });
  });

  it.each(securityKeyTypes)('what the tests make for want of hardware holds there too: %s', async (type) => {
    const folder = temporaryFolder();
    const key = newSshKey(type);
    const line = publicLine(key.blob);
    const signature = await makeSshsig(key, message);
    expect(holds(signature)).toBe(true);
    expect(theyAccept(folder, `alice@example.com ${line}`, signature)).toBe(true);
    const authority = newSshKey('ecdsa-sha2-nistp384');
    const certified = await makeSshsig(key, message, { blob: await certify(key, authority) });
    expect(holds(certified)).toBe(true);
    expect(theyAccept(folder, `*@example.com cert-authority ${publicLine(authority.blob)}`, certified)).toBe(
      true,
    );
  });

  it('lines of allowed_signers mean the same', async () => {
    const folder = temporaryFolder();
    const key = newSshKey('ssh-ed25519');
    const signature = await makeSshsig(key, message);
    const line = publicLine(key.blob);
    const weAccept = (text: string) => {
      const { signers, problem } = parseAllowedSigners(text);
      const now = Date.now();
      return (
        problem === null &&
        signers.some(
          (signer) =>
            !signer.isAuthority &&
            allowsNamespace(signer, 'file') &&
            now >= (signer.validAfter?.getTime() ?? 0) &&
            now < (signer.validBefore?.getTime() ?? Infinity),
        )
      );
    };
    for (const options of [
      '',
      'namespaces="file"',
      'namespaces="git,file"',
      'namespaces="git"',
      'namespaces="*,!file"',
      'namespaces="f*"',
      'NAMESPACES="file",valid-after="20200101"',
      'valid-after="20200101Z",valid-before="20990101120000Z"',
      'valid-before="20200101"',
      'valid-after="209901011200"',
      'valid-after="20990101",valid-before="20200101"',
      'valid-after="20201301"',
      'cert-authority',
      'namespaces=""',
      'namespaces="file",namespaces="file"',
      'no-such-option',
    ]) {
      const text = `alice@example.com ${options} ${line} a comment`;
      expect([options, weAccept(text)]).toEqual([options, theyAccept(folder, text, signature)]);
    }
  });
});

describe('with ssh-agent', () => {
  beforeEach((context) => needsProgram(context, 'ssh-agent'));

  it.each(kinds)('it signs with keys that never leave it: %s', async (kind) => {
    const folder = temporaryFolder();
    const file = newKey(folder, 'id', kind);
    chmodSync(file, 0o600);
    const agent = startAgent(folder);
    try {
      run('env', [`SSH_AUTH_SOCK=${agent.socket}`, 'ssh-add', '-q', file]);
      const port = socketSshAgent(agent.socket);
      const line = readFileSync(`${file}.pub`, 'utf8').trim();
      const fingerprint = parseOpensshLine(line)?.fingerprint ?? '';
      expect(await listAgentSigners(port)).toMatchObject([{ fingerprint, comment: 'peer' }]);
      const signature = await signSshsigDigest(sha512, 'file', await findAgentSigner(port, fingerprint));
      expect(holds(Buffer.from(signature))).toBe(true);
      expect(theyAccept(folder, `alice@example.com ${line}`, signature)).toBe(true);
      await expect(findAgentSigner(port, 'SHA256:nobody')).rejects.toThrow(/no key with that fingerprint/);
    } finally {
      agent.stop();
    }
  });
});
