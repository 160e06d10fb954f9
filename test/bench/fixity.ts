import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark } from './lib/bench.ts';
import { makeFile, MIB } from './lib/files.ts';
import { median, race, runProgram } from './lib/measure.ts';
import { formatSeconds } from './lib/report.ts';

/** The fixity job over a published release against openssl, sha256sum and b3sum over the same stored files. */
export const fixityBench: Benchmark = {
  name: 'fixity',
  bytesNeeded: ({ importBytes }) => 2 * importBytes + 256 * MIB,
  async run({ settings, folder, engine, sha256Rate }) {
    const { importBytes, rounds } = settings;
    const source = join(folder, 'source');
    for (const name of ['a', 'b']) makeFile(join(source, `${name}.safetensors`), importBytes / 2);
    await engine.publish(await engine.import(source, 'bench-fixity', '1.0.0'));
    rmSync(source, { recursive: true });
    const blobs = engine.blobsOf(importBytes / 2);

    const release = { model: 'bench-fixity', version: '1.0.0' };
    const hasB3sum = await runProgram('b3sum', ['--version']).then(
      () => true,
      () => false,
    );
    const seconds = await race(
      [
        {
          name: 'sallyport fixity',
          warm: blobs,
          async run() {
            const started = await engine.engine.call('fixity.start', { release });
            const report = await engine.finish('fixity', started);
            if (!report.ok) throw new Error('the fixity check failed');
          },
        },
        { name: 'openssl', warm: blobs, run: () => runProgram('openssl', ['dgst', '-sha256', ...blobs]) },
        { name: 'sha256sum', warm: blobs, run: () => runProgram('sha256sum', blobs) },
        ...(hasB3sum ? [{ name: 'b3sum', warm: blobs, run: () => runProgram('b3sum', blobs) }] : []),
      ],
      rounds,
    );
    const own = seconds.get('sallyport fixity') ?? [];
    const openssl = seconds.get('openssl') ?? [];
    const b3sum = seconds.get('b3sum') ?? [];
    const coreutils = seconds.get('sha256sum') ?? [];
    const overOpenssl = median(openssl) / median(own);
    const overCoreutils = median(coreutils) / median(own);
    const size = `${(importBytes / MIB / 1024).toFixed(2)} GiB`;
    const floor = importBytes / sha256Rate / 2;
    return {
      title: `fixity: ${size} in two blobs, in the page cache, two workers`,
      figures: [
        {
          what: `fixity of ${size} against openssl`,
          reached: `${overOpenssl.toFixed(2)}x as fast`,
          aim: '>= 1.8x',
          met: overOpenssl >= 1.8,
          details: [
            `sallyport fixity   ${formatSeconds(own, median(own))}`,
            `openssl            ${formatSeconds(openssl, median(openssl))}   (openssl dgst -sha256 a b)`,
          ],
        },
        {
          what: `fixity of ${size} against sha256sum`,
          reached: `${overCoreutils.toFixed(2)}x as fast`,
          aim: '>= 7x',
          met: overCoreutils >= 7,
          details: [`sha256sum          ${formatSeconds(coreutils, median(coreutils))}   (sha256sum a b)`],
        },
      ],
      limits: [
        `SHA-256 over every byte on two cores takes ${floor.toFixed(2)} s at best: ${((100 * floor) / median(own)).toFixed(0)} % of the check's time`,
        hasB3sum
          ? `b3sum, another hash, on all cores: ${formatSeconds(b3sum, median(b3sum))}; fixity is ${(median(b3sum) / median(own)).toFixed(2)}x as fast`
          : 'b3sum is not installed here, so nothing is said of it (apt-get install b3sum)',
        'against sha256sum the factor is that of its SHA-256 to the native one, times two cores',
      ],
    };
  },
};
