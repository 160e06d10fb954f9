import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeBase64 } from '#engine/core/base64.ts';
import { looksLikeSshsig, parseSshsig, signSshsig, verifySshsig } from '#engine/trust/sshsig.ts';
import { opensshBlob } from '#engine/trust/openssh-key.ts';
import { concatBytes, sshString } from '#engine/trust/ssh-wire.ts';
import { newSigner } from '../../fixtures/signing.ts';

const message = new TextEncoder().encode('weights');
const text = (content: string) => new TextEncoder().encode(content);

function armored(blob: Uint8Array): Uint8Array {
  return text(`-----BEGIN SSH SIGNATURE-----\n${encodeBase64(blob)}\n-----END SSH SIGNATURE-----\n`);
}

/** A signature blob field by field, so that each can be made wrong. */
function blob(fields: {
  version?: number;
  namespace?: string;
  hash?: string;
  key?: Uint8Array;
  tail?: Uint8Array;
  sig?: Uint8Array;
}) {
  const signer = newSigner();
  return concatBytes(
    text('SSHSIG'),
    Uint8Array.of(0, 0, 0, fields.version ?? 1),
    sshString(fields.key ?? opensshBlob(signer.publicKey)),
    sshString(fields.namespace ?? 'file'),
    sshString(''),
    sshString(fields.hash ?? 'sha512'),
    sshString(fields.sig ?? concatBytes(sshString('ssh-ed25519'), sshString(new Uint8Array(64)))),
    fields.tail ?? new Uint8Array(0),
  );
}

describe('SSH signatures', () => {
  it('hold for the message, the namespace and nothing else', () => {
    const signature = text(signSshsig(message, 'file', newSigner()));
    expect(verifySshsig(signature, message, ['file']).outcome).toBe('valid');
    expect(verifySshsig(signature, text('other'), ['file']).outcome).toBe('invalid');
    const elsewhere = verifySshsig(signature, message, ['git']);
    expect(elsewhere).toMatchObject({
      outcome: 'invalid',
      reason: expect.stringContaining('namespace file') as string,
    });
  });

  it('may have the line ends of Windows', () => {
    const signature = signSshsig(message, 'file', newSigner()).replaceAll('\n', '\r\n');
    expect(verifySshsig(text(signature), message, ['file']).outcome).toBe('valid');
  });

  it.each([
    ['version 2', blob({ version: 2 }), /version 2/],
    ['an empty namespace', blob({ namespace: '' }), /namespace is empty/],
    ['a namespace with a line feed', blob({ namespace: 'a\nb' }), /not text/],
    ['a weak hash', blob({ hash: 'sha1' }), /hash sha1/],
    ['bytes after the end', blob({ tail: Uint8Array.of(0) }), /Something follows/],
    ['a malformed key', blob({ key: Uint8Array.of(1, 2, 3) }), /public key in it is malformed/],
    ['a key of small order', blob({ key: opensshBlob(new Uint8Array(32)) }), /public key in it is malformed/],
    ['a malformed inner signature', blob({ sig: Uint8Array.of(0, 0, 0, 9) }), /signature in it is malformed/],
    ['a cut blob', blob({}).subarray(0, 60), /ends too early/],
    ['no preamble', blob({}).subarray(1), /preamble/],
  ])('are refused with %s', (_, bytes, reason) => {
    expect(parseSshsig(armored(bytes))).toMatch(reason);
  });

  it('are refused with anything around the armor', () => {
    const signature = signSshsig(message, 'file', newSigner());
    expect(parseSshsig(text(`x${signature}`))).toMatch(/begin/);
    expect(parseSshsig(text(`${signature}x`))).toMatch(/end/);
    expect(parseSshsig(text(signature.replace('\n', '\n\n')))).toMatch(/base64/);
    expect(parseSshsig(text(signature.slice(0, -40)))).toMatch(/end/);
    expect(parseSshsig(new Uint8Array(0))).toMatch(/begin/);
  });

  it('of a key type that signs nothing here are named and not accepted', () => {
    const dsa = concatBytes(sshString('ssh-dss'), sshString(new Uint8Array(64)));
    const sig = concatBytes(sshString('ssh-dss'), sshString(new Uint8Array(40)));
    const outcome = verifySshsig(armored(blob({ key: dsa, sig })), message, ['file']);
    expect(outcome).toMatchObject({
      outcome: 'invalid',
      reason: expect.stringContaining('found ssh-dss') as string,
    });
  });

  it('never throw, whatever the content', () => {
    const body = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map(armored),
      fc
        .string({ maxLength: 200 })
        .map((inner) => text(`-----BEGIN SSH SIGNATURE-----\n${inner}\n-----END SSH SIGNATURE-----`)),
      fc.uint8Array({ maxLength: 200 }),
      fc.tuple(fc.nat(250), fc.uint8Array({ maxLength: 8 })).map(([at, bytes]) => {
        const whole = blob({});
        whole.set(bytes.subarray(0, Math.max(0, whole.length - at)), Math.min(at, whole.length - 8));
        return armored(whole);
      }),
    );
    fc.assert(
      fc.property(body, (content) => {
        looksLikeSshsig(content);
        expect(verifySshsig(content, message, ['file']).outcome).toBe('invalid');
      }),
      { numRuns: 500 },
    );
  });
});
