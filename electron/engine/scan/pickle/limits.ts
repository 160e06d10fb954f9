const MiB = 1024 * 1024;

/** What one pickle stream may have; far above what weights need, far below what hurts. */
export const pickleLimits = {
  maxBytes: 64 * MiB,
  maxOpcodes: 2_000_000,
  maxStack: 10_000,
  maxMemo: 100_000,
  maxStringBytes: 16 * MiB,
} as const;
