import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOpensshBlob } from '#engine/trust/openssh-key.ts';
import { parseSshCertificate } from '#engine/trust/ssh-certificate.ts';
import { matchesPatternList } from '#engine/trust/ssh-pattern.ts';
import { concatBytes, SshReader, sshMpint, sshString } from '#engine/trust/ssh-wire.ts';
import { findSshsigProblem, parseSshsig } from '#engine/trust/sshsig.ts';
import {
  armorSshsig,
  certify,
  type CertificateFields,
  makeSshsig,
  newSshKey,
  plainTypes,
  securityKeyTypes,
} from '../../fixtures/ssh-keys.ts';

const message = new TextEncoder().encode('weights');
const types = [...plainTypes, ...securityKeyTypes];

/** Why a signature does not hold for the message; null when it does. */
function problemOf(signature: Uint8Array, over = message): string | null {
  const sig = parseSshsig(signature);
  if (typeof sig === 'string') return sig;
  const digest = new Uint8Array(createHash(sig.hash).update(over).digest());
  const problem = findSshsigProblem(sig, digest, ['file']);
  return problem === null ? null : `${problem.detail} ${problem.expected} | ${problem.found}`;
}

describe('SSH signatures of every key type', () => {
  it.each(types)('%s: hold for the message and no other', async (type) => {
    for (const hash of ['sha256', 'sha512'] as const) {
      const signature = await makeSshsig(newSshKey(type), message, { hash });
      expect(problemOf(signature)).toBeNull();
      expect(problemOf(signature, new TextEncoder().encode('weightz'))).toMatch(/does not match the bytes/);
    }
  });

  it.each(securityKeyTypes)('%s: have to have been touched', async (type) => {
    const key = newSshKey(type);
    expect(problemOf(await makeSshsig(key, message, { flags: 0 }))).toMatch(/without being touched/);
    expect(problemOf(await makeSshsig(key, message, { flags: 5 }))).toBeNull();
  });

  it.each(securityKeyTypes)('%s: are bound to their application', async (type) => {
    const key = newSshKey(type, 'ssh:work');
    const elsewhere = concatBytes(key.blob.subarray(0, -4), new TextEncoder().encode('home'));
    expect(problemOf(await makeSshsig(key, message))).toBeNull();
    expect(problemOf(await makeSshsig(key, message, { blob: elsewhere }))).toMatch(/does not match/);
  });

  it('do not hold under the key of somebody else, of the same or another type', async () => {
    for (const [type, other] of [
      ['ssh-ed25519', 'ssh-ed25519'],
      ['ssh-ed25519', 'sk-ssh-ed25519@openssh.com'],
      ['ecdsa-sha2-nistp256', 'ssh-rsa'],
      ['ssh-rsa', 'ecdsa-sha2-nistp384'],
    ] as const) {
      const swapped = await makeSshsig(newSshKey(type), message, { blob: newSshKey(other).blob });
      expect(problemOf(swapped)).toMatch(/does not match|another type|malformed/);
    }
  });

  it('do not hold with SHA-1', async () => {
    const key = newSshKey('ssh-rsa');
    const signed = {
      ...key,
      sign: async (bytes: Uint8Array) => {
        const made = new SshReader(await key.sign(bytes));
        made.string();
        return concatBytes(sshString('ssh-rsa'), sshString(made.string() ?? new Uint8Array(0)));
      },
    };
    expect(problemOf(await makeSshsig(signed, message))).toMatch(/SHA-1/);
  });

  it.each([
    ['r = 0', (r: Uint8Array, s: Uint8Array) => [new Uint8Array(0), s, r]],
    ['s = 0', (r: Uint8Array) => [r, new Uint8Array(0)]],
    ['r = 1, s = 1', () => [Uint8Array.of(1), Uint8Array.of(1)]],
    ['s as large as the order', (r: Uint8Array) => [r, order256]],
  ])('do not hold with %s', async (_, change) => {
    const key = newSshKey('ecdsa-sha2-nistp256');
    const signed = {
      ...key,
      sign: async (bytes: Uint8Array) => {
        const inner = new SshReader((await key.sign(bytes)).subarray(4 + key.type.length + 4));
        const [r, s] = change(inner.mpint() ?? message, inner.mpint() ?? message);
        const pair = concatBytes(sshMpint(r ?? message), sshMpint(s ?? message));
        return concatBytes(sshString(key.type), sshString(pair));
      },
    };
    expect(problemOf(await makeSshsig(signed, message))).toMatch(/does not match/);
  });

  it('do not hold with numbers that are padded', async () => {
    const key = newSshKey('ecdsa-sha2-nistp256');
    const padded = {
      ...key,
      sign: async (bytes: Uint8Array) => {
        const inner = new SshReader((await key.sign(bytes)).subarray(4 + key.type.length + 4));
        const zero = (digits: Uint8Array | null) =>
          sshString(concatBytes(new Uint8Array(2), digits ?? message));
        const pair = concatBytes(zero(inner.mpint()), zero(inner.mpint()));
        return concatBytes(sshString(key.type), sshString(pair));
      },
    };
    expect(problemOf(await makeSshsig(padded, message))).toMatch(/does not match/);
  });
});

const order256 = new Uint8Array(
  Buffer.from('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551', 'hex'),
);

describe('keys of OpenSSH', () => {
  it.each(types)('%s: are read, and not when anything follows or is missing', (type) => {
    const { blob } = newSshKey(type);
    expect(parseOpensshBlob(blob)).toMatchObject({
      keyType: type,
      material: { kind: expect.any(String) as string },
    });
    expect(parseOpensshBlob(concatBytes(blob, Uint8Array.of(0)))).toBeNull();
    expect(parseOpensshBlob(blob.subarray(0, -1))).toBeNull();
  });

  it('are refused when they are weak', () => {
    const rsa = (e: Uint8Array, n: Uint8Array) =>
      parseOpensshBlob(concatBytes(sshString('ssh-rsa'), sshMpint(e), sshMpint(n)));
    const odd = (bytes: number) => new Uint8Array(bytes).fill(0xff);
    expect(rsa(Uint8Array.of(1, 0, 1), odd(256))).not.toBeNull();
    expect(rsa(Uint8Array.of(1, 0, 1), odd(255))).toBeNull();
    expect(rsa(Uint8Array.of(1), odd(256))).toBeNull();
    expect(rsa(Uint8Array.of(1, 0), odd(256))).toBeNull();
    expect(rsa(Uint8Array.of(1, 0, 1), Uint8Array.of(...odd(255), 0xfe))).toBeNull();
    expect(rsa(Uint8Array.of(1, 0, 1), odd(4096))).toBeNull();
  });

  it('are refused when their point is not on the curve', () => {
    const { blob } = newSshKey('ecdsa-sha2-nistp256');
    const off = new Uint8Array(blob);
    off[off.length - 1] = (off.at(-1) ?? 0) ^ 1;
    expect(parseOpensshBlob(off)).toBeNull();
  });
});

describe('certificates', () => {
  const authority = newSshKey('ssh-ed25519');
  const signedBy = async (fields: CertificateFields, key = newSshKey('ssh-ed25519'), flags?: number) =>
    problemOf(
      await makeSshsig(key, message, {
        blob: await certify(key, authority, fields),
        ...(flags === undefined ? {} : { flags }),
      }),
    );

  it.each(types)('of %s keys, by authorities of every type, are read and hold', async (type) => {
    for (const by of types) {
      const key = newSshKey(type);
      const blob = await certify(key, newSshKey(by), { validAfter: 1_700_000_000n });
      expect(parseSshCertificate(blob)).toMatchObject({
        type: 'user',
        principals: ['alice@example.com'],
        certified: { keyType: type },
        issuer: { keyType: by },
        validAfter: new Date(1_700_000_000_000),
        validBefore: null,
      });
      expect(problemOf(await makeSshsig(key, message, { blob }))).toBeNull();
    }
  });

  it('of hosts, for nobody, or with conditions that cannot be kept do not let anybody sign', async () => {
    expect(await signedBy({})).toBeNull();
    expect(await signedBy({ type: 2 })).toMatch(/one of a host/);
    expect(await signedBy({ principals: [] })).toMatch(/nobody in particular/);
    expect(await signedBy({ critical: [['force-command', '/bin/true']] })).toMatch(/force-command/);
    expect(await signedBy({ critical: [['of-the-future', '']] })).toMatch(/of-the-future/);
    expect(await signedBy({ critical: [['verify-required', '']] })).toMatch(/PIN/);
    const hardware = newSshKey('sk-ssh-ed25519@openssh.com');
    expect(await signedBy({ critical: [['verify-required', '']] }, hardware, 1)).toMatch(/PIN/);
    expect(await signedBy({ critical: [['verify-required', '']] }, hardware, 5)).toBeNull();
  });

  it('that were issued by another authority than they say do not hold', async () => {
    const key = newSshKey('ssh-ed25519');
    const other = newSshKey('ssh-ed25519');
    const forged = { ...authority, sign: (bytes: Uint8Array) => other.sign(bytes) };
    const blob = await certify(key, forged);
    expect(problemOf(await makeSshsig(key, message, { blob }))).toMatch(/not as issued/);
  });

  it('never make the parser throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(...types), (bytes, type) => {
        const name = `${type.replace('@openssh.com', '')}-cert-v01@openssh.com`;
        parseSshCertificate(concatBytes(sshString(name), bytes));
        parseOpensshBlob(concatBytes(sshString(type), bytes));
        expect(typeof parseSshsig(armorSshsig(bytes))).toBe('string');
      }),
      { numRuns: 500 },
    );
  });
});

it('pattern lists match as in ssh_config(5)', () => {
  expect(matchesPatternList('*@example.com', 'alice@example.com')).toBe(true);
  expect(matchesPatternList('*@example.com,!bob@*', 'bob@example.com')).toBe(false);
  expect(matchesPatternList('!bob@*', 'alice@example.com')).toBe(false);
  expect(matchesPatternList('alice,b?b', 'bob')).toBe(true);
  expect(matchesPatternList('', 'bob')).toBe(false);
  expect(matchesPatternList('*'.repeat(1000) + 'x', 'y'.repeat(1000))).toBe(false);
});
