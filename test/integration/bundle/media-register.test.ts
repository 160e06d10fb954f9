import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { FoundVolume } from '#engine/media/found-volume.ts';
import {
  expectArrived,
  medium,
  provenWithStockTools,
  release,
  setFolder,
  writeSetTo,
} from '../../fixtures/media-places.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine } from '../../fixtures/test-engine.ts';
import { importSet, openTwoSites, publish, toyFiles } from '../../fixtures/two-sites.ts';

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
      uuid: null,
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
    expect(known).toMatchObject({
      knownBy: 'serial',
      knownAs: 'SN-0001',
      label: 'STICK',
      owner: null,
      holder: null,
    });
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

  it('knows media without a serial number by their file system, or by label and size, and says so', async () => {
    const folder = medium('CARD');
    const card: FoundVolume = {
      mountPath: folder,
      device: '/dev/mmcblk0p1',
      label: 'CARD',
      fileSystem: 'exfat',
      sizeBytes: 32e9,
      freeBytes: 30e9,
      readOnly: false,
      transport: 'mmc',
      serial: null,
      uuid: '64A5-F009',
      maxFileBytes: null,
      state: 'ready',
    };
    const plugged = [
      card,
      { ...card, uuid: null, label: 'DVD', device: '/dev/sr0', mountPath: medium('DVD') },
    ];
    const test = await openTestEngine({ volumes: { list: () => Promise.resolve(plugged) } });
    await test.engine.call('media.volumes', {});
    const register = await test.engine.call('media.register', {});
    expect(register.map(({ knownBy, knownAs }) => [knownBy, knownAs]).sort()).toEqual([
      ['file-system', '64A5-F009'],
      ['label-and-size', 'DVD, 32000000000 bytes'],
    ]);
    await test.engine.call('media.volumes', {});
    expect(await test.engine.call('media.register', {})).toHaveLength(2);
    const { ok, checks } = await test.engine.call('audit.verify', {});
    expect(ok, JSON.stringify(checks)).toBe(true);
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
      ['proven', null],
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
