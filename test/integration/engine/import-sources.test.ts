import { generateKeyPairSync } from 'node:crypto';
import { readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { signOms } from '#engine/trust/oms-sign.ts';
import {
  hex,
  hubCache,
  kitOps,
  layOut,
  localDownload,
  model,
  modelPack,
  ociLayout,
  plain,
  revision,
  tarOf,
  weights,
} from '../../fixtures/model-sources.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';

async function importPlace(test: TestEngine, place: string, version = '1.0.0') {
  const input = { source: test.locate(place), model: 'toy', version };
  const { importId, ...bytes } = await test.finish('import', await test.engine.call('imports.start', input));
  return { ...(await test.engine.call('imports.get', { id: importId })), ...bytes };
}

describe('every kind of source', () => {
  const snapshot = () => path.join(hubCache(), 'snapshots', revision);
  const sources: [string, string, () => string][] = [
    ['a folder', 'model-folder', () => plain()],
    ['a Hugging Face cache', 'hugging-face', () => hubCache()],
    ['a hub folder with one model', 'hugging-face', () => path.dirname(hubCache())],
    ['one snapshot in it', 'hugging-face', snapshot],
    ['a download by its client', 'hugging-face', () => localDownload()],
    ['an OCI layout with ModelPack media types', 'oci-layout', () => modelPack()],
    ['an OCI layout with KitOps tar layers', 'oci-layout', () => kitOps()],
    ['a tar of a folder', 'model-folder', () => tarOf(plain())],
    ['a pax tar', 'model-folder', () => tarOf(plain(), '--format=posix')],
    ['a GNU tar', 'model-folder', () => tarOf(plain(), '--format=gnu')],
    ['a tar of a Hugging Face cache', 'hugging-face', () => tarOf(hubCache())],
    ['a tar of an OCI layout', 'oci-layout', () => tarOf(modelPack())],
  ];
  it.each(sources)('%s: is recognised, and gives the same release', async (_what, kind, make) => {
    const test = await openTestEngine();
    const place = make();
    const found = await test.engine.call('media.recognise', { source: test.locate(place) });
    expect(found).toMatchObject({ kind, fileCount: 3, problems: [] });
    const detail = await importPlace(test, place);
    expect(detail.files.map((file) => [file.path, file.digest])).toEqual(
      Object.entries(model)
        .map(([name, content]) => [name, `sha256:${hex(content)}`])
        .sort(),
    );
    expect(detail.evidence?.checks.filter((check) => check.status === 'failed')).toEqual([]);
    const reference = await importPlace(test, plain());
    expect(detail.manifestDigest).toBe(reference.manifestDigest);
  });

  it('says which revision was chosen, and what was left out', async () => {
    const test = await openTestEngine();
    const cache = hubCache();
    layOut(cache, { [`snapshots/${'0'.repeat(40)}/config.json`]: 'another revision' });
    const checks = (await importPlace(test, cache)).evidence?.checks ?? [];
    expect(checks.find((check) => check.id === 'source.layout')?.detail).toContain(revision);
    expect(checks.find((check) => check.id === 'source.left-out')?.detail).toContain('1 snapshot');
  });
});

describe('what a source may not have', () => {
  const spoiltHub = (target: string) => {
    const cache = hubCache();
    symlinkSync(target, path.join(cache, 'snapshots', revision, 'extra'));
    return cache;
  };
  const bad: [string, string, () => string][] = [
    ['a link out of the snapshot', 'FILE-NOT-REGULAR', () => spoiltHub('../../../../../etc/passwd')],
    ['an absolute link', 'FILE-NOT-REGULAR', () => spoiltHub('/etc/passwd')],
    ['a link to a blob that is absent', 'FILE-UNREADABLE', () => spoiltHub(`../../blobs/${'a'.repeat(64)}`)],
    [
      'a link in a tar',
      'FILE-NOT-REGULAR',
      () => {
        const folder = plain();
        symlinkSync('config.json', path.join(folder, 'link'));
        return tarOf(folder);
      },
    ],
    [
      'a path that climbs in a tar',
      'PATH-UNSAFE',
      () => tarOf(plain(), '-P', '--transform=s,^model/,../model/,'),
    ],
    ['a tar that is cut off', 'FORMAT-INVALID', () => cut(tarOf(plain()))],
    ['something after a tar’s end', 'FORMAT-INVALID', () => extend(tarOf(plain()))],
    [
      'a compressed layer',
      'FORMAT-INVALID',
      () =>
        ociLayout('', 'application/vnd.kitops.modelkit.config.v1+json', [
          ['application/vnd.kitops.modelkit.model.v1.tar+gzip', 'm', Buffer.from('x')],
        ]),
    ],
  ];
  it.each(bad)('%s: %s, and nothing is copied', async (_what, code, make) => {
    const test = await openTestEngine();
    await expect(importPlace(test, make())).rejects.toMatchObject({ code });
    expect(readdirSync(path.join(test.home, 'quarantine'))).toEqual([]);
  });

  it('other bytes than it names: in evidence, and never published', async () => {
    const test = await openTestEngine();
    const cache = hubCache();
    writeFileSync(path.join(cache, 'blobs', hex(weights)), Buffer.alloc(weights.length));
    const layout = modelPack();
    writeFileSync(path.join(layout, 'blobs/sha256', hex(weights)), Buffer.alloc(weights.length));
    for (const [n, place] of [cache, layout].entries()) {
      const detail = await importPlace(test, place, `${n}.0.0`);
      const failed =
        detail.evidence?.checks.filter(({ id, status }) => status === 'failed' && !id.startsWith('scan')) ??
        [];
      expect(failed).toMatchObject([
        { id: 'source.digest', path: 'model.safetensors', code: 'DIGEST-MISMATCH' },
      ]);
      const publishing = { id: detail.id, acceptUnsigned: { reason: 'a test' } };
      await expect(test.engine.call('imports.publish', publishing)).rejects.toMatchObject({
        code: 'POLICY-REFUSED',
      });
    }
  });
});

function cut(file: string): string {
  writeFileSync(file, readFileSync(file).subarray(0, 200_000));
  return file;
}

function extend(file: string): string {
  writeFileSync(file, Buffer.concat([readFileSync(file), Buffer.alloc(512, 1)]));
  return file;
}

describe('what is held already', () => {
  async function publish(test: TestEngine, place: string) {
    const { id } = await importPlace(test, place);
    await test.engine.call('imports.publish', { id, acceptUnsigned: { reason: 'a test' } });
  }

  it('is neither read nor copied where an OCI manifest states it, and the evidence says so', async () => {
    const test = await openTestEngine();
    await publish(test, plain());
    const layout = modelPack();
    // Unread, so its damage does not matter: the release is what the manifest states, and that is held.
    writeFileSync(path.join(layout, 'blobs/sha256', hex(weights)), Buffer.alloc(weights.length));
    const detail = await importPlace(test, layout, '2.0.0');
    expect(detail.bytesCopied).toBe(0);
    expect(detail.evidence?.checks.find((check) => check.id === 'source.held')?.found).toContain('3 files');
    expect(readdirSync(path.join(test.home, 'quarantine', detail.id))).toHaveLength(1);
    await test.engine.call('imports.publish', { id: detail.id, acceptUnsigned: { reason: 'a test' } });
    expect((await test.finish('fixity', await test.engine.call('fixity.start', {}))).ok).toBe(true);
  });

  it('is neither read nor copied where a signature that counts lists it, and read where it does not', async () => {
    const test = await openTestEngine();
    await publish(test, plain());
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    const folder = plain();
    const files = Object.entries(model).map(([name, content]) => ({ path: name, sha256: hex(content) }));
    writeFileSync(path.join(folder, 'model.sig'), signOms({ name: 'toy', files }, privateKey).bundle);
    const [file] = Object.keys(model).filter((name) => model[name] === weights);
    writeFileSync(path.join(folder, file ?? ''), Buffer.alloc(weights.length));

    const unknown = await importPlace(test, folder, '2.0.0');
    expect(unknown.evidence?.checks).toContainEqual(
      expect.objectContaining({ status: 'failed', code: 'DIGEST-MISMATCH', path: file }),
    );
    const key = path.join(temporaryFolder(), 'vendor.pem');
    writeFileSync(key, publicKey.export({ format: 'pem', type: 'spki' }));
    const source = test.locate(key);
    const [candidate] = await test.engine.call('anchors.inspect', { source });
    const fingerprint = candidate?.fingerprint ?? '';
    await test.engine.call('anchors.add', { source, fingerprint, owner: 'Vendor', models: ['toy'] });
    const known = await importPlace(test, folder, '3.0.0');
    expect(known).toMatchObject({ verdict: 'verified', evidence: { signature: 'valid' } });
    expect(known.evidence?.checks.find((check) => check.id === 'source.held')?.found).toContain('3 files');
  });

  it('is read and not copied where only a name states it', async () => {
    const test = await openTestEngine();
    await publish(test, plain());
    const detail = await importPlace(test, hubCache(), '2.0.0');
    expect(detail).toMatchObject({ bytesCopied: 0 });
    const changed = hubCache();
    writeFileSync(path.join(changed, 'blobs', hex(weights)), Buffer.alloc(weights.length));
    const failed = await importPlace(test, changed, '3.0.0');
    expect(failed.verdict).toBe('failed');
  });

  it('takes no space where it is found out after the copy', async () => {
    const test = await openTestEngine();
    await publish(test, plain());
    const detail = await importPlace(test, plain(), '2.0.0');
    expect(detail.bytesCopied).toBeGreaterThan(weights.length);
    expect(readdirSync(path.join(test.home, 'quarantine', detail.id))).toHaveLength(1);
  });
});
