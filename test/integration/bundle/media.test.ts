import { execFileSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { FoundVolume } from '#engine/media/found-volume.ts';
import { opaqueWeights } from '../../fixtures/safetensors-file.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';
import { importSet, openTwoSites, publish, toyFiles, trust } from '../../fixtures/two-sites.ts';

const release = { model: 'toy', version: '1.0.0' };

/** An empty folder that stands for a medium. */
function medium(name: string): string {
  const folder = path.join(temporaryFolder(), name);
  mkdirSync(folder);
  return folder;
}

interface Place {
  readonly folder: string;
  readonly capacityBytes?: number;
}

async function startSet(test: TestEngine, places: readonly Place[]) {
  return await test.engine.call('bundles.create', {
    releases: [release],
    volumes: places.map(({ folder, capacityBytes }) => ({
      location: test.locate(folder),
      ...(capacityBytes === undefined ? {} : { capacityBytes }),
    })),
    maxFileBytes: 500_000,
  });
}

async function writeSetTo(test: TestEngine, places: readonly Place[]) {
  return await test.finish('bundle-create', await startSet(test, places));
}

function setFolder(place: string): string {
  const [name = ''] = readdirSync(place).filter((each) => each.startsWith('sallyport-'));
  return path.join(place, name);
}

/** How many bytes the files under a folder hold. */
function bytesIn(place: string): number {
  return readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(path.join(entry.parentPath, entry.name)).size, 0);
}

/** The largest payload file of a volume. */
function largest(place: string): string {
  const [file = ''] = readdirSync(setFolder(place), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\/(?:parts|sha256)$/.test(entry.parentPath))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort((a, b) => statSync(b).size - statSync(a).size);
  return file;
}

function flip(file: string, at: number): void {
  const bytes = readFileSync(file);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  writeFileSync(file, bytes);
}

function provenWithStockTools(place: string): void {
  execFileSync('sha256sum', ['-c', '--strict', '--quiet', 'SHA256SUMS'], { cwd: setFolder(place) });
  const text = readFileSync(path.join(setFolder(place), 'VERIFY.txt'), 'utf8');
  const command = /^ {3}(ssh-keygen .*)$/m.exec(text)?.[1] ?? 'false';
  execFileSync('sh', ['-c', command], { cwd: setFolder(place) });
}

async function expectArrived(vendor: TestEngine, facility: TestEngine, importId: string | undefined) {
  await facility.engine.call('imports.publish', { id: importId ?? '' });
  const sent = await vendor.engine.call('releases.get', release);
  expect(await facility.engine.call('releases.get', release)).toMatchObject({
    manifestDigest: sent.manifestDigest,
  });
  const started = await facility.engine.call('fixity.start', {});
  expect(await facility.finish('fixity', started)).toMatchObject({ ok: true });
}

/** A size-limited file system, where root may make one. */
function smallDisk(size: string): string | null {
  const folder = medium('small');
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
  } catch {
    return null;
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', folder]);
  });
  return folder;
}

describe('a set over media of different sizes', () => {
  it('is planned before it is written, and written as planned', async () => {
    const { vendor, facility } = await openTwoSites();
    await publish(vendor, 'toy', '1.0.0', toyFiles(2_000_000));
    const [a, b, c] = [medium('a'), medium('b'), medium('c')];
    const choices = [
      { location: vendor.locate(a), capacityBytes: 700_000 },
      { location: vendor.locate(b), capacityBytes: 1_200_000 },
    ];
    const lacking = await vendor.engine.call('bundles.plan', { releases: [release], volumes: choices });
    expect(lacking.missing?.bytes).toBeGreaterThan(100_000);
    expect(lacking.missing?.more).toMatchObject([{ capacityBytes: 700_000, volumes: 1 }, { volumes: 1 }]);
    await expect(writeSetTo(vendor, [{ folder: a, capacityBytes: 700_000 }])).rejects.toMatchObject({
      code: 'DISK-FULL',
    });
    expect(readdirSync(a)).toEqual([]);

    const volumes = [...choices, { location: vendor.locate(c), capacityBytes: 900_000 }];
    const plan = await vendor.engine.call('bundles.plan', {
      releases: [release],
      volumes,
      maxFileBytes: 500_000,
    });
    expect(plan).toMatchObject({ missing: null, seconds: null });
    for (const volume of plan.volumes) expect(volume.usedBytes).toBeLessThanOrEqual(volume.capacityBytes);
    const places = [
      { folder: a, capacityBytes: 700_000 },
      { folder: b, capacityBytes: 1_200_000 },
      { folder: c, capacityBytes: 900_000 },
    ];
    const set = await writeSetTo(vendor, places);
    expect(set.volumes.map((volume) => volume.label)).toEqual(['a', 'b', 'c']);
    expect(plan.volumes.map((volume) => volume.payloadBytes + volume.controlBytes)).toSatisfy(
      (sizes: number[]) => sizes.every((size, n) => Math.abs(size - (set.volumes[n]?.sizeBytes ?? 0)) < 2000),
    );
    for (const place of [a, b, c]) provenWithStockTools(place);
    const { imports } = await importSet(facility, c, a, b);
    await expectArrived(vendor, facility, imports[0]);

    const { custody, media } = await facility.engine.call('transfers.get', {
      setId: set.setId,
      direction: 'in',
    });
    expect(media.map(({ label }) => label)).toEqual(['a', 'b', 'c']);
    expect(custody.map(({ event, volume, site }) => [event, volume, site])).toEqual([
      ['made', null, 'vendor'],
      ['written', 1, 'vendor'],
      ['written', 2, 'vendor'],
      ['written', 3, 'vendor'],
      ['received', 1, 'facility'],
      ['received', 2, 'facility'],
      ['received', 3, 'facility'],
    ]);
  });

  it('asks for the next medium when all go through one slot', async () => {
    const { vendor, facility } = await openTwoSites();
    await publish(vendor, 'toy', '1.0.0', toyFiles(1_500_000));
    const slot = medium('slot');
    const shelf = temporaryFolder();
    const swap = (to: string) => {
      renameSync(slot, path.join(shelf, to));
      mkdirSync(slot);
    };
    const choice = { folder: slot, capacityBytes: 1_000_000 };
    const { jobId } = await startSet(vendor, [choice, choice]);
    const waiting = await vendor.untilState(jobId, 'waiting', 'done', 'failed');
    expect(waiting).toMatchObject({
      state: 'waiting',
      canResume: true,
      needs: { kind: 'write', sentence: 'the medium for volume 2 of 2', volumes: [{ number: 2 }] },
    });
    // Resuming with the same medium in the slot changes nothing.
    await vendor.engine.call('jobs.resume', { id: jobId });
    expect((await vendor.untilState(jobId, 'waiting', 'done', 'failed')).state).toBe('waiting');
    swap('one');
    await vendor.engine.call('jobs.resume', { id: jobId, source: vendor.locate(slot) });
    await vendor.finish('bundle-create', { jobId });
    swap('two');
    for (const name of ['one', 'two']) provenWithStockTools(path.join(shelf, name));

    const { jobId: importId } = await facility.engine.call('bundles.import', {
      sources: [facility.locate(path.join(shelf, 'two'))],
      wait: true,
    });
    const asks = await facility.untilState(importId, 'waiting', 'done', 'failed');
    expect(asks.needs).toMatchObject({
      kind: 'read',
      sentence: 'volume 1 of 2 (label slot)',
      volumes: [{ number: 1, label: 'slot' }],
      troubles: [],
    });
    await facility.engine.close();
    const after = await openTestEngine({ home: facility.home });
    expect(await after.engine.call('jobs.get', { id: importId })).toMatchObject({ state: 'waiting' });
    renameSync(path.join(shelf, 'two'), path.join(shelf, 'gone'));
    await after.engine.call('jobs.resume', { id: importId, source: after.locate(path.join(shelf, 'one')) });
    const done = await after.finish('bundle-import', { jobId: importId });
    await expectArrived(vendor, after, done.imports[0]);
  });

  it('is planned anew when a medium turns out smaller: what is proven and what lies there stays', async (context) => {
    const small = smallDisk('1m');
    if (small === null) context.skip('only root can mount');
    else {
      const { vendor, facility } = await openTwoSites();
      await publish(vendor, 'toy', '1.0.0', toyFiles(2_500_000));
      const [first, last] = [medium('first'), medium('last')];
      const places = [
        { folder: first, capacityBytes: 1_100_000 },
        { folder: small },
        { folder: last, capacityBytes: 1_200_000 },
      ];
      const { jobId } = await startSet(vendor, places);
      // Somebody else takes the space after the plan.
      const stop = vendor.engine.on('job', (job) => {
        if (job.id !== jobId || !job.phase.name.startsWith('writing volume 2')) return;
        stop();
        writeFileSync(path.join(small, 'other.bin'), Buffer.alloc(300_000));
      });
      const set = await vendor.finish('bundle-create', { jobId });
      expect(set.revision).toBeGreaterThan(1);
      expect(set.volumes.map((volume) => volume.label)).toEqual(['first', path.basename(small), 'last']);
      rmSync(path.join(small, 'other.bin'));
      for (const place of [first, small, last]) provenWithStockTools(place);
      const { imports } = await importSet(facility, last, first, small);
      await expectArrived(vendor, facility, imports[0]);
    }
  });
});

describe('writing that is stopped', () => {
  it.each(['writing volume 2', 'reading back volume 2'])(
    'goes on after a restart while %s, and leaves alone what is proven',
    async (moment) => {
      const { vendor, facility } = await openTwoSites();
      await publish(vendor, 'toy', '1.0.0', toyFiles(40_000_000));
      const [one, two] = [medium('one'), medium('two')];
      const { jobId } = await startSet(vendor, [
        { folder: one, capacityBytes: 3_000_000 },
        { folder: two, capacityBytes: 40_000_000 },
      ]);
      await new Promise<void>((resolve) => {
        const stop = vendor.engine.on('job', (job) => {
          if (job.id !== jobId || job.phase.name !== moment) return;
          stop();
          resolve();
        });
      });
      await vi.waitUntil(() => bytesIn(two) > 1_000_000, { interval: 1, timeout: 60_000 });
      await vendor.engine.close();
      const proven = statSync(setFolder(one)).ctimeMs;
      expect(readdirSync(two)).toEqual([expect.stringMatching(/^\.sallyport-[0-9a-f]{32}\.writing$/)]);

      const after = await openTestEngine({ home: vendor.home });
      expect(await after.engine.call('jobs.get', { id: jobId })).toMatchObject({ state: 'interrupted' });
      await expect(
        after.engine.call('jobs.resume', { id: jobId }).then(() => after.finish('bundle-create', { jobId })),
      ).rejects.toMatchObject({ code: 'KEY-LOCKED' });
      await after.engine.call('session.unlock', {
        name: 'packer',
        passphrase: 'correct horse battery staple',
      });
      await after.engine.call('jobs.resume', { id: jobId });
      const set = await after.finish('bundle-create', { jobId });
      expect(set).toMatchObject({
        revision: 1,
        volumes: [{ number: 1 }, { number: 2, writeBytesPerSecond: null }],
      });
      expect(statSync(setFolder(one)).ctimeMs).toBe(proven);
      for (const place of [one, two]) provenWithStockTools(place);
      const { imports } = await importSet(facility, two, one);
      await expectArrived(after, facility, imports[0]);
    },
  );

  it('leaves finished volumes and removes the unfinished one when it is cancelled', async () => {
    const { vendor } = await openTwoSites();
    await publish(vendor, 'toy', '1.0.0', toyFiles(9_000_000));
    const [one, two] = [medium('one'), medium('two')];
    const { jobId } = await startSet(vendor, [
      { folder: one, capacityBytes: 3_000_000 },
      { folder: two, capacityBytes: 8_000_000 },
    ]);
    const stop = vendor.engine.on('job', (job) => {
      if (job.id !== jobId || job.phase.name !== 'writing volume 2') return;
      stop();
      void vendor.engine.call('jobs.cancel', { id: jobId }).catch(() => {});
    });
    expect((await vendor.untilState(jobId, 'cancelled', 'done', 'failed')).state).toBe('cancelled');
    expect(readdirSync(two)).toEqual([]);
    provenWithStockTools(one);
    await vendor.engine.call('jobs.resume', { id: jobId });
    await vendor.finish('bundle-create', { jobId });
    provenWithStockTools(two);
  });
});

describe('a medium that lies', () => {
  it('is found when it gives other bytes back, dropped, and replaced by another', async () => {
    const { vendor, facility } = await openTwoSites();
    await publish(vendor, 'toy', '1.0.0', toyFiles(1_200_000));
    const [bad, good] = [medium('bad'), medium('good')];
    const { jobId } = await startSet(vendor, [{ folder: bad }, { folder: good }]);
    // It keeps nothing right beyond some of its bytes, as drives do that say they hold more than they have.
    const stop = vendor.engine.on('job', (job) => {
      if (job.id !== jobId || job.phase.name !== 'reading back volume 1') return;
      stop();
      const [name = ''] = readdirSync(bad);
      const parts = path.join(bad, name, 'parts');
      for (const part of readdirSync(parts).slice(1)) flip(path.join(parts, part), 100_000);
    });
    const set = await vendor.finish('bundle-create', { jobId });
    expect(set.volumes.map((volume) => volume.label)).toEqual(['good']);
    expect(readdirSync(bad)).toEqual([]);
    const { imports } = await importSet(facility, good);
    await expectArrived(vendor, facility, imports[0]);
  });

  it('is found past the page cache, which would have said that all is well', async (context) => {
    const image = path.join(temporaryFolder(), 'disk.img');
    const mount = medium('loop');
    try {
      execFileSync('truncate', ['-s', '64M', image]);
      execFileSync('mkfs.ext4', ['-q', image]);
      execFileSync('mount', ['-o', 'loop', image, mount], { stdio: 'ignore' });
    } catch {
      context.skip('only root can mount a loop device');
      return;
    }
    onTestFinished(() => {
      execFileSync('umount', ['-l', mount]);
    });
    const { vendor } = await openTwoSites();
    const marker = Buffer.from('these bytes are found again on the device below');
    const weights = opaqueWeights(1_200_000);
    marker.copy(weights, 600_000);
    await publish(vendor, 'toy', '1.0.0', { 'model.onnx': weights, 'config.json': '{}' });
    const { jobId } = await vendor.engine.call('bundles.create', {
      releases: [release],
      target: vendor.locate(mount),
    });
    const stop = vendor.engine.on('job', (job) => {
      if (job.id !== jobId || job.phase.name !== 'reading back volume 1') return;
      stop();
      const disk = readFileSync(image);
      const at = disk.indexOf(marker);
      expect(at).toBeGreaterThan(0);
      execFileSync('dd', [`of=${image}`, 'bs=1', `seek=${at}`, 'conv=notrunc', 'status=none'], {
        input: 'THOSE',
      });
    });
    await expect(vendor.finish('bundle-create', { jobId })).rejects.toMatchObject({
      code: 'DIGEST-MISMATCH',
      message: expect.stringMatching(
        /^volume 1, blobs\/sha256\/[0-9a-f]{64}, bytes 0-\d+: the medium/,
      ) as string,
    });
  });
});

describe('a damaged set', () => {
  it('is completed by a set that has only what was asked for again', async () => {
    const { vendor, facility } = await openTwoSites();
    const chunk = 16 * 1024 * 1024;
    await publish(vendor, 'toy', '1.0.0', toyFiles(3 * chunk + 1000));
    const drive = medium('drive');
    const started = await vendor.engine.call('bundles.create', {
      releases: [release],
      target: vendor.locate(drive),
    });
    const set = await vendor.finish('bundle-create', started);
    flip(largest(drive), chunk + 5);
    const { jobId } = await facility.engine.call('bundles.import', {
      sources: [facility.locate(drive)],
      wait: true,
    });
    const waiting = await facility.untilState(jobId, 'waiting', 'done', 'failed');
    expect(waiting.needs?.bytes).toBe(chunk);
    expect(waiting.needs?.troubles).toEqual([
      expect.stringContaining(
        `volume 1, ${path.relative(setFolder(drive), largest(drive))}, bytes ${chunk}-${2 * chunk - 1}`,
      ),
    ]);

    const letters = medium('letters');
    const request = await facility.engine.call('bundles.reRequest', {
      setId: set.setId,
      target: facility.locate(letters),
    });
    expect(request).toMatchObject({
      bytes: chunk,
      needs: [{ names: ['toy@1.0.0/model.onnx'], ranges: [{ start: chunk, end: 2 * chunk - 1 }] }],
      signature: 'valid',
    });
    const file = path.join(letters, readdirSync(letters)[0] ?? '');
    const shown = await vendor.engine.call('bundles.inspectRequest', { source: vendor.locate(file) });
    expect(shown).toMatchObject({ id: request.id, signer: { anchor: { owner: 'operator' } } });
    // What came back about the way of the set is the sender's too, once.
    expect(shown.custodyAdded).toBe(1);
    const sent = await vendor.engine.call('transfers.get', { setId: set.setId, direction: 'out' });
    expect(sent.custody.at(-1)).toMatchObject({ event: 'received', site: 'facility', volume: 1 });
    const again = await vendor.engine.call('bundles.inspectRequest', { source: vendor.locate(file) });
    expect(again.custodyAdded).toBe(0);
    const small = medium('small');
    const answer = await vendor.engine.call('bundles.create', {
      for: vendor.locate(file),
      target: vendor.locate(small),
    });
    const supplement = await vendor.finish('bundle-create', answer);
    expect(supplement.payloadBytes).toBe(chunk);
    provenWithStockTools(small);
    expect(
      await facility.engine.call('bundles.inspect', { sources: [facility.locate(small)] }),
    ).toMatchObject({
      setId: supplement.setId,
      supplements: set.setId,
    });
    rmSync(drive, { recursive: true });
    await facility.engine.call('jobs.resume', { id: jobId, source: facility.locate(small) });
    const done = await facility.finish('bundle-import', { jobId });
    expect(done).toMatchObject({ setId: set.setId, bytesCopied: chunk });
    await expectArrived(vendor, facility, done.imports[0]);
    expect(await facility.engine.call('transfers.list', {})).toHaveLength(2);
  });

  it('refuses an answer from somebody who is not known', async () => {
    const { vendor, facility } = await openTwoSites();
    const other = await openTwoSites();
    const files = toyFiles(400_000);
    await publish(vendor, 'toy', '1.0.0', files);
    await publish(other.vendor, 'toy', '1.0.0', files);
    const drive = medium('drive');
    const started = await vendor.engine.call('bundles.create', {
      releases: [release],
      target: vendor.locate(drive),
    });
    const { setId } = await vendor.finish('bundle-create', started);
    const copy = medium('copy');
    cpSync(drive, copy, { recursive: true });
    flip(largest(drive), 5);
    await expect(importSet(facility, drive)).rejects.toMatchObject({ code: 'DIGEST-MISMATCH' });
    const letters = medium('letters');
    await facility.engine.call('bundles.reRequest', { setId, target: facility.locate(letters) });
    await trust(other.vendor, facility, ['*']);
    const small = medium('small');
    const answer = await other.vendor.engine.call('bundles.create', {
      for: other.vendor.locate(letters),
      target: other.vendor.locate(small),
    });
    await other.vendor.finish('bundle-create', answer);
    await expect(importSet(facility, small)).rejects.toMatchObject({ code: 'SIGNER-UNKNOWN' });
    await importSet(facility, copy);
  });
});

describe('the register of media', () => {
  it('knows media by their serial numbers, their speed, and who had them', async () => {
    const folder = medium('STICK');
    const stick: FoundVolume = {
      mountPath: folder,
      device: '/dev/sdz1',
      label: 'STICK',
      fileSystem: 'vfat',
      sizeBytes: 64e9,
      freeBytes: 60e9,
      readOnly: false,
      transport: 'usb',
      serial: 'SN-0001',
      maxFileBytes: 4 * 1024 ** 3 - 1,
      state: 'ready',
    };
    const test = await openTestEngine({ volumes: { list: () => Promise.resolve([stick]) } });
    const passphrase = 'correct horse battery staple';
    await test.engine.call('keys.create', { name: 'packer', passphrase });
    await test.engine.call('session.unlock', { name: 'packer', passphrase });
    await publish(test, 'toy', '1.0.0', toyFiles(2_000_000));
    expect(await test.engine.call('media.register', {})).toEqual([]);
    const set = await writeSetTo(test, [{ folder }]);
    const [known] = await test.engine.call('media.register', {});
    expect(known).toMatchObject({ serial: 'SN-0001', label: 'STICK', owner: null, holder: null });
    expect(known?.writeBytesPerSecond).toBeGreaterThan(0);
    const id = known?.id ?? '';
    rmSync(setFolder(folder), { recursive: true });
    const plan = await test.engine.call('bundles.plan', {
      releases: [release],
      volumes: [{ location: test.locate(folder) }],
    });
    expect(plan.volumes).toMatchObject([{ label: 'STICK', serial: 'SN-0001' }]);
    expect(plan.seconds).toBeGreaterThan(0);

    await test.engine.call('media.setOwner', { id, owner: 'Transport desk', reason: 'labelled' });
    await test.engine.call('bundles.handOver', { setId: set.setId, to: 'courier 7', reason: 'weekly run' });
    await test.engine.call('media.handOver', { id, to: 'courier 7', reason: 'weekly run' });
    const shown = await test.engine.call('media.sanitise', { id, method: 'blkdiscard', reason: 'came back' });
    expect(shown).toMatchObject({ owner: 'Transport desk', holder: 'courier 7' });
    expect(shown.sanitisedAt).not.toBeNull();
    expect(shown.history.map(({ what }) => what)).toEqual(['sanitised', 'handed-over', 'owner', 'written']);
    const { custody } = await test.engine.call('transfers.get', { setId: set.setId, direction: 'out' });
    expect(custody.at(-1)).toMatchObject({ event: 'handed-over', to: 'courier 7', note: 'weekly run' });
    const acts = (await test.engine.call('audit.list', {})).map(({ body }) => body.act);
    expect(acts).toEqual(
      expect.arrayContaining(['media.owner', 'media.handover', 'media.sanitise', 'bundle.handover']),
    );
  });

  it('puts the hand-over into the custody log of the volumes at hand, which still prove themselves', async () => {
    const { vendor, facility } = await openTwoSites();
    await publish(vendor, 'toy', '1.0.0', toyFiles(900_000));
    const drive = medium('drive');
    const set = await writeSetTo(vendor, [{ folder: drive }]);
    await vendor.engine.call('bundles.handOver', {
      setId: set.setId,
      to: 'courier 7',
      reason: 'weekly run',
      volumes: [vendor.locate(drive)],
    });
    provenWithStockTools(drive);
    const { imports } = await importSet(facility, drive);
    const report = path.join(temporaryFolder(), 'kiosk.pdf');
    writeFileSync(report, '%PDF kiosk report');
    const shown = await facility.engine.call('transfers.attach', {
      setId: set.setId,
      direction: 'in',
      source: facility.locate(report),
      note: 'kiosk 3, nothing found',
    });
    expect(shown.evidence).toMatchObject([
      { name: 'kiosk.pdf', sizeBytes: 17, note: 'kiosk 3, nothing found' },
    ]);
    expect(shown.custody.map(({ event, to }) => [event, to])).toEqual([
      ['made', null],
      ['written', null],
      ['handed-over', 'courier 7'],
      ['received', null],
    ]);
    await expectArrived(vendor, facility, imports[0]);
    const gc = await facility.engine.call('gc.run', { dryRun: true });
    expect(gc.removed).toEqual([]);
    expect(gc.keptItems.some(({ keptBecause }) => keptBecause?.startsWith('evidence of set'))).toBe(true);
  });

  it('takes an older set only with a reason, which goes on record', async () => {
    const { vendor, facility } = await openTwoSites();
    await publish(vendor, 'toy', '1.0.0', toyFiles());
    const [older, newer] = [medium('older'), medium('newer')];
    await writeSetTo(vendor, [{ folder: older }]);
    await writeSetTo(vendor, [{ folder: newer }]);
    const { imports } = await importSet(facility, newer);
    await facility.engine.call('imports.reject', {
      id: imports[0] ?? '',
      reason: 'to be taken from the older set',
    });
    await expect(importSet(facility, older)).rejects.toMatchObject({ code: 'SET-OUTDATED' });
    const started = await facility.engine.call('bundles.import', {
      sources: [facility.locate(older)],
      acceptOlder: { reason: 'the newer one was recalled' },
    });
    await facility.finish('bundle-import', started);
    const [entry] = await facility.engine.call('audit.list', { act: 'bundle.import', limit: 1 });
    expect(entry?.body).toMatchObject({
      reason: 'the newer one was recalled',
      details: { accepted: 'older' },
    });
  });
});
