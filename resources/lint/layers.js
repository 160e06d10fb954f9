/**
 * Who may import whom. The one table behind the lint rule `sallyport/layers` and its test.
 *
 * A room is the longest entry of `rooms` that a file's path starts with. `*` stands for one folder name, so that
 * each feature is a room of its own. `own: 'files'` means only the files directly in the folder; `partOf` means that relative imports
 * to and from that room stay inside.
 * `packages` lists the modules from outside a room may import; without it any package and any of Node's own modules is allowed,
 * as far as `bans` does not say otherwise.
 */

const base = ['shared', 'electron/engine/core'];
const evidence = [
  'electron/engine/hashing',
  'electron/engine/trust',
  'electron/engine/scan',
  'electron/engine/policy',
];
const storage = ['electron/engine/store', 'electron/engine/registry'];
const everyEngineRoom = [
  ...base,
  ...evidence,
  ...storage,
  'electron/engine/jobs',
  'electron/engine/media',
  'electron/engine/bundle',
  'electron/engine/deploy',
  'electron/engine/audit',
  'electron/engine/access',
];
const rendererPackages = [
  '@base-ui/react',
  '@fontsource-variable/inter',
  '@fontsource/jetbrains-mono',
  '@hookform/resolvers',
  '@tanstack/react-table',
  '@tanstack/react-virtual',
  'lucide-react',
  'react',
  'react-dom',
  'react-hook-form',
  'semver',
  'zod',
  'zustand',
];

/** Each room and the rooms it may import from; a room may always import from itself. */
export const rooms = {
  'shared/contract': { mayImport: ['shared'], packages: ['zod'] },
  'shared/format': { mayImport: ['shared'], packages: ['zod'] },

  'electron/engine/core': { mayImport: ['shared'] },
  'electron/engine/hashing': { mayImport: base },
  'electron/engine/trust': { mayImport: base },
  'electron/engine/scan': { mayImport: base },
  'electron/engine/policy': { mayImport: base },
  'electron/engine/store': { mayImport: [...base, ...evidence] },
  'electron/engine/registry': { mayImport: [...base, ...evidence] },
  'electron/engine/jobs': { mayImport: [...base, 'electron/engine/registry'] },
  'electron/engine/media': { mayImport: [...base, ...evidence, ...storage] },
  'electron/engine/bundle': { mayImport: [...base, ...evidence, ...storage] },
  'electron/engine/deploy': { mayImport: [...base, ...evidence, ...storage] },
  'electron/engine/audit': { mayImport: [...base, ...evidence, ...storage] },
  'electron/engine/access': { mayImport: [...base, ...evidence, ...storage] },
  // The composition root: engine.ts and the other files directly in the folder, and the calls it is made of.
  'electron/engine': { mayImport: [...everyEngineRoom, 'electron/engine/calls'], own: 'files' },
  'electron/engine/calls': { mayImport: [...everyEngineRoom, 'electron/engine'], partOf: 'electron/engine' },

  'electron/main': { mayImport: ['shared', 'electron/engine', 'electron/engine/core'] },
  'electron/cli': { mayImport: ['shared', 'electron/engine', 'electron/engine/core'] },
  'electron/preload': { mayImport: ['shared/contract'], packages: ['electron'] },

  'renderer/lib': { mayImport: ['shared'], packages: rendererPackages },
  'renderer/styles': { mayImport: [], packages: rendererPackages },
  'renderer/components': {
    mayImport: ['shared', 'renderer/lib', 'renderer/styles'],
    packages: rendererPackages,
  },
  'renderer/features/*': {
    mayImport: ['shared', 'renderer/lib', 'renderer/styles', 'renderer/components'],
    packages: rendererPackages,
  },
  'renderer/app': {
    mayImport: ['shared', 'renderer/lib', 'renderer/styles', 'renderer/components', 'renderer/features/*'],
    packages: rendererPackages,
  },
};

/**
 * What only a few rooms may touch: modules, single names imported from a module, and globals.
 * `in` and `except` are path prefixes.
 */
export const bans = [
  {
    what: 'the network and child processes',
    modules: ['net', 'http', 'https', 'http2', 'tls', 'dgram', 'dns', 'dns/promises', 'child_process'],
    globals: ['fetch', 'WebSocket', 'XMLHttpRequest', 'EventSource'],
    in: ['electron', 'renderer', 'shared'],
    except: ['electron/engine/deploy', 'electron/engine/media', 'electron/engine/core/ports'],
  },
  {
    what: "Chromium's network, updates and crash reports",
    names: { electron: ['net', 'autoUpdater', 'crashReporter'] },
    in: ['electron'],
  },
  {
    what: 'Electron',
    modules: ['electron'],
    in: ['electron/engine', 'electron/cli'],
  },
  {
    what: 'SQLite',
    modules: ['better-sqlite3', 'sqlite'],
    in: ['electron'],
    except: ['electron/engine/registry'],
  },
  {
    what: 'files (they come through a port)',
    modules: ['fs', 'fs/promises'],
    in: ['electron/engine/trust', 'electron/engine/scan', 'electron/engine/policy'],
  },
  {
    what: 'loading modules past these rules',
    modules: ['module', 'vm'],
    globals: ['require'],
    in: ['electron', 'renderer', 'shared'],
  },
  {
    what: "Node's globals",
    globals: ['process', 'Buffer', 'global', '__dirname', '__filename', 'setImmediate'],
    in: ['shared', 'renderer'],
  },
  {
    what: 'the page',
    globals: ['window', 'document', 'navigator', 'localStorage'],
    in: ['shared'],
  },
];
