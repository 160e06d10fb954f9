import { cpSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  expectArrived,
  flip,
  largest,
  medium,
  provenWithStockTools,
  release,
  setFolder,
} from '../../fixtures/media-places.ts';
import { importSet, openTwoSites, publish, toyFiles, trust } from '../../fixtures/two-sites.ts';

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
