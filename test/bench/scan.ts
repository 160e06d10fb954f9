import { join } from 'node:path';
import type { Benchmark } from './lib/bench.ts';
import { MIB } from './lib/files.ts';
import { median, race, runProgram, watch, type Watched } from './lib/measure.ts';
import { formatSeconds } from './lib/report.ts';
import { makeTorchZip } from './lib/torch-zip.ts';
import { makeShards } from './lib/weight-files.ts';

/** Shards of the large folder; about what a model of that size has. */
const SHARDS = 4;
const TENSORS = 300;
const MANY = { shards: 100, tensors: 10_000, sizeBytes: 100 * MIB };
const TORCH_TENSORS = 300;
const STRUCTURE_AIM_SECONDS = 0.5;

/** Scan in place of safetensors with every statistic against reading and hashing the same files; and of structure alone. */
export const scanBench: Benchmark = {
  name: 'scan',
  bytesNeeded: ({ importBytes }) => importBytes + torchBytes(importBytes) + 512 * MIB,
  async run({ settings, folder, engine }) {
    const { importBytes, rounds } = settings;
    const large = join(folder, 'large');
    const files = makeShards(large, { shards: SHARDS, tensors: TENSORS, sizeBytes: importBytes });
    const many = join(folder, 'many');
    const manyFiles = makeShards(many, MANY);
    const torch = join(folder, 'model.pt');
    makeTorchZip(torch, { tensors: TORCH_TENSORS, sizeBytes: torchBytes(importBytes) });
    const scan = async (source: string, extent: 'all' | 'structure') => {
      const started = await engine.engine.call('scan.start', { source: engine.locate(source), extent });
      return engine.finish('scan', started);
    };
    const watched: Watched[] = [];
    const shell = (command: string) => runProgram('sh', ['-c', command, 'sh', ...files]);
    const seconds = await race(
      [
        {
          name: 'sallyport scan',
          warm: files,
          async run(round) {
            watched[round] = await watch(async () => {
              const { verdict } = await scan(large, 'all');
              if (verdict !== 'pass') throw new Error(`the scan says ${verdict}`);
            });
          },
        },
        { name: 'cat > /dev/null', warm: files, run: () => shell('cat "$@" > /dev/null') },
        { name: 'sha256sum', warm: files, run: () => shell('sha256sum "$@" > /dev/null') },
        {
          name: 'structure only',
          warm: manyFiles,
          run: async () => void (await scan(many, 'structure')),
        },
        {
          name: 'structure of a torch zip',
          warm: [torch],
          run: async () => void (await scan(torch, 'structure')),
        },
      ],
      rounds,
    );
    const own = seconds.get('sallyport scan') ?? [];
    const cat = seconds.get('cat > /dev/null') ?? [];
    const sum = seconds.get('sha256sum') ?? [];
    const structure = seconds.get('structure only') ?? [];
    const ofTorch = seconds.get('structure of a torch zip') ?? [];
    const rss = Math.max(...watched.slice(1).map((each) => each.peakRssBytes));
    const delay = Math.max(...watched.slice(1).map((each) => each.loopDelayP99Ms));
    const size = sizeOf(importBytes);
    const toSum = median(own) / median(sum);
    const toCat = median(own) / median(cat);
    return {
      title: `scan: ${size} of BF16 in ${SHARDS} shards and ${TENSORS} tensors, in the page cache`,
      figures: [
        {
          what: `scan with statistics of ${size} / sha256sum`,
          reached: `${toSum.toFixed(2)}x`,
          aim: '< 1.00x',
          met: toSum < 1,
          details: [
            `sallyport scan     ${formatSeconds(own, median(own))}`,
            `sha256sum          ${formatSeconds(sum, median(sum))}`,
          ],
        },
        {
          what: `scan with statistics of ${size} / cat`,
          reached: `${toCat.toFixed(2)}x`,
          aim: 'stated',
          met: null,
          details: [`cat > /dev/null    ${formatSeconds(cat, median(cat))}`],
        },
        {
          what: `structure of ${MANY.shards} shards, ${MANY.tensors} tensors`,
          reached: `${median(structure).toFixed(2)} s`,
          aim: '< 0.5 s',
          met: median(structure) < STRUCTURE_AIM_SECONDS,
          details: [`structure only     ${formatSeconds(structure, median(structure))}`],
        },
        {
          what: `structure of a torch zip of ${sizeOf(torchBytes(importBytes))}`,
          reached: `${median(ofTorch).toFixed(2)} s`,
          aim: '< 0.5 s',
          met: median(ofTorch) < STRUCTURE_AIM_SECONDS,
          details: [`structure only     ${formatSeconds(ofTorch, median(ofTorch))}`],
        },
        {
          what: 'memory of the process, worst scan',
          reached: `${(rss / 1e6).toFixed(0)} MB`,
          aim: '< 300 MB',
          met: rss < 300e6,
          details: [`event-loop delay p99: ${delay.toFixed(1)} ms`],
        },
      ],
      limits: ['each tensor is hashed as well: SHA-256 over every byte is part of the scan’s time'],
    };
  },
};

/** 1 GiB where the folder has 4. */
function torchBytes(importBytes: number): number {
  return Math.floor(importBytes / 4);
}

function sizeOf(bytes: number): string {
  return `${(bytes / MIB / 1024).toFixed(2)} GiB`;
}
