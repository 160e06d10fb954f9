import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { needsMount } from '../../fixtures/needs.ts';
import { ManualClock } from '../../fixtures/manual-clock.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';
import {
  createSet,
  importAndPublish,
  importSet,
  openSite,
  openTwoSites,
  publish,
  toyFiles,
  trust,
} from '../../fixtures/two-sites.ts';

/** A file system of its own in memory. */
function mounted(options: string): string {
  const folder = temporaryFolder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  onTestFinished(() => void spawnSync('umount', ['-l', folder]));
  return folder;
}

/** Nothing of a refused set was taken in, and the refusal is on record. */
async function expectUntouched(test: TestEngine, code: string): Promise<void> {
  expect((await test.engine.call('imports.list', {})).filter((row) => row.state !== 'published')).toEqual([]);
  expect(readdirSync(path.join(test.home, 'quarantine'))).toEqual([]);
  const [newest] = await test.engine.call('audit.list', { limit: 1 });
  expect(newest?.body).toMatchObject({ act: 'bundle.import', outcome: 'refused', details: { code } });
}

/** The files directly at a place, so that a test sees what a refused write left. */
const left = (folder: string) => readdirSync(folder);

describe('importing a set', () => {
  let vendor: TestEngine;
  let facility: TestEngine;
  let files: ReturnType<typeof toyFiles>;

  beforeAll(() => {
    files = toyFiles();
  });

  async function sites(models: string[] = ['*']) {
    ({ vendor, facility } = await openTwoSites(models));
    await publish(vendor, 'toy', '1.0.0', files);
  }

  it('needs a set, and a whole one', async () => {
    facility = await openSite('facility', 'operator');
    const empty = temporaryFolder();
    await expect(importSet(facility, empty)).rejects.toMatchObject({ code: 'SET-NOT-FOUND' });
    await expect(importSet(facility, path.join(empty, 'absent'))).rejects.toMatchObject({
      code: 'FILE-UNREADABLE',
    });
    mkdirSync(path.join(empty, 'sallyport-0123abcd', 'blobs', 'sha256'), { recursive: true });
    await expect(importSet(facility, empty)).rejects.toMatchObject({ code: 'SET-INCOMPLETE' });
    await expectUntouched(facility, 'SET-INCOMPLETE');
    const sources = [facility.locate(empty)];
    await expect(facility.engine.call('bundles.inspect', { sources })).rejects.toMatchObject({
      code: 'SET-INCOMPLETE',
    });
  });

  it('is refused before any payload for a changed control file, a missing list signature and an unlisted link', async () => {
    await sites();
    const set = await createSet(vendor, ['toy@1.0.0']);
    const [folder = ''] = set.folders;
    const spoil = async (name: string, code: string, change: (bytes: Buffer) => Buffer | null) => {
      const file = path.join(folder, name);
      const good = readFileSync(file);
      const bad = change(good);
      if (bad === null) rmSync(file);
      else writeFileSync(file, bad);
      await expect(importSet(facility, folder)).rejects.toMatchObject({
        code,
        details: { path: expect.stringContaining(name) as string },
      });
      await expectUntouched(facility, code);
      writeFileSync(file, good);
    };
    const flip = (at: number) => (bytes: Buffer) =>
      Buffer.from(bytes.map((byte, n) => (n === at ? byte ^ 4 : byte)));
    await spoil('set.dsse.json', 'SIGNATURE-INVALID', (bytes) => flip(bytes.length - 30)(bytes));
    await spoil('SHA256SUMS.sig', 'SIGNATURE-INVALID', flip(80));
    await spoil('SHA256SUMS.sig', 'SIGNATURE-ABSENT', () => null);
    await spoil('VERIFY.txt', 'DIGEST-MISMATCH', flip(3));
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    await expect(importSet(facility, folder)).rejects.toMatchObject({ code: 'FILE-NOT-REGULAR' });
    await expectUntouched(facility, 'FILE-NOT-REGULAR');
    rmSync(path.join(folder, 'pipe'));
    await importAndPublish(facility, folder);
  });

  it('is refused for a signer who is unknown, revoked or not allowed for the model', async () => {
    await sites(['silero-*']);
    const set = await createSet(vendor, ['toy@1.0.0']);
    await expect(importSet(facility, set.target)).rejects.toMatchObject({ code: 'SIGNER-NOT-ALLOWED' });
    await expectUntouched(facility, 'SIGNER-NOT-ALLOWED');
    const [anchor] = await facility.engine.call('anchors.list', {});
    await facility.engine.call('anchors.revoke', { id: anchor?.id ?? '', reason: 'lost' });
    await expect(importSet(facility, set.target)).rejects.toMatchObject({ code: 'SIGNER-REVOKED' });
    const stranger = await openSite('elsewhere', 'operator');
    await expect(importSet(stranger, set.target)).rejects.toMatchObject({ code: 'SIGNER-UNKNOWN' });
    await expectUntouched(stranger, 'SIGNER-UNKNOWN');
  });

  it('is refused when volumes of two sets are given', async () => {
    await sites();
    const first = await createSet(vendor, ['toy@1.0.0']);
    const second = await createSet(vendor, ['toy@1.0.0']);
    await expect(importSet(facility, first.target, second.target)).rejects.toMatchObject({
      code: 'SET-FOREIGN',
    });
    await expectUntouched(facility, 'SET-FOREIGN');
  });

  it('is refused when it is older than what was accepted from its origin', async () => {
    await sites();
    const older = await createSet(vendor, ['toy@1.0.0']);
    const newer = await createSet(vendor, ['toy@1.0.0']);
    await importAndPublish(facility, newer.target);
    await expect(importSet(facility, older.target)).rejects.toMatchObject({ code: 'SET-OUTDATED' });
    await expectUntouched(facility, 'SET-OUTDATED');
    const { checks } = await facility.engine.call('bundles.inspect', {
      sources: [facility.locate(older.target)],
    });
    expect(checks.filter((check) => check.status === 'failed')).toMatchObject([
      { id: 'set.sequence', code: 'SET-OUTDATED' },
    ]);
    // The newest may come again.
    await importSet(facility, newer.target);
  });

  it('is refused when a name and version is bound to other bytes here, and shows both digests', async () => {
    await sites();
    await publish(facility, 'toy', '1.0.0', { 'model.txt': 'other bytes' });
    const here = await facility.engine.call('releases.get', { model: 'toy', version: '1.0.0' });
    const there = await vendor.engine.call('releases.get', { model: 'toy', version: '1.0.0' });
    const set = await createSet(vendor, ['toy@1.0.0']);
    await expect(importSet(facility, set.target)).rejects.toMatchObject({
      code: 'RELEASE-CONFLICT',
      details: { expected: here.manifestDigest, found: there.manifestDigest },
    });
    await expectUntouched(facility, 'RELEASE-CONFLICT');
  });

  it('is refused when a delta leaves out what this site does not hold, with the list', async () => {
    await sites();
    const first = await createSet(vendor, ['toy@1.0.0']);
    await importAndPublish(facility, first.target);
    const receipts = temporaryFolder();
    await facility.engine.call('receipts.create', { target: facility.locate(receipts) });
    await publish(vendor, 'toy', '2.0.0', { ...files, 'new.txt': 'new' });
    const delta = await createSet(vendor, ['toy@2.0.0'], { since: receipts });
    const stranger = await openSite('elsewhere', 'operator');
    await trust(stranger, vendor, ['*']);
    const { files: held } = await vendor.engine.call('releases.get', { model: 'toy', version: '1.0.0' });
    await expect(importSet(stranger, delta.target)).rejects.toMatchObject({
      code: 'SET-NEEDS-BLOBS',
      message: expect.stringContaining(held[0]?.digest ?? 'no digest') as string,
    });
    await expectUntouched(stranger, 'SET-NEEDS-BLOBS');
    await importAndPublish(facility, delta.target);
  });

  it('says exactly how much space is missing', async (context) => {
    needsMount(context);
    await sites();
    await publish(vendor, 'toy', '2.0.0', toyFiles(40_000_000));
    const set = await createSet(vendor, ['toy@2.0.0']);
    mkdirSync(path.join(facility.home, 'quarantine'), { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=10m', 'tmpfs', path.join(facility.home, 'quarantine')]);
    onTestFinished(() => void spawnSync('umount', ['-l', path.join(facility.home, 'quarantine')]));
    await expect(importSet(facility, set.target)).rejects.toMatchObject({
      code: 'DISK-FULL',
      details: {
        expected: expect.stringMatching(/^4\d{7} bytes free$/) as string,
        found: expect.stringMatching(/bytes free$/) as string,
      },
    });
  });

  it('works from a read-only medium', async (context) => {
    needsMount(context);
    await sites();
    const medium = mounted('size=10m');
    await createSet(vendor, ['toy@1.0.0'], { target: medium });
    execFileSync('mount', ['-o', 'remount,ro', medium]);
    await importAndPublish(facility, medium);
  });
});

describe('writing a set', () => {
  it('needs an unlocked key, a release that exists and one that is not revoked', async () => {
    const vendor = await openSite('vendor', 'packer');
    await publish(vendor, 'toy', '1.0.0', toyFiles());
    const target = temporaryFolder();
    await expect(createSet(vendor, ['toy@9.9.9'], { target })).rejects.toMatchObject({ code: 'NOT-FOUND' });
    await vendor.engine.call('session.lock', {});
    await expect(createSet(vendor, ['toy@1.0.0'], { target })).rejects.toMatchObject({ code: 'KEY-LOCKED' });
    await expect(
      vendor.engine.call('receipts.create', { target: vendor.locate(target) }),
    ).rejects.toMatchObject({ code: 'KEY-LOCKED' });
    const [key] = await vendor.engine.call('keys.list', {});
    await vendor.engine.call('session.unlock', {
      name: key?.name ?? '',
      passphrase: 'correct horse battery staple',
    });
    await vendor.engine.call('releases.revoke', { model: 'toy', version: '1.0.0', reason: 'bad' });
    await expect(createSet(vendor, ['toy@1.0.0'], { target })).rejects.toMatchObject({
      code: 'RELEASE-REVOKED',
    });
    expect(left(target)).toEqual([]);
  });

  it('relies on no receipt that is broken, foreign, by an unknown key, or missing', async () => {
    const { vendor, facility } = await openTwoSites();
    await publish(vendor, 'toy', '1.0.0', toyFiles());
    const target = temporaryFolder();
    const receipts = temporaryFolder();
    await facility.engine.call('receipts.create', { target: facility.locate(receipts) });
    const file = path.join(receipts, left(receipts)[0] ?? '');
    const good = readFileSync(file);
    const since = async (content: Buffer | string) => {
      writeFileSync(file, content);
      await expect(createSet(vendor, ['toy@1.0.0'], { target, since: file })).rejects.toMatchObject({
        code: 'RECEIPT-INVALID',
      });
      expect(left(target)).toEqual([]);
    };
    await since('not a receipt');
    await since(Buffer.from(good.map((byte, n) => (n === good.length - 40 ? byte ^ 1 : byte))));
    const stranger = await openSite('elsewhere', 'stranger');
    await stranger.engine.call('receipts.create', {
      target: stranger.locate(path.join(receipts, 'other.json')),
    });
    await since(readFileSync(path.join(receipts, 'other.json')));
    await expect(createSet(vendor, ['toy@1.0.0'], { target, since: target })).rejects.toMatchObject({
      code: 'RECEIPT-INVALID',
    });
    await expect(
      createSet(vendor, ['toy@1.0.0'], { target, since: path.join(target, 'x') }),
    ).rejects.toMatchObject({ code: 'FILE-UNREADABLE' });
    const again = stranger.engine.call('receipts.create', { target: stranger.locate(file) });
    await expect(again).rejects.toMatchObject({ code: 'ALREADY-EXISTS' });
  });

  it('does not let damaged stored bytes out', async () => {
    const vendor = await openSite('vendor', 'packer', new ManualClock());
    await publish(vendor, 'toy', '1.0.0', toyFiles());
    const { files } = await vendor.engine.call('releases.get', { model: 'toy', version: '1.0.0' });
    const hex = files.find((file) => file.path === 'model.onnx')?.digest.slice(7) ?? '';
    const stored = path.join(vendor.home, 'blobs', 'sha256', hex.slice(0, 2), hex);
    const bytes = readFileSync(stored);
    bytes[1234] = (bytes[1234] ?? 0) ^ 1;
    execFileSync('chmod', ['u+w', stored]);
    writeFileSync(stored, bytes);
    const target = temporaryFolder();
    await expect(createSet(vendor, ['toy@1.0.0'], { target })).rejects.toMatchObject({
      code: 'DIGEST-MISMATCH',
      message: expect.stringContaining('bytes 0-299999') as string,
    });
    expect(left(target)).toEqual([]);
    expect(await vendor.engine.call('transfers.list', {})).toEqual([]);
  });

  it('says before the first byte that a medium is full or read-only', async (context) => {
    needsMount(context);
    const vendor = await openSite('vendor', 'packer');
    await publish(vendor, 'toy', '1.0.0', toyFiles(3_000_000));
    const small = mounted('size=2m');
    await expect(createSet(vendor, ['toy@1.0.0'], { target: small })).rejects.toMatchObject({
      code: 'DISK-FULL',
      details: {
        expected: expect.stringMatching(/^3[01]\d{5} bytes free$/) as string,
        found: `${2 * 1024 * 1024} bytes free`,
      },
    });
    expect(left(small)).toEqual([]);
    const locked = mounted('size=10m,ro');
    await expect(createSet(vendor, ['toy@1.0.0'], { target: locked })).rejects.toMatchObject({
      code: 'MEDIA-READ-ONLY',
    });
    await expect(
      vendor.engine.call('receipts.create', { target: vendor.locate(locked) }),
    ).rejects.toMatchObject({ code: 'MEDIA-READ-ONLY' });
  });
});

describe('volumes', () => {
  it('are shown with a handle in place of a path, and those that cannot be used with their state', async () => {
    const folder = temporaryFolder();
    const stick = {
      device: '/dev/sdb1',
      label: 'VENDOR-A',
      fileSystem: 'vfat',
      sizeBytes: 1000,
      freeBytes: 500,
      readOnly: false,
      transport: 'usb',
      serial: '0401',
      uuid: null,
      maxFileBytes: 4_294_967_295,
    };
    const test = await openTestEngine({
      volumes: {
        list: () =>
          Promise.resolve([
            { ...stick, mountPath: folder, state: 'ready' },
            { ...stick, mountPath: null, state: 'not-mounted' },
            { ...stick, mountPath: null, state: 'blocked' },
          ]),
      },
    });
    const [ready, ...others] = await test.engine.call('media.volumes', {});
    expect(ready).toMatchObject({ ...stick, state: 'ready' });
    expect(ready).not.toHaveProperty('mountPath');
    expect(test.engine.locations.resolve(ready?.location?.handle ?? '')).toBe(folder);
    expect(others).toMatchObject([
      { state: 'not-mounted', location: null },
      { state: 'blocked', location: null },
    ]);
  });
});
