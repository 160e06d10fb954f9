import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark } from './lib/bench.ts';
import { makeFile, MIB } from './lib/files.ts';
import { median, race, runProgram } from './lib/measure.ts';
import { formatSeconds } from './lib/report.ts';

const release = { model: 'bench-transfer', version: '1.0.0' };
const passphrase = 'only for this benchmark';

/** A transfer set written and proven (the real call) against cp, sync and a direct re-read by dd of the same bytes. */
export const transferBench: Benchmark = {
  name: 'transfer',
  bytesNeeded: ({ importBytes }) => 3 * importBytes + 256 * MIB,
  async run({ settings, folder, engine }) {
    const { importBytes, rounds } = settings;
    const source = join(folder, 'source');
    const names = ['model-00001.safetensors', 'model-00002.safetensors'];
    for (const name of names) makeFile(join(source, name), importBytes / 2);
    await engine.engine.call('keys.create', { name: 'packer', passphrase });
    await engine.engine.call('session.unlock', { name: 'packer', passphrase });
    await engine.publish(await engine.import(source, release.model, release.version));
    rmSync(source, { recursive: true });
    const blobs = engine.blobsOf(importBytes / 2);

    const target = join(folder, 'medium');
    const copies = join(folder, 'copies');
    let readBack = '';
    const seconds = await race(
      [
        {
          name: 'bundle create',
          warm: blobs,
          async run() {
            mkdirSync(target);
            const input = { releases: [release], target: engine.locate(target) };
            const started = await engine.engine.call('bundles.create', input);
            ({ readBack } = await engine.finish('bundle-create', started));
          },
          undo: () => rmSync(target, { recursive: true }),
        },
        {
          name: 'cp + sync + dd',
          warm: blobs,
          async run() {
            mkdirSync(copies);
            await runProgram('cp', [...blobs, copies]);
            await runProgram('sync', ['-f', copies]);
            for (const blob of blobs) await readDirect(join(copies, blob.slice(-64)));
          },
          undo: () => rmSync(copies, { recursive: true }),
        },
      ],
      rounds,
    );
    const own = seconds.get('bundle create') ?? [];
    const peer = seconds.get('cp + sync + dd') ?? [];
    const ratio = median(own) / median(peer);
    const size = `${(importBytes / MIB / 1024).toFixed(2)} GiB`;
    return {
      title: `transfer: a set of ${size} in two files, from the page cache, to the same disk, read back ${readBack}`,
      figures: [
        {
          what: `set of ${size} with proof / cp + sync + direct re-read`,
          reached: `${ratio.toFixed(2)}x`,
          aim: '<= 1.15x',
          met: ratio <= 1.15,
          details: [
            `bundle create      ${formatSeconds(own, median(own))}`,
            `cp + sync + dd     ${formatSeconds(peer, median(peer))}   (dd iflag=direct of=/dev/null; compares nothing)`,
          ],
        },
      ],
      limits: [],
    };
  },
};

async function readDirect(file: string): Promise<void> {
  const read = [`if=${file}`, 'of=/dev/null', 'bs=4M'];
  // Not every file system can.
  await runProgram('dd', [...read, 'iflag=direct']).catch(() => runProgram('dd', read));
}
