import { createHash, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import type { TrustAnchor } from '#engine/trust/anchor.ts';
import { parseAnchors } from '#engine/trust/read-anchors.ts';
import { verifyFolder } from '#engine/trust/verify-folder.ts';
import { MemoryFolder } from '../../fixtures/memory-folder.ts';
import { keylessAnchor } from '../../fixtures/signing.ts';
import { newSigstoreInstance } from '../../fixtures/sigstore-instance.ts';

const weights = Uint8Array.of(1, 2, 3);
const identity = 'packer@site.example';
const issuer = 'https://login.site.example';
const site = newSigstoreInstance();
const leaf = site.leafFor(identity, issuer);
const rootText = JSON.stringify(site.trustedRoot);
const ours = keylessAnchor(identity, issuer, rootText);

const statement = {
  _type: 'https://in-toto.io/Statement/v1',
  subject: [{ name: 'a.bin', digest: { sha256: createHash('sha256').update(weights).digest('hex') } }],
  predicateType: 'https://slsa.dev/provenance/v1',
  predicate: {},
};
type Wish = Parameters<typeof site.blobBundle>[2];
const kinds: readonly [string, (wish?: Wish) => string][] = [
  ['a bundle of one file', (wish) => site.blobBundle(weights, leaf, wish)],
  ['an old bundle of cosign', (wish) => site.oldBundle(weights, leaf, wish)],
  ['an attestation in a log of version 1', (wish) => site.attestation(statement, leaf, 1, wish)],
  ['an attestation in a log of version 2', (wish) => site.attestation(statement, leaf, 2, wish)],
];

async function verify(bundle: string, anchor: TrustAnchor = ours, file = weights): Promise<VerifyReport> {
  const folder = new MemoryFolder({ 'a.bin': file, 'a.bin.sigstore.json': bundle });
  return await verifyFolder(folder, { anchors: [anchor], at: new Date('2026-11-24T00:00:00.000Z') });
}

const failed = ({ checks }: VerifyReport) =>
  checks.flatMap(({ id, status }) => (status === 'failed' ? [id] : []));

describe.each(kinds)('%s, under a trusted root of the site', (_, make) => {
  it('holds long after its certificate ended, for that identity and by that root', async () => {
    const report = await verify(make());
    expect(report).toMatchObject({ verdict: 'verified', signature: 'valid' });
    expect(report.signer).toMatchObject({ name: identity, issuer });
    expect(report.provenAt).toBe('2026-06-01T00:01:00.000Z');
    const other = keylessAnchor('other@site.example', issuer, rootText);
    expect(failed(await verify(make(), other))).toContain('identity');
    const elsewhere = keylessAnchor(identity, 'https://login.else.example', rootText);
    expect(failed(await verify(make(), elsewhere))).toContain('identity');
    expect(failed(await verify(make(), keylessAnchor(identity, issuer)))).toContain('log');
  });

  it('fails for other bytes', async () => {
    expect((await verify(make(), ours, Uint8Array.of(9))).verdict).toBe('failed');
  });

  it('fails when the log says a time outside the certificate', async () => {
    const late = Date.parse('2026-06-01T01:00:00Z') / 1000;
    expect(failed(await verify(make({ integratedTime: late })))).toContain('time');
  });

  it('fails when somebody else signed in the log’s name', async () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    expect(failed(await verify(make({ logKey: privateKey })))).toContain('log');
  });

  it('fails when the entry in the log is about something else', async () => {
    const of = (spec: unknown) => ({ apiVersion: '0.0.1', kind: 'hashedrekord', spec });
    expect(failed(await verify(make({ body: of({}) })))).toContain('log');
  });
});

describe('an entry in a log', () => {
  it.each(['integratedTime', 'logIndex'])(
    'whose %s is no number is refused, and nothing breaks',
    async (field) => {
      for (const value of ['x', '-1', '1e3', '9'.repeat(18), '9'.repeat(40), '']) {
        const bundle = JSON.parse(site.blobBundle(weights, leaf)) as {
          verificationMaterial: { tlogEntries: Record<string, unknown>[] };
        };
        const [entry] = bundle.verificationMaterial.tlogEntries;
        if (entry !== undefined) entry[field] = value;
        expect((await verify(JSON.stringify(bundle))).verdict).toBe('failed');
      }
    },
  );
});

describe('a trusted root', () => {
  const anchorsIn = (root: unknown) => parseAnchors(new TextEncoder().encode(JSON.stringify(root)));
  const { tlogs, certificateAuthorities, ...rest } = site.trustedRoot;

  it('is an anchor of its own that names nobody', async () => {
    expect(await anchorsIn(site.trustedRoot)).toMatchObject([{ kind: 'sigstore', identity: null }]);
  });

  it('is refused when a log or an authority does not say from when on it counts', async () => {
    const open = (each: object) => ({ ...each, validFor: {} });
    const log = tlogs.map((each) => ({ ...each, publicKey: open(each.publicKey) }));
    await expect(anchorsIn({ ...rest, certificateAuthorities, tlogs: log })).rejects.toThrow(
      'lacks the time',
    );
    const authorities = certificateAuthorities.map(open);
    await expect(anchorsIn({ ...rest, tlogs, certificateAuthorities: authorities })).rejects.toThrow(
      'lacks the time',
    );
  });
});
