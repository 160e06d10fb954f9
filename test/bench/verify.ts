import { dirname, join } from 'node:path';
import { HashPool } from '#engine/hashing/hash-pool.ts';
import type { Benchmark, BenchContext } from './lib/bench.ts';
import { workerUrl } from './lib/bench-engine.ts';
import { MIB } from './lib/files.ts';
import { median, race, runProgram } from './lib/measure.ts';
import { type Figure, formatSeconds } from './lib/report.ts';
import { makeSignedFolder } from './lib/signed-folder.ts';

const FILES = 8;
/** Beside the built benchmark. */
const commandLine = join(dirname(process.argv[1] ?? ''), '../main/cli.js');

/**
 * The verify job over a folder with an OMS signature against sha256sum, one file after the other, and against nothing but
 * hashing in the same threads; and the built command line over a small signed folder against a Node that does nothing.
 */
export const verifyBench: Benchmark = {
  name: 'verify',
  bytesNeeded: ({ importBytes }) => importBytes + 256 * MIB,
  async run(context) {
    const large = await verifyLarge(context);
    const small = await verifySmall(context);
    const floor = context.settings.importBytes / context.sha256Rate / 2;
    return {
      title: `verify: ${sizeOf(context)} in ${FILES} files with an OMS signature, in the page cache, two workers`,
      figures: [...large.figures, small],
      limits: [
        `SHA-256 over every byte on two cores takes ${floor.toFixed(2)} s at best: ${((100 * floor) / large.ownSeconds).toFixed(0)} % of the time`,
        'against sha256sum the factor is that of its SHA-256 to the native one, times two cores',
        'the command line loads the engine, opens its database and records the job before it verifies',
      ],
    };
  },
};

function sizeOf({ settings }: BenchContext): string {
  return `${(settings.importBytes / MIB / 1024).toFixed(2)} GiB`;
}

interface LargeResult {
  readonly figures: readonly Figure[];
  readonly ownSeconds: number;
}

async function verifyLarge(context: BenchContext): Promise<LargeResult> {
  const { engine, settings } = context;
  const { model, key, files } = await makeSignedFolder(
    join(context.folder, 'model'),
    settings.importBytes / FILES,
    FILES,
  );
  const pool = new HashPool({ workerUrl });
  try {
    const seconds = await race(
      [
        {
          name: 'sallyport verify',
          warm: files,
          async run() {
            const input = { sources: [engine.locate(model)], anchors: [engine.locate(key)] };
            const report = await engine.finish('verify', await engine.engine.call('verify.start', input));
            if (report.verdict !== 'verified') throw new Error(`the verdict is ${report.verdict}`);
          },
        },
        {
          name: 'plain hashing',
          warm: files,
          async run() {
            const task = { algorithms: ['sha256'], wantsChunks: false } as const;
            await Promise.all(files.map((path) => pool.hashFile({ path, ...task })));
          },
        },
        { name: 'sha256sum', warm: files, run: () => runProgram('sha256sum', files) },
      ],
      settings.rounds,
    );
    const of = (name: string) => seconds.get(name) ?? [];
    const [own, plain, coreutils] = [of('sallyport verify'), of('plain hashing'), of('sha256sum')];
    const overCoreutils = median(coreutils) / median(own);
    const cost = 100 * (median(own) / median(plain) - 1);
    const size = sizeOf(context);
    return {
      ownSeconds: median(own),
      figures: [
        {
          what: `verify ${size} against sha256sum, file after file`,
          reached: `${overCoreutils.toFixed(2)}x as fast`,
          aim: '>= 7x',
          met: overCoreutils >= 7,
          details: [
            `sallyport verify   ${formatSeconds(own, median(own))}`,
            `sha256sum          ${formatSeconds(coreutils, median(coreutils))}   (sha256sum of the ${FILES} files)`,
          ],
        },
        {
          what: `verify ${size} against hashing alone`,
          reached: `${cost.toFixed(1)} % more time`,
          aim: '<= 3 %',
          met: cost <= 3,
          details: [`plain hashing      ${formatSeconds(plain, median(plain))}   (the same threads)`],
        },
      ],
    };
  } finally {
    await pool.close();
  }
}

/** A process from start to end; many rounds, since each is short. */
async function verifySmall({ folder, settings }: BenchContext): Promise<Figure> {
  const { model, key } = await makeSignedFolder(join(folder, 'small'), 64 * 1024, 2);
  const args = ['--home', join(folder, 'small-home'), '--json', 'verify', model, '--anchor', key];
  const seconds = await race(
    [
      { name: 'sallyport verify', run: () => runProgram(process.execPath, [commandLine, ...args]) },
      { name: 'node -e 0', run: () => runProgram(process.execPath, ['-e', '0']) },
    ],
    5 * settings.rounds,
  );
  const own = seconds.get('sallyport verify') ?? [];
  const bare = seconds.get('node -e 0') ?? [];
  // The aim is for a machine on which `node -e 0` takes 0.05 s.
  const aim = 0.4 * (median(bare) / 0.05);
  return {
    what: 'verify a small signed folder, the command line from start to end',
    reached: `${median(own).toFixed(3)} s`,
    aim: `< ${aim.toFixed(3)} s`,
    met: median(own) < aim,
    details: [
      `sallyport verify   ${formatSeconds(own, median(own))}`,
      `node -e 0          ${formatSeconds(bare, median(bare))}`,
    ],
  };
}
