import type { Benchmark } from './lib/bench.ts';

/** The backends' table, as `doctor` shows it. */
export const hashingBench: Benchmark = {
  name: 'hashing',
  bytesNeeded: () => 0,
  async run({ engine }) {
    const { hashBackends } = await engine.engine.call('system.doctor', {});
    return {
      title: 'hashing: backends, one thread, checked against known answers',
      figures: hashBackends
        .filter((row) => row.chosen)
        .map((row) => ({
          what: `hash ${row.algorithm}`,
          reached: `${row.megabytesPerSecond ?? 0} MB/s ${row.backend}`,
          aim: '',
          met: null,
          details: hashBackends
            .filter((other) => other.algorithm === row.algorithm)
            .map(
              (other) =>
                `${other.algorithm} ${other.backend}: ${other.correct ? `${other.megabytesPerSecond ?? 0} MB/s` : 'WRONG, never used'}`,
            ),
        })),
      limits: ['one hash over one file runs on one core, whatever the machine has'],
    };
  },
};
