import { mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  expectArrived,
  medium,
  provenWithStockTools,
  release,
  smallDisk,
  startSet,
  writeSetTo,
} from '../../fixtures/media-places.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine } from '../../fixtures/test-engine.ts';
import { importSet, openTwoSites, publish, toyFiles } from '../../fixtures/two-sites.ts';

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
      ['proven', 1, 'vendor'],
      ['written', 2, 'vendor'],
      ['proven', 2, 'vendor'],
      ['written', 3, 'vendor'],
      ['proven', 3, 'vendor'],
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
