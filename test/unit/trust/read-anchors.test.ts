import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AppError } from '#engine/core/app-error.ts';
import { encodeBase64 } from '#engine/core/base64.ts';
import { ed25519KeyOf, unlimited } from '#engine/trust/anchor.ts';
import { isFingerprint, parseAnchors } from '#engine/trust/read-anchors.ts';
import { opensshBlob, opensshLine, parseOpensshBlob, parseOpensshLine } from '#engine/trust/openssh-key.ts';
import { concatBytes, sshString } from '#engine/trust/ssh-wire.ts';
import { newSshKey, plainTypes, publicLine, securityKeyTypes } from '../../fixtures/ssh-keys.ts';
import { newMinisignSigner, newSigner } from '../../fixtures/signing.ts';

const parse = (content: string) => parseAnchors(new TextEncoder().encode(content));
const signer = newSigner();
const line = opensshLine(signer.publicKey, 'packer at origin');
const [type, blob] = line.split(' ');
const dsa = encodeBase64(concatBytes(sshString('ssh-dss'), sshString(new Uint8Array(64))));
const weakRsa = concatBytes(
  sshString('ssh-rsa'),
  sshString(Uint8Array.of(1, 0, 1)),
  sshString(new Uint8Array(64).fill(0x7f)),
);

describe('files of public keys', () => {
  it.each([
    ['a .pub file', `${line}\n`, 'packer at origin'],
    ['comments and blank lines', `# keys\r\n\r\n${line}\r\n`, 'packer at origin'],
    ['a key of another type beside it', `${line}\nssh-dss ${dsa} old\n`, 'packer at origin'],
    ['the same key twice', `${line}\n${line}\n`, 'packer at origin'],
  ])('read %s', async (_, content, comment) => {
    const { fingerprint, publicKey } = signer;
    const material = opensshLine(publicKey, comment);
    expect(await parse(content)).toEqual([
      { ...unlimited, kind: 'ssh', keyType: 'ssh-ed25519', fingerprint, comment, material },
    ]);
  });

  it('read allowed_signers with every limit', async () => {
    const lines = [
      `packer ${type} ${blob}`,
      `a,b namespaces="git,file" ${line}`,
      `*@example.com cert-authority,valid-after="20260101Z",valid-before="20270101Z" ${type} ${blob}`,
    ];
    const key = { ...unlimited, keyType: 'ssh-ed25519', fingerprint: signer.fingerprint };
    expect(await parse(lines.join('\n'))).toEqual([
      { ...key, kind: 'ssh', comment: 'packer', principals: ['packer'], material: `${type} ${blob}` },
      {
        ...key,
        kind: 'ssh',
        comment: 'a,b (packer at origin)',
        principals: ['a', 'b'],
        namespaces: ['git', 'file'],
        material: line,
      },
      {
        ...key,
        kind: 'ssh-ca',
        comment: '*@example.com',
        principals: ['*@example.com'],
        validFrom: '2026-01-01T00:00:00.000Z',
        validUntil: '2027-01-01T00:00:00.000Z',
        material: `${type} ${blob}`,
      },
    ]);
  });

  it.each([...plainTypes, ...securityKeyTypes])('read keys of the type %s', async (keyType) => {
    const key = publicLine(newSshKey(keyType).blob);
    expect(await parse(`${key} somebody`)).toMatchObject([
      { kind: 'ssh', keyType, material: `${key} somebody` },
    ]);
  });

  it('read a signify public key', async () => {
    const { publicLine: encoded } = newMinisignSigner();
    const [key] = await parse(`untrusted comment: vendor public key\n${encoded}\n`);
    expect(key).toMatchObject({ kind: 'signify', fingerprint: `minisign:${encoded}` });
  });

  it.each([true, false])('read a minisign public key (with its comment: %s)', async (commented) => {
    const { publicLine, signer: vendor } = newMinisignSigner();
    const said = commented ? 'untrusted comment: minisign public key 0807060504030201\n' : '';
    const [key, ...others] = await parse(`${said}${publicLine}\n`);
    expect(others).toEqual([]);
    expect(key).toMatchObject({ kind: 'minisign', fingerprint: `minisign:${publicLine}` });
    expect(key === undefined ? null : ed25519KeyOf(key)).toEqual(vendor.publicKey);
    expect(key?.comment).toContain('0807060504030201');
  });

  it.each([
    ['nothing', '', /no public key/],
    ['prose', 'hello world\n', /no public key/],
    ['a good line and a bad one', `${line}\nssh-ed25519 AAAA\n`, /Line 2/],
    ['only keys of other types', `ssh-dss ${dsa}\n`, /no public key/],
    ['a weak key', `ssh-rsa ${encodeBase64(weakRsa)}\n`, /usable strength/],
    ['options that nobody knows', `packer no-such-option ${type} ${blob}`, /not known/],
    ['a time that is none', `packer valid-before="20271301" ${type} ${blob}`, /time/],
    ['an OpenSSH secret key', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n', /secret key/],
    ['a minisign secret key', 'untrusted comment: minisign encrypted secret key\nRWRT\n', /secret key/],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n', /malformed/],
    ['a broken minisign key', 'untrusted comment: minisign public key\nRWRT\n', /is not one/],
    ['a key of small order', opensshLine(new Uint8Array(32), 'weak'), /Line 1/],
    ['a type that contradicts the key', `ssh-rsa ${blob}`, /Line 1/],
  ])('are refused with %s', async (_, content, reason) => {
    await expect(parse(content)).rejects.toThrow(reason);
    await expect(parse(content)).rejects.toMatchObject({ code: 'KEY-UNREADABLE' });
  });

  it('fail only with KEY-UNREADABLE, whatever the content', async () => {
    const lines = fc.array(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `${text} ${line}`),
      ),
      { maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(lines, async (content) => {
        try {
          for (const key of await parse(content.join('\n'))) expect(ed25519KeyOf(key)).toHaveLength(32);
        } catch (error) {
          expect((error as AppError).code).toBe('KEY-UNREADABLE');
        }
      }),
      { numRuns: 500 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 120 }), (bytes) => void parseOpensshBlob(bytes)));
  });

  it('write lines that they read', () => {
    expect(parseOpensshLine(line)).toMatchObject({
      blob: opensshBlob(signer.publicKey),
      comment: 'packer at origin',
    });
  });

  it('take a fingerprint with or without its prefix, and nothing shorter', () => {
    expect(isFingerprint(signer.fingerprint, signer)).toBe(true);
    expect(isFingerprint(signer.fingerprint.slice('SHA256:'.length), signer)).toBe(true);
    expect(isFingerprint(signer.fingerprint.slice(0, -1), signer)).toBe(false);
    expect(isFingerprint('', signer)).toBe(false);
  });
});
