import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { opaqueWeights } from '../../fixtures/safetensors-file.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';
import {
  createSet,
  importAndPublish,
  importSet,
  openTwoSites,
  publish,
  toyFiles,
  trust,
} from '../../fixtures/two-sites.ts';

/** SHA-256 of the stored bytes of each file, read from the disk. */
async function storedDigests(test: TestEngine, model: string, version: string): Promise<Map<string, string>> {
  const { files } = await test.engine.call('releases.get', { model, version });
  const read = ({ digest }: { digest: string }) => {
    const hex = digest.slice(7);
    const bytes = readFileSync(path.join(test.home, 'blobs', 'sha256', hex.slice(0, 2), hex));
    return createHash('sha256').update(bytes).digest('hex');
  };
  return new Map(files.map((file) => [file.path, read(file)]));
}

async function expectSameRelease(
  from: TestEngine,
  to: TestEngine,
  model: string,
  version: string,
): Promise<void> {
  const sent = await from.engine.call('releases.get', { model, version });
  const received = await to.engine.call('releases.get', { model, version });
  expect(received.manifestDigest).toBe(sent.manifestDigest);
  expect(received.manifest).toBe(sent.manifest);
  expect(await storedDigests(to, model, version)).toEqual(await storedDigests(from, model, version));
}

/** Every file below a folder with its bytes and times. */
function snapshot(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort()
    .map(
      (file) =>
        `${file} ${statSync(file).mtimeMs} ${statSync(file).isFile() ? readFileSync(file).toString('base64') : ''}`,
    );
}

async function expectHealthy(test: TestEngine): Promise<void> {
  const { checks } = await test.engine.call('system.doctor', {});
  expect(
    checks.filter((check) => check.status === 'failed' || check.id === 'store.quarantine'),
  ).toMatchObject([{ status: 'verified' }]);
}

function flip(file: string, at = 100): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

/** The largest payload files of a set's folder, largest first. */
function payload(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\/(?:parts|sha256)$/.test(entry.parentPath))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort((a, b) => statSync(b).size - statSync(a).size);
}

describe('the main job over the gap', () => {
  it('brings a release over, then only what is new of the next one, against a receipt', async () => {
    const { vendor, facility } = await openTwoSites(['toy*']);
    const first = toyFiles();
    await publish(vendor, 'toy', '1.0.0', first);
    const full = await createSet(vendor, ['toy@1.0.0']);
    expect(full.result).toMatchObject({ sequence: 1, revision: 1, bytesLeftOut: 0 });

    const before = snapshot(full.target);
    const seen = await facility.engine.call('media.recognise', { source: facility.locate(full.target) });
    expect(seen).toMatchObject({
      kind: 'transfer-set',
      sets: [{ origin: 'vendor', sequence: 1, volume: 1, volumes: 1, isDelta: false }],
    });
    const inspected = await facility.engine.call('bundles.inspect', {
      sources: [facility.locate(full.target)],
    });
    expect(inspected).toMatchObject({
      signature: 'valid',
      signer: { anchor: { owner: 'packer' } },
      volumesPresent: [1],
      deltaOf: null,
    });
    expect(inspected.checks.filter((check) => check.status !== 'verified')).toEqual([]);

    const { imports, bytesCopied } = await importSet(facility, full.target);
    expect(bytesCopied).toBe(full.result.payloadBytes);
    const detail = await facility.engine.call('imports.get', { id: imports[0] ?? '' });
    expect(detail).toMatchObject({
      model: 'toy',
      version: '1.0.0',
      state: 'quarantined',
      verdict: 'verified',
      evidence: { format: 'transfer-set', signature: 'valid' },
      decision: { allowed: true },
    });
    await facility.engine.call('imports.publish', { id: imports[0] ?? '' });
    await expectSameRelease(vendor, facility, 'toy', '1.0.0');
    expect(snapshot(full.target)).toEqual(before);

    const receiptFolder = temporaryFolder();
    const receipt = await facility.engine.call('receipts.create', { target: facility.locate(receiptFolder) });
    expect(receipt).toMatchObject({
      site: 'facility',
      signature: 'valid',
      sequences: [{ origin: 'vendor', sequence: 1 }],
    });
    const file = path.join(receiptFolder, readdirSync(receiptFolder)[0] ?? '');
    expect(await vendor.engine.call('receipts.inspect', { source: vendor.locate(file) })).toMatchObject({
      id: receipt.id,
      signature: 'valid',
      signer: { anchor: { owner: 'operator' } },
    });
    expect(
      await vendor.engine.call('media.recognise', { source: vendor.locate(receiptFolder) }),
    ).toMatchObject({ kind: 'receipt' });

    await publish(vendor, 'toy', '2.0.0', { ...first, 'new.bin': opaqueWeights(5000) });
    const delta = await createSet(vendor, ['toy@2.0.0'], { since: file });
    expect(delta.result).toMatchObject({
      sequence: 2,
      bytesLeftOut: 300_000 + '{"layers":2}'.length + '# toy'.length,
    });
    expect(delta.result.payloadBytes).toBeLessThan(10_000);
    const arrived = await importAndPublish(facility, delta.target);
    expect(arrived).toMatchObject({
      bytesCopied: delta.result.payloadBytes,
      bytesHeld: delta.result.bytesLeftOut,
    });
    await expectSameRelease(vendor, facility, 'toy', '2.0.0');

    expect(await facility.engine.call('transfers.list', {})).toMatchObject([
      { direction: 'in', site: 'vendor', sequence: 2, deltaOf: receipt.id },
      { direction: 'in', site: 'vendor', sequence: 1, deltaOf: null },
    ]);
    expect(await vendor.engine.call('transfers.list', {})).toMatchObject([
      { direction: 'out' },
      { direction: 'out' },
    ]);
    await expectHealthy(facility);
    await expectHealthy(vendor);
  });

  it('takes several releases that share bytes once, each publishable without the other', async () => {
    const { vendor, facility } = await openTwoSites();
    const shared = toyFiles();
    await publish(vendor, 'toy', '1.0.0', shared);
    await publish(vendor, 'toy', '1.1.0', { ...shared, 'extra.txt': 'x' });
    const set = await createSet(vendor, ['toy@1.0.0', 'toy@1.1.0'], { maxFileBytes: 65_536 });
    const { imports, bytesCopied } = await importSet(facility, set.target);
    expect(imports).toHaveLength(2);
    expect(bytesCopied).toBe(set.result.payloadBytes);
    await facility.engine.call('imports.reject', { id: imports[0] ?? '', reason: 'not wanted' });
    await facility.engine.call('imports.publish', { id: imports[1] ?? '' });
    await expectSameRelease(vendor, facility, 'toy', '1.1.0');

    const again = await importAndPublish(facility, set.target);
    expect(again.imports).toHaveLength(1);
    await expectSameRelease(vendor, facility, 'toy', '1.0.0');
    await expectHealthy(facility);
  });

  it('costs nothing when all of it is held already', async () => {
    const { vendor, facility } = await openTwoSites();
    await publish(vendor, 'toy', '1.0.0', toyFiles());
    const set = await createSet(vendor, ['toy@1.0.0']);
    await importAndPublish(facility, set.target);
    expect(await importSet(facility, set.target)).toMatchObject({ imports: [], bytesCopied: 0 });
    const { result } = await createSet(facility, ['toy@1.0.0']);
    expect(result.sequence).toBe(1);
  });

  it('gives the same bytes with any releases and any delta', async () => {
    const { vendor, facility } = await openTwoSites();
    let round = 0;
    const sizes = fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 3 });
    let known: Record<string, Uint8Array> = {};
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.boolean(),
        fc.option(fc.constant(1_000_000), { nil: undefined }),
        async (fresh, keep, volumeBytes) => {
          const version = `1.0.${round++}`;
          const files = keep ? { ...known } : {};
          for (const [n, size] of fresh.entries()) {
            files[`file-${round}-${n}.bin`] = opaqueWeights(size === 0 ? 0 : Math.max(size, 128));
          }
          known = files;
          await publish(vendor, 'toy', version, files);
          const receipts = temporaryFolder();
          await facility.engine.call('receipts.create', { target: facility.locate(receipts) });
          const set = await createSet(vendor, [`toy@${version}`], {
            since: receipts,
            ...(volumeBytes === undefined ? {} : { volumeBytes, maxFileBytes: 65_536 }),
          });
          await importAndPublish(facility, ...set.folders.reverse());
          await expectSameRelease(vendor, facility, 'toy', version);
        },
      ),
      { numRuns: 8 },
    );
    await expectHealthy(facility);
  });
});

describe('a set that comes in pieces', () => {
  it('keeps what is good of the first volume and takes only the rest from the second', async () => {
    const { vendor, facility } = await openTwoSites();
    await publish(vendor, 'toy', '1.0.0', toyFiles(2_500_000));
    const set = await createSet(vendor, ['toy@1.0.0'], { volumeBytes: 1_500_000, maxFileBytes: 200_000 });
    const [one = '', two = ''] = set.folders;
    expect(set.folders).toHaveLength(2);
    await expect(importSet(facility, two)).rejects.toMatchObject({
      code: 'SET-INCOMPLETE',
      details: { items: expect.arrayContaining([expect.stringMatching(/^volume 1, /)]) as unknown },
    });
    const [waiting] = await facility.engine.call('imports.list', {});
    expect(waiting).toMatchObject({ state: 'receiving', model: 'toy' });
    expect(await facility.engine.call('releases.list', {})).toEqual([]);

    const rest = payload(one).reduce((sum, file) => sum + statSync(file).size, 0);
    const done = await importAndPublish(facility, one);
    expect(done).toMatchObject({ imports: [waiting?.id], bytesCopied: rest });
    await expectSameRelease(vendor, facility, 'toy', '1.0.0');
    await expectHealthy(facility);
  });

  it('names a flipped bit, keeps the rest, and completes from a good copy of that file', async () => {
    const { vendor, facility } = await openTwoSites();
    await publish(vendor, 'toy', '1.0.0', toyFiles(1_000_000));
    const set = await createSet(vendor, ['toy@1.0.0'], { maxFileBytes: 200_000 });
    const [folder = ''] = set.folders;
    const [bad = ''] = payload(folder);
    flip(bad);
    const name = path.relative(folder, bad);
    await expect(importSet(facility, set.target)).rejects.toMatchObject({
      code: 'DIGEST-MISMATCH',
      message: expect.stringContaining(`volume 1, ${name}, bytes 0-${statSync(bad).size - 1}`) as string,
      details: { path: `volume 1: ${name}` },
    });
    expect(await facility.engine.call('releases.list', {})).toEqual([]);
    flip(bad);
    expect(await importAndPublish(facility, set.target)).toMatchObject({ bytesCopied: statSync(bad).size });
    await expectSameRelease(vendor, facility, 'toy', '1.0.0');
  });

  it('takes a bad part from the second copy of a volume, and says so', async () => {
    const { vendor, facility } = await openTwoSites();
    await publish(vendor, 'toy', '1.0.0', toyFiles());
    const set = await createSet(vendor, ['toy@1.0.0']);
    const [folder = ''] = set.folders;
    const copy = path.join(temporaryFolder(), 'copy', path.basename(folder));
    cpSync(folder, copy, { recursive: true });
    flip(payload(folder)[0] ?? '');
    const { imports } = await importSet(facility, folder, copy);
    expect(await facility.engine.call('imports.get', { id: imports[0] ?? '' })).toMatchObject({
      verdict: 'warning',
      decision: { allowed: true },
    });
  });

  it('goes on after the app was closed in the middle, without reading again what it has', async () => {
    const { vendor, facility } = await openTwoSites();
    await publish(vendor, 'toy', '1.0.0', toyFiles(60_000_000));
    const set = await createSet(vendor, ['toy@1.0.0'], { maxFileBytes: 1_000_000 });
    const { jobId } = await facility.engine.call('bundles.import', {
      sources: [facility.locate(set.target)],
    });
    await new Promise<void>((resolve) => {
      facility.engine.on('job', (job) => {
        if (job.id === jobId && job.phase.index === 2 && job.bytesDone > 5_000_000) resolve();
      });
    });
    await facility.engine.close();

    const after = await openTestEngine({ home: facility.home });
    expect(await after.engine.call('jobs.get', { id: jobId })).toMatchObject({
      state: 'interrupted',
      canResume: true,
    });
    await after.engine.call('jobs.resume', { id: jobId });
    const result = await after.finish('bundle-import', { jobId });
    expect(result.bytesCopied).toBeLessThan(set.result.payloadBytes - 5_000_000 + 1_000_000);
    await after.engine.call('imports.publish', { id: result.imports[0] ?? '' });
    await expectSameRelease(vendor, after, 'toy', '1.0.0');
    await expectHealthy(after);
  });

  it('is left as it is by cancelling, and can be gone on with', async () => {
    const { vendor, facility } = await openTwoSites();
    await publish(vendor, 'toy', '1.0.0', toyFiles(30_000_000));
    const set = await createSet(vendor, ['toy@1.0.0'], { maxFileBytes: 1_000_000 });
    const { jobId } = await facility.engine.call('bundles.import', {
      sources: [facility.locate(set.target)],
    });
    const stop = facility.engine.on('job', (job) => {
      if (job.id !== jobId || job.phase.index !== 2) return;
      stop();
      void facility.engine.call('jobs.cancel', { id: jobId }).catch(() => {});
    });
    const job = await facility.untilState(jobId, 'cancelled', 'done', 'failed');
    expect(job).toMatchObject({ state: 'cancelled', canResume: true });
    await importAndPublish(facility, set.target);
    await expectSameRelease(vendor, facility, 'toy', '1.0.0');
  });

  it('leaves nothing on the medium when writing is cancelled', async () => {
    const { vendor } = await openTwoSites();
    await publish(vendor, 'toy', '1.0.0', toyFiles(60_000_000));
    const target = temporaryFolder();
    const { jobId } = await vendor.engine.call('bundles.create', {
      releases: [{ model: 'toy', version: '1.0.0' }],
      target: vendor.locate(target),
      maxFileBytes: 1_000_000,
    });
    const stop = vendor.engine.on('job', (job) => {
      if (job.id !== jobId || job.phase.index !== 1 || job.bytesDone === 0) return;
      stop();
      void vendor.engine.call('jobs.cancel', { id: jobId }).catch(() => {});
    });
    expect(await vendor.untilState(jobId, 'cancelled', 'done', 'failed')).toMatchObject({
      state: 'cancelled',
    });
    expect(readdirSync(target)).toEqual([]);
    expect(await vendor.engine.call('transfers.list', {})).toEqual([]);
    const { result } = await createSet(vendor, ['toy@1.0.0'], { target });
    expect(result.sequence).toBe(2);
  });
});

describe('trust between two sites', () => {
  it('goes by the key, so a set by somebody with the same name is refused', async () => {
    const { facility } = await openTwoSites();
    const other = await openTwoSites();
    await publish(other.vendor, 'toy', '1.0.0', toyFiles());
    const set = await createSet(other.vendor, ['toy@1.0.0']);
    await expect(importSet(facility, set.target)).rejects.toMatchObject({ code: 'SIGNER-UNKNOWN' });
    await trust(facility, other.vendor, ['toy']);
    await importAndPublish(facility, set.target);
  });
});
