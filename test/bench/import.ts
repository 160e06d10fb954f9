import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Benchmark } from './lib/bench.ts';
import { makeFile, MIB } from './lib/files.ts';
import { median, race, runProgram, watch, type Watched } from './lib/measure.ts';
import { formatSeconds } from './lib/report.ts';

/** Import of two files (the real call: copy, digests, chunk digests, fsync, evidence, manifest) against cp and sync. */
export const importBench: Benchmark = {
  name: 'import',
  bytesNeeded: ({ importBytes }) => 2 * importBytes + 256 * MIB,
  async run({ settings, folder, engine, sha256Rate }) {
    const { importBytes, rounds } = settings;
    const source = join(folder, 'source');
    const files = ['model-00001.safetensors', 'model-00002.safetensors'].map((name) => join(source, name));
    for (const file of files) makeFile(file, importBytes / 2);

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
          name: 'cp + sync',
          warm: files,
          async run() {
            mkdirSync(copies);
            await runProgram('cp', [...files, copies]);
            await runProgram(
              'sync',
              files.map((_, n) => join(copies, `model-0000${n + 1}.safetensors`)),
            );
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
    const peer = seconds.get('cp + sync') ?? [];
    const ratio = median(own) / median(peer);
    const counted = watched.slice(1);
    const delay = Math.max(...counted.map((each) => each.loopDelayP99Ms));
    const delayMax = Math.max(...counted.map((each) => each.loopDelayMaxMs));
    const rss = Math.max(...counted.map((each) => each.peakRssBytes));
    const cpu = median(counted.map((each) => each.cpuSeconds));
    const size = `${(importBytes / MIB / 1024).toFixed(2)} GiB`;
    return {
      title: `import: ${size} in two files, source in the page cache, target on the same disk`,
      figures: [
        {
          what: `import of ${size} / cp + sync`,
          reached: `${ratio.toFixed(2)}x`,
          aim: '<= 1.15x',
          met: ratio <= 1.15,
          details: [
            `sallyport import   ${formatSeconds(own, median(own))}, of processor time ${cpu.toFixed(2)} s`,
            `cp + sync          ${formatSeconds(peer, median(peer))}   (cp a b copies/ && sync copies/a copies/b)`,
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
