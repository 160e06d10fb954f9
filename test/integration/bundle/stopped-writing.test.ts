import { readdirSync, statSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import {
  bytesIn,
  expectArrived,
  medium,
  provenWithStockTools,
  setFolder,
  startSet,
} from '../../fixtures/media-places.ts';
import { openTestEngine } from '../../fixtures/test-engine.ts';
import { importSet, openTwoSites, publish, toyFiles } from '../../fixtures/two-sites.ts';

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
