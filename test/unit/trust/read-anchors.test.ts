import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AppError } from '#engine/core/app-error.ts';
import { encodeBase64 } from '#engine/core/base64.ts';
import { ed25519KeyOf, unlimited } from '#engine/trust/anchor.ts';
import { isFingerprint, parseAnchors } from '#engine/trust/read-anchors.ts';
import { opensshBlob, opensshLine, parseOpensshBlob, parseOpensshLine } from '#engine/trust/openssh-key.ts';
import { concatBytes, sshString } from '#engine/trust/ssh-wire.ts';
import { newMinisignSigner, newSigner } from '../../fixtures/signing.ts';

const parse = (content: string) => parseAnchors(new TextEncoder().encode(content));
const signer = newSigner();
const line = opensshLine(signer.publicKey, 'packer at origin');
const [type, blob] = line.split(' ');
const rsaBlob = concatBytes(
  sshString('ssh-rsa'),
  sshString(Uint8Array.of(1, 0, 1)),
  sshString(new Uint8Array(64)),
);

describe('files of public keys', () => {
  it.each([
    ['a .pub file', `${line}\n`, 'packer at origin'],
    ['allowed_signers', `packer ${type} ${blob}\n`, 'packer'],
    ['allowed_signers with a comment', `packer ${line}\n`, 'packer (packer at origin)'],
    ['allowed_signers for a namespace', `packer namespaces="sallyport-transfer" ${type} ${blob}`, 'packer'],
    ['allowed_signers for files among others', `a,b namespaces="git,file" ${type} ${blob}`, 'a,b'],
    ['comments and blank lines', `# keys\r\n\r\n${line}\r\n`, 'packer at origin'],
    [
      'a key of another type beside it',
      `${line}\nssh-rsa ${encodeBase64(rsaBlob)} old\n`,
      'packer at origin',
    ],
    ['the same key twice', `${line}\n${line}\n`, 'packer at origin'],
  ])('read %s', (_, content, comment) => {
    const { fingerprint, publicKey } = signer;
    const material = opensshLine(publicKey, comment);
    expect(parse(content)).toEqual([
      { ...unlimited, kind: 'ssh', keyType: 'ssh-ed25519', fingerprint, comment, material },
    ]);
  });

  it.each([true, false])('read a minisign public key (with its comment: %s)', (commented) => {
    const { publicLine, signer: vendor } = newMinisignSigner();
    const said = commented ? 'untrusted comment: minisign public key 0807060504030201\n' : '';
    const [key, ...others] = parse(`${said}${publicLine}\n`);
    expect(others).toEqual([]);
    expect(key).toMatchObject({ kind: 'minisign', fingerprint: `minisign:${publicLine}` });
    expect(key === undefined ? null : ed25519KeyOf(key)).toEqual(vendor.publicKey);
    expect(key?.comment).toContain('0807060504030201');
  });

  it.each([
    ['nothing', '', /no Ed25519 public key/],
    ['prose', 'hello world\n', /Line 1/],
    ['a good line and a bad one', `${line}\nssh-ed25519 AAAA\n`, /Line 2/],
    ['only keys of other types', `ssh-rsa ${encodeBase64(rsaBlob)}\n`, /no Ed25519 public key/],
    ['a certificate authority', `* cert-authority ${type} ${blob}`, /certificate authority/],
    ['a key that is limited in time', `packer valid-before="20270101" ${type} ${blob}`, /limited in time/],
    [
      'a key for other namespaces only',
      `packer namespaces="git" ${type} ${blob}`,
      /only for the namespaces git/,
    ],
    ['an OpenSSH secret key', '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n', /secret key/],
    ['a minisign secret key', 'untrusted comment: minisign encrypted secret key\nRWRT\n', /secret key/],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nAAAA\n', /not supported/],
    ['a broken minisign key', 'untrusted comment: minisign public key\nRWRT\n', /is not one/],
    ['a key of small order', opensshLine(new Uint8Array(32), 'weak'), /Line 1/],
    ['a type that contradicts the key', `ssh-rsa ${blob}`, /Line 1/],
  ])('are refused with %s', (_, content, reason) => {
    expect(() => parse(content)).toThrow(reason);
    expect(() => parse(content)).toThrow(expect.objectContaining({ code: 'KEY-UNREADABLE' }) as Error);
  });

  it('fail only with KEY-UNREADABLE, whatever the content', () => {
    const lines = fc.array(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `${text} ${line}`),
      ),
      { maxLength: 5 },
    );
    fc.assert(
      fc.property(lines, (content) => {
        try {
          for (const key of parse(content.join('\n'))) expect(ed25519KeyOf(key)).toHaveLength(32);
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
