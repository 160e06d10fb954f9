import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark } from './lib/bench.ts';
import { makeFile, MIB } from './lib/files.ts';
import { median, race, runProgram, watch, type Watched } from './lib/measure.ts';
import { formatSeconds } from './lib/report.ts';

const FILES = 8;

/** Import of eight files (the real call: copy, digests, chunk digests, fsync, evidence, manifest) against cp and sync. */
export const importBench: Benchmark = {
  name: 'import',
  bytesNeeded: ({ importBytes }) => 4 * importBytes + 256 * MIB,
  async run({ settings, folder, engine, sha256Rate }) {
    const { rounds } = settings;
    const importBytes = 2 * settings.importBytes;
    const source = join(folder, 'source');
    const files = Array.from({ length: FILES }, (_, n) => join(source, `model-0000${n + 1}.safetensors`));
    for (const file of files) makeFile(file, importBytes / FILES);

    const copies = join(folder, 'copies');
    const watched: Watched[] = [];
    let importId = '';
    const seconds = await race(
      [
        {
          name: 'sallyport import',
          warm: files,
          async run(round) {
            watched[round] = await watch(async () => {
              importId = await engine.import(source, 'bench-import', `0.0.${round}`);
            });
          },
          undo: () => engine.reject(importId),
        },
        {
          name: 'cp -r + sync',
          warm: files,
          async run() {
            await runProgram('cp', ['-r', source, copies]);
            await runProgram('sync', ['-f', copies]);
          },
          undo: () => rmSync(copies, { recursive: true }),
        },
        {
          // Not a peer: how fast the disk alone takes the same bytes, from memory and past the page cache.
          name: 'dd, direct',
          run: () => writeDirect(join(folder, 'direct'), importBytes),
          undo: () => rmSync(join(folder, 'direct'), { force: true }),
        },
      ],
      rounds,
    );
    rmSync(source, { recursive: true });

    const own = seconds.get('sallyport import') ?? [];
    const peer = seconds.get('cp -r + sync') ?? [];
    const ratio = median(own) / median(peer);
    const counted = watched.slice(1);
    const delay = Math.max(...counted.map((each) => each.loopDelayP99Ms));
    const delayMax = Math.max(...counted.map((each) => each.loopDelayMaxMs));
    const rss = Math.max(...counted.map((each) => each.peakRssBytes));
    const cpu = median(counted.map((each) => each.cpuSeconds));
    const size = `${(importBytes / MIB / 1024).toFixed(2)} GiB`;
    return {
      title: `import: ${size} in eight files, source in the page cache, target on the same disk`,
      figures: [
        {
          what: `import of ${size} / cp -r + sync`,
          reached: `${ratio.toFixed(2)}x`,
          aim: '<= 1.1x',
          met: ratio <= 1.1,
          details: [
            `sallyport import   ${formatSeconds(own, median(own))}, of processor time ${cpu.toFixed(2)} s`,
            `cp -r + sync       ${formatSeconds(peer, median(peer))}   (cp -r source copies && sync -f copies)`,
          ],
        },
        {
          what: 'event-loop delay p99, worst import',
          reached: `${delay.toFixed(1)} ms`,
          aim: '<= 50 ms',
          met: delay <= 50,
          details: [`longest single delay of the main thread: ${delayMax.toFixed(1)} ms`],
        },
        {
          what: 'memory of the process, worst import',
          reached: `${(rss / 1e6).toFixed(0)} MB`,
          aim: '< 300 MB',
          met: rss < 300e6,
          details: [],
        },
      ],
      limits: limitsOf(importBytes, sha256Rate, median(seconds.get('dd, direct') ?? []), median(own)),
    };
  },
};

async function writeDirect(target: string, bytes: number): Promise<void> {
  const blocks = ['if=/dev/zero', `of=${target}`, 'bs=4M', `count=${bytes / 4 / MIB}`, 'conv=fsync'];
  // Not every file system can.
  await runProgram('dd', [...blocks, 'oflag=direct']).catch(() => runProgram('dd', blocks));
}

function limitsOf(bytes: number, sha256Rate: number, diskSeconds: number, ownSeconds: number): string[] {
  const hashSeconds = (2 * bytes) / sha256Rate / 2;
  const floors = [
    { what: 'the disk takes these bytes', seconds: diskSeconds },
    { what: 'SHA-256 twice over every byte (whole file and chunk) on two cores', seconds: hashSeconds },
  ].sort((a, b) => b.seconds - a.seconds);
  return floors.map(
    ({ what, seconds }) =>
      `${what} in ${seconds.toFixed(2)} s at best: ${((100 * seconds) / ownSeconds).toFixed(0)} % of the import's time`,
  );
}
