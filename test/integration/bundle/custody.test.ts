import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { createSet, importAndPublish, openTwoSites, publish, toyFiles } from '../../fixtures/two-sites.ts';

/** A receipt of the receiving site, as the file that its courier brings back. */
async function receiptOf(site: Awaited<ReturnType<typeof openTwoSites>>['facility']): Promise<string> {
  const letters = temporaryFolder();
  await site.engine.call('receipts.create', { target: site.locate(letters) });
  return path.join(letters, readdirSync(letters)[0] ?? '');
}

describe('custody that comes back to the sender', () => {
  it('is merged from a receipt of a site that is known, when somebody reads it', async () => {
    const { vendor, facility } = await openTwoSites();
    await publish(vendor, 'toy', '1.0.0', toyFiles(900_000));
    const set = await createSet(vendor, ['toy@1.0.0'], { volumeBytes: 1_000_000, maxFileBytes: 500_000 });
    await importAndPublish(facility, ...set.folders);
    const receipt = await receiptOf(facility);
    const read = await vendor.engine.call('receipts.inspect', { source: vendor.locate(receipt) });
    expect(read.custodyAdded).toBe(set.folders.length);
    const { custody } = await vendor.engine.call('transfers.get', {
      setId: set.result.setId,
      direction: 'out',
    });
    expect(custody.filter(({ event }) => event === 'received').map(({ site }) => site)).toEqual(
      set.folders.map(() => 'facility'),
    );
    const [entry] = await vendor.engine.call('audit.list', { act: 'bundle.custody', limit: 1 });
    expect(entry?.body).toMatchObject({ object: 'facility', details: { entries: `${set.folders.length}` } });
  });

  it('is merged when a delta is made against the receipt', async () => {
    const { vendor, facility } = await openTwoSites();
    await publish(vendor, 'toy', '1.0.0', toyFiles());
    const set = await createSet(vendor, ['toy@1.0.0']);
    await importAndPublish(facility, ...set.folders);
    await createSet(vendor, ['toy@1.0.0'], { since: await receiptOf(facility) });
    const { custody } = await vendor.engine.call('transfers.get', {
      setId: set.result.setId,
      direction: 'out',
    });
    expect(custody.at(-1)).toMatchObject({ event: 'received', site: 'facility' });
  });

  it('counts for nothing when nobody here knows who signed the receipt', async () => {
    const { vendor, facility } = await openTwoSites();
    const stranger = await openTwoSites();
    await publish(vendor, 'toy', '1.0.0', toyFiles());
    const set = await createSet(vendor, ['toy@1.0.0']);
    await importAndPublish(facility, ...set.folders);
    const receipt = await receiptOf(facility);
    const read = await stranger.vendor.engine.call('receipts.inspect', {
      source: stranger.vendor.locate(receipt),
    });
    expect(read).toMatchObject({ signature: 'valid', signer: { fingerprint: expect.any(String) as string } });
    expect(read.custodyAdded).toBe(0);
  });
});

describe('the list of sets', () => {
  it('shows the fate of every volume, also when they were handed over together', async () => {
    const { vendor } = await openTwoSites();
    await publish(vendor, 'toy', '1.0.0', toyFiles(1_500_000));
    const set = await createSet(vendor, ['toy@1.0.0'], { volumeBytes: 1_000_000, maxFileBytes: 500_000 });
    const { setId } = set.result;
    const volumes = set.folders.map((folder) => vendor.locate(folder));
    expect(volumes).toHaveLength(2);
    await vendor.engine.call('bundles.handOver', { setId, to: 'courier 7', reason: 'weekly run', volumes });
    const last = async () => (await vendor.engine.call('transfers.list', {}))[0]?.last;
    expect(await last()).toMatchObject([
      { event: 'handed-over', volume: 1, to: 'courier 7' },
      { event: 'handed-over', volume: 2, to: 'courier 7' },
    ]);
    await vendor.engine.call('bundles.handOver', {
      setId,
      to: 'courier 9',
      reason: 'the second by another way',
      volumes: volumes.slice(1),
    });
    expect(await last()).toMatchObject([
      { volume: 1, to: 'courier 7' },
      { volume: 2, to: 'courier 9' },
    ]);
  });
});
