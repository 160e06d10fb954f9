import { describe, expect, it } from 'vitest';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import { parseAnchors } from '#engine/trust/read-anchors.ts';
import { verifyFolder, type VerifyOptions } from '#engine/trust/verify-folder.ts';
import {
  chainOf,
  type IssuedCertificate,
  issue,
  newAuthority,
  newLeaf,
  newRoot,
  omsBundle,
  omsStatement,
} from '../../fixtures/certificates.ts';
import { MemoryFolder } from '../../fixtures/memory-folder.ts';
import { anchorOf } from '../../fixtures/signing.ts';

const at = new Date('2026-11-24T00:00:00.000Z');
const files = { 'a.bin': Uint8Array.of(1, 2, 3), 'b/c.bin': Uint8Array.of(4) };
const certificateSign = 'keyUsage = critical,keyCertSign';
const ca = 'basicConstraints = critical,CA:TRUE';

async function check(
  root: IssuedCertificate,
  [leaf, ...others]: readonly [IssuedCertificate, ...IssuedCertificate[]],
  over: Partial<VerifyOptions> = {},
): Promise<VerifyReport> {
  const anchors = (await parseAnchors(new TextEncoder().encode(root.pem))).map((each) => anchorOf(each));
  const bundle = omsBundle(omsStatement(files), leaf.key, chainOf(leaf, ...others));
  return await verifyFolder(new MemoryFolder({ ...files, 'model.sig': bundle }), { anchors, at, ...over });
}

const failed = ({ checks }: VerifyReport) =>
  checks.flatMap(({ id, status }) => (status === 'failed' ? [id] : []));

describe('certificates made by openssl', { timeout: 60_000 }, () => {
  const root = newRoot();

  it.each(['P-256', 'P-384', 'P-521'] as const)(
    'a leaf on %s under authorities on other curves and RSA holds',
    async (key) => {
      for (const kind of ['P-256', 'P-384', 'rsa:2048'] as const) {
        const top = newRoot({ key: kind });
        const middle = newAuthority(top, { key: kind });
        const report = await check(top, [newLeaf(middle, { key }), middle]);
        expect(report).toMatchObject({ verdict: 'verified', signature: 'valid' });
      }
    },
  );

  it.each([
    ['rsa:2048', 32],
    ['rsa:2048', 20],
    ['rsa:2048', 222],
    ['rsa-pss:2048', 32],
  ] as const)('a leaf that %s signed with PSS and %i bytes of salt holds', async (key, pssSaltBytes) => {
    const top = newRoot({ key, ...(key === 'rsa-pss:2048' ? { pssSaltBytes } : {}) });
    const report = await check(top, [newLeaf(top, { pssSaltBytes })]);
    expect(report).toMatchObject({ verdict: 'verified', signature: 'valid' });
    const weak = newLeaf(top, { pssSaltBytes, hash: 'sha1' });
    expect(failed(await check(top, [weak]))).toEqual(['identity', 'chain']);
  });

  it('the anchor may be the authority in between, or the leaf itself', async () => {
    const middle = newAuthority(root);
    const leaf = newLeaf(middle);
    expect((await check(middle, [leaf])).verdict).toBe('verified');
    expect((await check(leaf, [leaf])).verdict).toBe('verified');
  });

  const other = newRoot({ subject: '/CN=Test root' });
  it.each([
    ['by an authority of the same name', () => check(root, [newLeaf(other), other]), ['identity', 'chain']],
    [
      'without the authority in between',
      () => check(root, [newLeaf(newAuthority(root))]),
      ['identity', 'chain'],
    ],
    [
      'for servers only',
      () =>
        check(root, [
          newLeaf(root, { extensions: ['keyUsage = digitalSignature', 'extendedKeyUsage = serverAuth'] }),
        ]),
      ['identity', 'chain.usage'],
    ],
    [
      'for encryption only',
      () => check(root, [newLeaf(root, { extensions: ['keyUsage = critical,keyEncipherment'] })]),
      ['identity', 'chain.usage'],
    ],
    [
      'without any usage',
      () => check(root, [newLeaf(root, { extensions: ['subjectKeyIdentifier = hash'] })]),
      ['identity', 'chain.usage'],
    ],
    [
      'by one that is no authority',
      () => {
        const leaf = newLeaf(root, { subject: '/CN=No authority' });
        return check(root, [newLeaf(leaf), leaf]);
      },
      ['identity', 'chain.ca'],
    ],
    [
      'by an authority that may not sign certificates',
      () => {
        const middle = newAuthority(root, { extensions: [ca, 'keyUsage = critical,digitalSignature'] });
        return check(root, [newLeaf(middle), middle]);
      },
      ['identity', 'chain.ca'],
    ],
    [
      'over more authorities than allowed',
      () => {
        const first = newAuthority(root, {
          subject: '/CN=First',
          extensions: [`${ca},pathlen:0`, certificateSign],
        });
        const second = newAuthority(first, { subject: '/CN=Second' });
        return check(root, [newLeaf(second), second, first]);
      },
      ['identity', 'chain.path-length'],
    ],
    [
      'with a name outside what its authority may give',
      () => {
        const extensions = [ca, certificateSign, 'nameConstraints = critical,permitted;email:example.com'];
        const middle = newAuthority(root, { extensions });
        const mail = 'subjectAltName = email:a@elsewhere.org';
        return check(root, [
          newLeaf(middle, { extensions: ['keyUsage = critical,digitalSignature', mail] }),
          middle,
        ]);
      },
      ['identity', 'chain.names'],
    ],
    [
      'with a name that its authority may not give',
      () => {
        const extensions = [ca, certificateSign, 'nameConstraints = critical,excluded;DNS:example.com'];
        const middle = newAuthority(root, { extensions });
        const name = 'subjectAltName = DNS:models.example.com';
        return check(root, [
          newLeaf(middle, { extensions: ['keyUsage = critical,digitalSignature', name] }),
          middle,
        ]);
      },
      ['identity', 'chain.names'],
    ],
    [
      'that constrains names and is no authority',
      () => {
        const constraints = 'nameConstraints = critical,permitted;DNS:example.com';
        const usage = 'keyUsage = critical,digitalSignature';
        return check(root, [newLeaf(root, { extensions: [usage, constraints] })]);
      },
      ['identity', 'chain.names'],
    ],
    [
      'with a wildcard that reaches to a name its authority may not give',
      () => {
        const extensions = [ca, certificateSign, 'nameConstraints = critical,excluded;DNS:a.example.com'];
        const middle = newAuthority(root, { extensions });
        const name = 'subjectAltName = DNS:*.example.com';
        return check(root, [
          newLeaf(middle, { extensions: ['keyUsage = critical,digitalSignature', name] }),
          middle,
        ]);
      },
      ['identity', 'chain.names'],
    ],
    [
      'with a name that is none, where its authority may give some only',
      () => {
        const extensions = [ca, certificateSign, 'nameConstraints = critical,permitted;DNS:example.com'];
        const middle = newAuthority(root, { extensions });
        const name = 'subjectAltName = DNS:.example.com';
        return check(root, [
          newLeaf(middle, { extensions: ['keyUsage = critical,digitalSignature', name] }),
          middle,
        ]);
      },
      ['identity', 'chain.names'],
    ],
    [
      'with a critical extension that nobody knows',
      () =>
        check(root, [
          newLeaf(root, { extensions: ['keyUsage = digitalSignature', '1.2.3.4 = critical,ASN1:NULL'] }),
        ]),
      ['identity', 'chain.critical'],
    ],
    [
      'by an authority with a short RSA key',
      () => {
        const middle = newAuthority(root, { key: 'rsa:1024' });
        return check(root, [newLeaf(middle), middle]);
      },
      ['identity', 'chain.strength'],
    ],
    [
      'signed over SHA-1',
      () => check(root, [newLeaf(root, { hash: 'sha1' })]),
      ['identity', 'chain.strength'],
    ],
    ['that has expired', () => check(root, [newLeaf(root, { until: '20260601000000Z' })]), ['time']],
    ['that is not valid yet', () => check(root, [newLeaf(root, { from: '20270601000000Z' })]), ['time']],
    [
      'under an authority that has expired',
      () => {
        const middle = newAuthority(root, { until: '20260601000000Z' });
        return check(root, [newLeaf(middle), middle]);
      },
      ['time'],
    ],
  ] as const)('a certificate %s is refused', async (_, run, expected) => {
    const report = await run();
    expect(failed(report)).toEqual(expected);
    expect(report).toMatchObject({ verdict: 'failed', signature: 'valid' });
  });

  it('is not read with name constraints that are empty', async () => {
    for (const empty of ['3000', '3002a000', '3002a100', '3004a000a100']) {
      const constraints = `nameConstraints = critical,DER:${empty}`;
      const middle = newAuthority(root, { extensions: [ca, certificateSign, constraints] });
      const report = await check(root, [newLeaf(middle), middle]);
      expect(report).toMatchObject({ verdict: 'failed', signature: 'invalid' });
    }
  });

  it('is not led around in circles by authorities that certify each other', async () => {
    const first = newRoot({ subject: '/CN=One' });
    const second = issue({ subject: '/CN=Two', issuer: first, extensions: [ca, certificateSign] });
    const back = issue({ subject: '/CN=One', issuer: second, extensions: [ca, certificateSign] });
    const leaf = newLeaf(second);
    const report = await check(root, [leaf, second, back, first, second, back]);
    expect(failed(report)).toEqual(['identity', 'chain']);
  });

  it('is not by a key on another curve, nor an RSA key', async () => {
    for (const key of ['secp256k1', 'rsa:2048'] as const) {
      expect(await check(root, [newLeaf(root, { key })])).toMatchObject({
        verdict: 'failed',
        signature: 'invalid',
      });
    }
  });

  it('names the revoked one', async () => {
    const good = newLeaf(root);
    const { signer } = await check(root, [good]);
    const revoked = {
      kind: 'key',
      value: signer?.fingerprint ?? '',
      reason: 'lost',
      revokedAt: '2026-02-01T00:00:00.000Z',
    } as const;
    const report = await check(root, [good], { revocations: [revoked] });
    expect(failed(report)).toEqual(['revocation', 'chain.revocation']);
  });
});
