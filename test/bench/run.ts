import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, freemem, tmpdir } from 'node:os';
import { join } from 'node:path';
import { formatBytes } from '#shared/format/bytes.ts';
import { freeBytes } from '#engine/store/durable.ts';
import { fixityBench } from './fixity.ts';
import { hashingBench } from './hashing.ts';
import { heldBench } from './held.ts';
import { importBench } from './import.ts';
import type { Benchmark } from './lib/bench.ts';
import { BenchEngine } from './lib/bench-engine.ts';
import { busiestShare } from './lib/measure.ts';
import { type BenchReport, printReports } from './lib/report.ts';
import { type BenchSettings, readSettings, usage } from './lib/settings.ts';
import { scanBench } from './scan.ts';
import { pushBench } from './push.ts';
import { transferBench } from './transfer.ts';
import { verifyBench } from './verify.ts';

/** Each benchmark over an engine and a folder of its own, then one table. */
const benchmarks: readonly Benchmark[] = [
  hashingBench,
  importBench,
  heldBench,
  verifyBench,
  fixityBench,
  pushBench,
  transferBench,
  scanBench,
];

async function main(): Promise<number> {
  let settings: BenchSettings;
  try {
    settings = readSettings(process.argv.slice(2));
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
    return 2;
  }
  const root = mkdtempSync(join(settings.folder ?? tmpdir(), 'sallyport-bench-'));
  const removeRoot = () => rmSync(root, { recursive: true, force: true });
  process.once('SIGINT', () => {
    removeRoot();
    process.exit(130);
  });
  try {
    const chosen = benchmarks.filter((benchmark) => settings.only.includes(benchmark.name));
    await checkSpace(root, chosen, settings);
    sayWhere(root);
    const reports: BenchReport[] = [];
    for (const benchmark of chosen) reports.push(await runOne(benchmark, root, settings));
    printReports(reports);
    sayWhetherAlone();
    return 0;
  } finally {
    removeRoot();
  }
}

async function runOne(benchmark: Benchmark, root: string, settings: BenchSettings): Promise<BenchReport> {
  console.log(`${benchmark.name} …`);
  const folder = join(root, benchmark.name);
  mkdirSync(folder);
  const engine = await BenchEngine.open(folder);
  try {
    const { hashBackends } = await engine.engine.call('system.doctor', {});
    const sha256 = hashBackends.find((row) => row.algorithm === 'sha256' && row.chosen);
    const sha256Rate = (sha256?.megabytesPerSecond ?? NaN) * 1e6;
    return await benchmark.run({ settings, folder, engine, sha256Rate });
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function checkSpace(
  root: string,
  chosen: readonly Benchmark[],
  settings: BenchSettings,
): Promise<void> {
  const needed = Math.max(0, ...chosen.map((benchmark) => benchmark.bytesNeeded(settings)));
  const free = await freeBytes(root);
  if (free < needed) {
    throw new Error(
      `${formatBytes(needed)} are needed in ${root}, ${formatBytes(free)} are free (--folder, --small)`,
    );
  }
}

/** A copy waits for the disk, hashing needs the cores: on a busy machine the ratios say little. */
function sayWhetherAlone(): void {
  const share = busiestShare();
  const meaning = share > 0.1 ? ': NOT a fair run, repeat it on a quiet machine' : '';
  console.log(`\nother programs had up to ${(100 * share).toFixed(0)} % of the processors${meaning}`);
}

function sayWhere(root: string): void {
  const { model } = cpus()[0] ?? { model: 'an unknown processor' };
  console.log(
    `${availableParallelism()} cores of ${model}; ${formatBytes(freemem())} of memory free; Node ${process.versions.node}; files in ${root}`,
  );
  console.log('Rounds are interleaved, the first does not count, medians of the rest; files are read warm.');
}

process.exitCode = await main();
