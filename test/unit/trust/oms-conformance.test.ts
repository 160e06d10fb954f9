import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import type { VerifyReport } from '#shared/contract/evidence.ts';
import type { AnchorMaterial, TrustAnchor } from '#engine/trust/anchor.ts';
import { parseAnchors } from '#engine/trust/read-anchors.ts';
import { verifyFolder, type VerifyOptions } from '#engine/trust/verify-folder.ts';
import { conformanceFolder, filesBelow } from '../../fixtures/conformance.ts';
import { MemoryFolder } from '../../fixtures/memory-folder.ts';
import { anchorOf, keylessAnchor } from '../../fixtures/signing.ts';

const at = new Date('2026-11-24T00:00:00.000Z');
const folder = (context: TestContext, ...parts: string[]) => {
  if (conformanceFolder === null) context.skip('SALLYPORT_CONFORMANCE names no folder');
  return path.join(conformanceFolder ?? '', 'oms', ...parts);
};

async function anchorsIn(file: string): Promise<TrustAnchor[]> {
  const found: AnchorMaterial[] = await parseAnchors(new Uint8Array(readFileSync(file)));
  return found.map((each) => anchorOf(each));
}

const ibm = keylessAnchor('stefanb@us.ibm.com', 'https://sigstore.verify.ibm.com/oauth2');
const failures = ({ checks }: VerifyReport) =>
  checks.filter(({ status }) => status === 'failed').map(({ id, path: where }) => [id, where]);
const verify = (files: Record<string, Uint8Array>, options: Partial<VerifyOptions> = {}) =>
  verifyFolder(new MemoryFolder(files), { anchors: [], at, ...options });

const sets = [
  ['v0.2.0-certificate', 'ca-cert.pem'],
  ['v0.3.1-certificate', 'ca-cert.pem'],
  ['v1.1.0-certificate', 'ca-cert.pem'],
  ['v0.3.1-elliptic-key', 'signing-key-pub.pem'],
  ['v1.0.0-elliptic-key', 'signing-key-pub.pem'],
  ['v1.1.0-elliptic-key', 'signing-key-pub.pem'],
  ['v0.3.1-sigstore', null],
  ['v1.1.0-sigstore', null],
] as const;

describe.each(sets)('%s', (name, keyFile) => {
  const anchors = async (context: TestContext) =>
    keyFile === null ? [ibm] : await anchorsIn(folder(context, 'model-transparency/keys', keyFile));

  it('is verified', async (context) => {
    const files = filesBelow(folder(context, 'model-transparency', name));
    const report = await verify(files, { anchors: await anchors(context) });
    expect(report).toMatchObject({ verdict: 'verified', format: 'oms', signature: 'valid' });
    expect(report.files.listed).toBe(Object.keys(files).length - 1);
    expect(report.files.verified).toBe(report.files.listed);
  });

  it('fails with one byte changed, a file more, a file less, and without the anchor', async (context) => {
    const files = filesBelow(folder(context, 'model-transparency', name));
    const trusted = { anchors: await anchors(context) };
    const changed = {
      ...files,
      'signme-1': Uint8Array.from(files['signme-1'] ?? [], (byte, n) => byte ^ +(n === 3)),
    };
    expect(failures(await verify(changed, trusted))).toEqual([['files.digest', 'signme-1']]);
    expect(failures(await verify({ ...files, more: Uint8Array.of(1) }, trusted))).toContainEqual([
      'files.complete',
      'more',
    ]);
    const { 'signme-1': _, ...fewer } = files;
    expect((await verify(fewer, trusted)).verdict).toBe('failed');
    const unknown = await verify(files);
    expect(unknown.verdict).toBe('failed');
    expect(failures(unknown).map(([id]) => id)).toContain('identity');
  });
});

describe('skills signed by NVIDIA', () => {
  const nvidia = async (context: TestContext, name: string) =>
    verify(filesBelow(folder(context, 'nvidia', name)), {
      anchors: await anchorsIn(folder(context, 'nvidia/nv-agent-root-cert.pem')),
    });

  for (const name of ['earth2studio-discover', 'omniverse-cad-to-simready', 'rag-blueprint']) {
    it(`${name} is verified, in the order in which it is recorded`, async (context) => {
      expect(await nvidia(context, name)).toMatchObject({ verdict: 'verified', signature: 'valid' });
    });
  }

  it('deepstream-dev: exactly three files drifted, everything else is good', async (context) => {
    const report = await nvidia(context, 'deepstream-dev');
    expect(report).toMatchObject({ verdict: 'failed', signature: 'valid' });
    expect(report.files.mismatched.sort()).toEqual([
      'references/kafka_messaging.md',
      'references/nvinfer_config.md',
      'references/service_maker_api.md',
    ]);
    expect(new Set(failures(report).map(([id]) => id))).toEqual(new Set(['files.digest']));
  });

  it('amc-run-sample-calibration: an authority that came with the signature is nobody here', async (context) => {
    const report = await nvidia(context, 'amc-run-sample-calibration');
    expect(report).toMatchObject({ verdict: 'failed', signature: 'valid' });
    expect(failures(report)).toEqual([
      ['identity', 'skill.oms.sig'],
      ['chain', 'skill.oms.sig'],
      ['files.digest', 'SKILL.md'],
    ]);
  });
});

describe('vectors of the specification', () => {
  const vector = (context: TestContext, name: string) =>
    new Uint8Array(readFileSync(folder(context, 'spec/test-vectors/v1.0', name)));
  const files = (context: TestContext) => {
    const { 'model.sig': _, ...signed } = filesBelow(
      folder(context, 'model-transparency/v1.1.0-elliptic-key'),
    );
    return signed;
  };

  const valid = [
    ['key', 'signing-key-pub.pem', 'v1.1.0-elliptic-key'],
    ['certificate', 'ca-cert.pem', 'v1.1.0-certificate'],
    ['sigstore', null, 'v1.1.0-sigstore'],
  ] as const;
  for (const [name, keyFile, set] of valid) {
    it(`valid/${name} holds`, async (context) => {
      const keys = folder(context, 'model-transparency/keys');
      const { 'model.sig': _, ...signed } = filesBelow(folder(context, 'model-transparency', set));
      const anchors = keyFile === null ? [ibm] : await anchorsIn(path.join(keys, keyFile));
      const signature = { name: 'bundle.json', content: vector(context, `valid/${name}.bundle.json`) };
      expect(await verify(signed, { anchors, signature })).toMatchObject({ signature: 'valid' });
    });
  }

  const refused = [
    ['invalid/empty', /not a signature|empty|Its content/],
    ['invalid/missing-envelope', /neither an envelope/],
    ['invalid/missing-tlog-entries', /transparency log/],
    ['invalid/missing-verification-material', /verificationMaterial/],
    ['invalid-payload/wrong-predicate', /predicate type is https:\/\/example.com\/wrong-predicate/],
  ] as const;
  for (const [name, reason] of refused) {
    it(`${name} is refused for that`, async (context) => {
      const anchors = await anchorsIn(folder(context, 'model-transparency/keys/signing-key-pub.pem'));
      const signature = { name: 'model.sig', content: vector(context, `${name}.bundle.json`) };
      const report = await verify(files(context), { anchors, signature });
      expect(report).toMatchObject({ verdict: 'failed', signature: 'invalid' });
      expect(report.checks.find(({ id }) => id === 'signature')?.detail).toMatch(reason);
    });
  }
});
