import { createHash, sign } from 'node:crypto';
import path from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import type { Revocation } from '#shared/contract/trust.ts';
import type { TrustAnchor } from '#engine/trust/anchor.ts';
import { parseAnchors } from '#engine/trust/read-anchors.ts';
import { verifyFolder } from '#engine/trust/verify-folder.ts';
import { certificateFingerprint, certificateName } from '#engine/trust/x509/certificate-ids.ts';
import { type Certificate, parseCertificate } from '#engine/trust/x509/certificate.ts';
import {
  chainOf,
  type IssuedCertificate,
  newAuthority,
  newLeaf,
  newRoot,
  omsBundle,
  omsStatement,
} from '../../fixtures/certificates.ts';
import { conformanceFolder, filesBelow } from '../../fixtures/conformance.ts';
import { MemoryFolder } from '../../fixtures/memory-folder.ts';
import { anchorOf, keylessAnchor } from '../../fixtures/signing.ts';

const at = new Date('2026-11-24T00:00:00.000Z');
type Files = Record<string, Uint8Array | string>;
type Kind = Revocation['kind'];

function verify(files: Files, anchors: readonly TrustAnchor[], ...revoked: readonly [Kind, string][]) {
  const revocations = revoked.map(([kind, value]): Revocation => {
    return { kind, value, reason: 'lost', revokedAt: '2026-02-01T00:00:00.000Z' };
  });
  return verifyFolder(new MemoryFolder(files), { anchors, at, revocations });
}

/** Checks that name a revocation, and whether all fails by it. */
const hits = ({ verdict, checks }: VerifyReport) =>
  verdict === 'failed' && checks.some(({ code, status }) => status === 'failed' && code === 'SIGNER-REVOKED');

function parsed({ der }: IssuedCertificate): Certificate {
  const certificate = parseCertificate(der);
  if (typeof certificate === 'string') throw new Error(certificate);
  return certificate;
}

const root = newRoot();
const middle = newAuthority(root);
const leaf = newLeaf(middle);
const weights = Uint8Array.of(1, 2, 3);
const anchors = (await parseAnchors(new TextEncoder().encode(root.pem))).map((each) => anchorOf(each));
const signature = sign('sha256', weights, leaf.key).toString('base64');
const digest = createHash('sha256').update(weights).digest('base64');

const made: readonly (readonly [string, Files])[] = [
  [
    'OMS with a certificate',
    {
      'a.bin': weights,
      'model.sig': omsBundle(omsStatement({ 'a.bin': weights }), leaf.key, chainOf(leaf, middle)),
    },
  ],
  [
    'a Sigstore bundle with a certificate chain',
    {
      'a.bin': weights,
      'a.bin.sig': JSON.stringify({
        mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
        verificationMaterial: { ...chainOf(leaf, middle), tlogEntries: [] },
        messageSignature: { messageDigest: { algorithm: 'SHA2_256', digest }, signature },
      }),
    },
  ],
  [
    'the old bundle of cosign with certificates',
    {
      'a.bin': weights,
      'a.bin.sig': JSON.stringify({ base64Signature: signature, cert: leaf.pem + middle.pem }),
    },
  ],
];

describe.each(made)('%s', { timeout: 60_000 }, (_, files) => {
  it('names its certificate, and holds while nothing is revoked', async () => {
    const report = await verify(files, anchors, ['certificate', `00@spki:${'0'.repeat(64)}`]);
    expect(report).toMatchObject({ verdict: 'verified', signature: 'valid' });
    expect(report.signer).toMatchObject({
      certificate: certificateName(parsed(leaf), parsed(middle)),
      validUntil: '2030-01-01T00:00:00.000Z',
    });
  });

  it.each<[string, Kind, string]>([
    ['serial and issuer', 'certificate', certificateName(parsed(leaf), parsed(middle))],
    ['fingerprint', 'certificate', certificateFingerprint(parsed(leaf))],
    ['serial and issuer of its authority', 'certificate', certificateName(parsed(middle), parsed(root))],
    ['fingerprint of its authority', 'certificate', certificateFingerprint(parsed(middle))],
    ['fingerprint of the anchor', 'certificate', certificateFingerprint(parsed(root))],
    ['fingerprint of the anchor, as a key', 'key', certificateFingerprint(parsed(root))],
  ])('is hit by the %s', async (_name, kind, value) => {
    const report = await verify(files, anchors, [kind, value]);
    expect(hits(report)).toBe(true);
    expect([...(report.signer?.certificatePath ?? []), report.signer?.anchor?.fingerprint]).toContain(value);
  });
});

describe('a keyless signature', () => {
  const ibm = [keylessAnchor('stefanb@us.ibm.com', 'https://sigstore.verify.ibm.com/oauth2')];
  const signed = (context: TestContext) => {
    if (conformanceFolder === null) context.skip('SALLYPORT_CONFORMANCE names no folder');
    return filesBelow(path.join(conformanceFolder ?? '', 'oms/model-transparency/v1.1.0-sigstore'));
  };

  it('names its certificate and the root, and is hit by everything on the way to it', async (context) => {
    const files = signed(context);
    const { verdict, signer } = await verify(files, ibm);
    expect(verdict).toBe('verified');
    expect(signer?.certificate).toMatch(/^[0-9a-f]+@spki:[0-9a-f]{64}$/);
    expect(signer?.root?.label).toContain('public-good');
    expect(signer?.validUntil).toBeUndefined();
    // The leaf, Fulcio's intermediate and its root, each by serial, certificate and key.
    const ids = signer?.certificatePath ?? [];
    expect(ids).toHaveLength(9);
    expect(ids[0]).toBe(signer?.certificate);
    for (const id of ids) {
      const report = await verify(files, ibm, [id.startsWith('spki:') ? 'key' : 'certificate', id]);
      expect(hits(report), id).toBe(true);
    }
  });
});
