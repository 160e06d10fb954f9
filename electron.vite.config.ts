import { fileURLToPath } from 'node:url';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const root = fileURLToPath(new URL('.', import.meta.url));

/** Loaded from node_modules when the app runs; everything else is bundled. */
const external = ['electron', 'better-sqlite3', /^node:/];

export default defineConfig({
  main: {
    build: {
      outDir: 'out/main',
      // Electron 33 (Node 20), which stands in where no newer one can be had, runs the same build.
      target: 'node20',
      externalizeDeps: false,
      sourcemap: true,
      rollupOptions: {
        external,
        input: {
          index: `${root}electron/main/index.ts`,
          cli: `${root}electron/cli/main.ts`,
          worker: `${root}electron/engine/worker.ts`,
        },
        output: { format: 'es', entryFileNames: '[name].js', chunkFileNames: 'chunks/[name]-[hash].js' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      target: 'node20',
      externalizeDeps: false,
      rollupOptions: {
        external,
        input: { index: `${root}electron/preload/index.ts` },
        // A sandboxed preload script has to be one CommonJS file.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react()],
    build: {
      outDir: `${root}out/renderer`,
      target: 'chrome130',
      // The content security policy allows fonts and scripts from the app itself only, so nothing may become data:.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rollupOptions: { input: `${root}renderer/index.html` },
    },
  },
});
