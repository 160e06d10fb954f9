import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { build } from 'vite';

const checkout = join(import.meta.dirname, '../../..');

/**
 * Builds the benchmarks as the app's main process is built, and runs them: what is measured is what people get, without the
 * memory and time that Node takes for running TypeScript. Resolves with the exit code.
 */
export async function runBuilt(args: readonly string[]): Promise<number> {
  const outDir = join(checkout, 'out/bench');
  await build({
    root: checkout,
    configFile: false,
    logLevel: 'warn',
    build: {
      outDir,
      emptyOutDir: true,
      target: 'node20',
      ssr: true,
      rollupOptions: {
        external: ['better-sqlite3', /^node:/],
        input: {
          run: join(checkout, 'test/bench/run.ts'),
          worker: join(checkout, 'electron/engine/worker.ts'),
        },
        output: { format: 'es', entryFileNames: '[name].js' },
      },
    },
    ssr: { noExternal: true },
  });
  const child = spawn(process.execPath, [join(outDir, 'run.js'), ...args], { stdio: 'inherit' });
  // Ctrl-C reaches both; the child cleans up and this process waits for it.
  process.on('SIGINT', () => {});
  return await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}
