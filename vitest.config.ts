import { defineConfig } from 'vitest/config';

/** One project per folder: what differs is what a test may touch, and so how long it may take. */
function project(name: string, testTimeoutMs: number) {
  return {
    test: {
      name,
      environment: 'node' as const,
      include: [`test/${name}/**/*.test.{ts,tsx}`],
      testTimeout: testTimeoutMs,
      hookTimeout: testTimeoutMs,
    },
  };
}

export default defineConfig({
  test: {
    projects: [project('unit', 10_000), project('contract', 20_000), project('integration', 120_000)],
  },
});
