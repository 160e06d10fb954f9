import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { expectArrived, flip, medium, release, startSet } from '../../fixtures/media-places.ts';
import { opaqueWeights } from '../../fixtures/safetensors-file.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { importSet, openTwoSites, publish, toyFiles } from '../../fixtures/two-sites.ts';

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
