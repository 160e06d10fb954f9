import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { EvidenceDocument, ExportSubject } from '#shared/contract/evidence-document.ts';
import { signSshsig } from '#engine/trust/sshsig.ts';
import { opensshLine } from '#engine/trust/openssh-key.ts';
import { newSigner } from '../../fixtures/signing.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';
import { createSet, importSet, openSite, openTwoSites, publish, toyFiles } from '../../fixtures/two-sites.ts';
import { allowUnknownFormats } from '../../fixtures/lenient-policy.ts';

const release = { model: 'toy', version: '1.0.0' };

async function exported(test: TestEngine, of: ExportSubject): Promise<string> {
  const file = path.join(temporaryFolder(), 'evidence.json');
  await test.engine.call('evidence.export', { of, target: test.locate(file) });
  return file;
}

/** As an auditor with another home would check it. */
async function check(file: string, logKey?: string) {
  const auditor = await openTestEngine();
  const source = auditor.locate(file);
  return auditor.engine.call('evidence.check', { source, ...(logKey === undefined ? {} : { logKey }) });
}

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as EvidenceDocument;

function changed(file: string, change: (document: EvidenceDocument) => void): string {
  const document = read(file);
  change(document);
  const other = path.join(temporaryFolder(), 'changed.json');
  writeFileSync(other, JSON.stringify(document));
  return other;
}

/** A release with a signed list, published, then verified again. */
async function signedRelease(): Promise<{ test: TestEngine; logKey: string }> {
  const test = await openSite('facility', 'officer');
  const vendor = newSigner('vendor');
  const key = path.join(temporaryFolder(), 'key.pub');
  writeFileSync(key, opensshLine(vendor.publicKey, 'vendor'));
  const source = test.locate(key);
  await test.engine.call('anchors.add', {
    source,
    fingerprint: vendor.fingerprint,
    owner: 'Vendor',
    models: ['*'],
  });
  const config = '{"layers":2}';
  const signature = signSshsig(new TextEncoder().encode(config), 'file', vendor);
  await publish(test, release.model, release.version, {
    'config.json': config,
    'config.json.sig': signature,
  });
  await test.engine.call('releases.verify', release);
  const [first] = await test.engine.call('audit.list', { limit: 1 });
  const { logKey } = await test.engine.call('audit.proof', { index: first?.index ?? 0 });
  return { test, logKey };
}

describe('exported evidence', { timeout: 120_000 }, () => {
  it('of a release holds by itself for who knows the key of the site, and is the same every time', async () => {
    const { test, logKey } = await signedRelease();
    const file = await exported(test, { release });
    const document = read(file);
    expect(document.reports.map(({ occasion }) => occasion)).toEqual(['import', 'release', 'verified-again']);
    expect(document.trust.anchors).toMatchObject([{ owner: 'Vendor' }]);
    expect(document.trust.anchors[0]?.material).toContain('ssh-ed25519 ');
    const bytes = document.files.map(({ path: name, bytes: held }) => [name, held !== null]);
    expect(bytes).toEqual([
      ['config.json', false],
      ['config.json.sig', true],
    ]);
    expect(document.log.map(({ entry }) => entry.body.act)).toEqual([
      'import.quarantine',
      'import.publish',
      'release.verify',
    ]);
    // Later acts about other things change nothing.
    await test.engine.call('site.rename', { site: 'elsewhere' });
    await test.engine.call('site.rename', { site: 'facility' });
    expect(readFileSync(await exported(test, { release }))).toEqual(readFileSync(file));

    expect(await check(file, logKey)).toMatchObject({ verdict: 'verified', subject: { name: 'toy@1.0.0' } });
    expect((await check(file)).verdict).toBe('not-checked');
    const other = logKey.replace(/\+[0-9a-f]{8}\+/, '+00000000+');
    expect((await check(file, other)).verdict).toBe('failed');

    const lies: readonly (readonly [string, (document: EvidenceDocument) => void])[] = [
      ['evidence.log', (it) => void ((it.log[1] ?? expect.fail()).entry.body.who = 'somebody')],
      ['evidence.log', (it) => void ((it.log[0] ?? expect.fail()).path = [])],
      ['evidence.log', (it) => void (it.log = [])],
      ['evidence.records', (it) => void ((it.records[0] ?? expect.fail()).at = '2020-01-01T00:00:00.000Z')],
      ['evidence.reports', (it) => void ((it.reports[0] ?? expect.fail()).report.verdict = 'warning')],
      ['evidence.manifest', (it) => void (it.manifest = (it.manifest ?? '').replace('config', 'konfig'))],
      [
        'evidence.manifest',
        (it) => void ((it.files[0] ?? expect.fail()).digest = `sha256:${'0'.repeat(64)}`),
      ],
      [
        'evidence.signatures',
        (it) =>
          void (
            it.trust.anchors[0] ?? expect.fail(),
            ((it.files[0] ?? expect.fail()).digests = { sha256: '0'.repeat(64), sha512: '0'.repeat(128) })
          ),
      ],
    ];
    for (const [id, lie] of lies) {
      const { verdict, checks } = await check(changed(file, lie), logKey);
      expect(verdict, id).toBe('failed');
      expect(
        checks.filter(({ status }) => status === 'failed').map((each) => each.id),
        id,
      ).toContain(id);
    }
  });

  it('of an import carries its scan, and of an unknown one there is none', async () => {
    const test = await openSite('facility', 'officer');
    await allowUnknownFormats(test);
    const folder = temporaryFolder();
    for (const [name, content] of Object.entries(toyFiles())) writeFileSync(path.join(folder, name), content);
    const started = await test.engine.call('imports.start', { source: test.locate(folder), ...release });
    const { importId } = await test.finish('import', started);
    const manifest = await test.engine.call('imports.get', { id: importId });
    await test.engine.call('waivers.add', {
      subject: manifest.manifestDigest ?? '',
      rule: 'file.unidentified',
      object: 'toy@1.0.0',
      reason: 'made here',
    });
    const document = read(await exported(test, { import: importId }));
    expect(document).toMatchObject({
      subject: { kind: 'import', state: 'quarantined' },
      scan: { report: {} },
    });
    expect(document.scan?.policy.document.rules).toHaveProperty(['file.unidentified']);
    expect(document.waivers).toHaveLength(1);
    await expect(exported(test, { import: 'imp-0000000000000000' })).rejects.toThrow(
      expect.objectContaining({ code: 'NOT-FOUND' }) as Error,
    );
  });

  it('of a set carries its control file and its custody on both sides', async () => {
    const { vendor, facility } = await openTwoSites();
    await publish(vendor, release.model, release.version, toyFiles());
    const { target, result } = await createSet(vendor, ['toy@1.0.0']);
    const { imports } = await importSet(facility, target);
    for (const [test, direction] of [
      [vendor, 'out'],
      [facility, 'in'],
    ] as const) {
      const file = await exported(test, { set: { setId: result.setId, direction } });
      const { transfer, reports, log, site } = read(file);
      expect(transfer).toMatchObject({ signature: 'valid', direction });
      expect(transfer?.custody.length).toBeGreaterThan(0);
      expect(reports).toHaveLength(direction === 'in' ? imports.length : 0);
      expect(log.length).toBeGreaterThan(0);
      expect(await check(file, site.logKey)).toMatchObject({ verdict: 'verified' });
      const broken = changed(file, (it) => void it.transfer?.custody.reverse().pop());
      expect((await check(broken, site.logKey)).verdict).toBe('failed');
    }
  });
});
