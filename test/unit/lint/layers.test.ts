import path from 'node:path';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';
import { describe, expect, it } from 'vitest';
import { bans, rooms } from '../../../resources/lint/layers.js';
import { mayImport, roomOf } from '../../../resources/lint/rooms.js';

const root = path.resolve(import.meta.dirname, '../../..');
const ours = [
  'sallyport/layers',
  'sallyport/globals',
  'sallyport/no-sql',
  'no-restricted-syntax',
  'no-eval',
  'no-new-func',
];
// The real configuration; only what needs a file on disk, the type-aware rules, is left out.
const eslint = new ESLint({
  cwd: root,
  overrideConfig: tseslint.configs.disableTypeChecked as never,
  ruleFilter: ({ ruleId }) => ours.includes(ruleId),
});

async function findProblems(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: path.join(root, file) });
  if (!result) throw new Error(`${file} was not linted`);
  return result.messages.map(({ ruleId, message }) => ruleId ?? message);
}

const patterns = Object.keys(rooms);
const made = (folder: string) => `${folder.replace('*', 'made-up')}/made-up.ts`;
const alias = (file: string) =>
  file
    .replace(/^shared\//, '#shared/')
    .replace(/^electron\/engine\//, '#engine/')
    .replace(/^renderer\//, '#renderer/');
const canBeNamed = (file: string) => alias(file).startsWith('#');

function table(from: string) {
  const room = roomOf(made(from));
  const others = patterns.filter((to) => to !== from && canBeNamed(made(to)));
  const isAllowed = (to: string) => {
    const target = roomOf(made(to));
    return room !== undefined && target !== undefined && mayImport(room, target);
  };
  return { allowed: others.filter(isAllowed), forbidden: others.filter((to) => !isAllowed(to)) };
}

describe('every row of the layering table', () => {
  it.each(patterns)('%s', async (from) => {
    const { allowed, forbidden } = table(from);
    const lines = (names: string[]) => names.map((to) => `export * from '${alias(made(to))}';`).join('\n');
    expect(await findProblems(made(from), lines(allowed))).toEqual([]);
    expect(await findProblems(made(from), lines(forbidden))).toEqual(forbidden.map(() => 'sallyport/layers'));
    expect(forbidden.length).toBeGreaterThan(0);
  });

  it.each([
    ['electron/engine/bundle', '#engine/deploy/a.ts'],
    ['electron/engine/trust', '#engine/registry/a.ts'],
    ['electron/engine/core', '#engine/trust/a.ts'],
    ['electron/engine/registry', '#engine/store/../media/a.ts'],
    ['electron/main', '#engine/registry/a.ts'],
    ['electron/cli', '#engine/trust/a.ts'],
    ['electron/preload', '#engine/engine.ts'],
    ['renderer/features/catalogue', '#renderer/features/fleet/a.ts'],
    ['renderer/components', '#renderer/features/fleet/a.ts'],
    ['renderer/app', '#engine/core/a.ts'],
    ['shared/contract', '#engine/core/a.ts'],
  ])('%s never imports %s', async (from, to) => {
    expect(await findProblems(made(from), `import '${to}';`)).toEqual(['sallyport/layers']);
  });
});

describe('what the rooms live on', () => {
  it.each([
    ['shared/contract', 'zod'],
    ['electron/engine/trust', '#engine/core/a.ts'],
    ['electron/engine/store', '#engine/hashing/a.ts'],
    ['electron/engine/registry', 'better-sqlite3'],
    ['electron/engine/deploy', 'node:child_process'],
    ['electron/engine/jobs', '#engine/registry/a.ts'],
    ['electron/engine', '#engine/deploy/a.ts'],
    ['electron/main', '#engine/engine.ts'],
    ['electron/main', 'node:fs'],
    ['electron/cli', '#engine/core/a.ts'],
    ['renderer/features/*', '#renderer/components/a.tsx'],
    ['renderer/app', '#renderer/features/fleet/a.tsx'],
    ['renderer/app', '#shared/contract/a.ts'],
    ['renderer/app', 'react'],
  ])('%s may import %s', async (from, to) => {
    expect(await findProblems(made(from), `import '${to}';`)).toEqual([]);
  });

  it('lets the shell import from Electron by name', async () => {
    const code =
      "import { app, type BrowserWindow } from 'electron'; export type A = BrowserWindow; app.quit();";
    expect(await findProblems('electron/main/a.ts', code)).toEqual([]);
  });
});

describe('every way to import', () => {
  it.each([
    "import { a } from '#engine/registry/a.ts'; a();",
    "import type { A } from '#engine/registry/a.ts'; export type B = A;",
    "export { a } from '#engine/registry/a.ts';",
    "export * from '#engine/registry/a.ts';",
    "export const a = import('#engine/registry/a.ts');",
    "export type A = import('#engine/registry/a.ts').A;",
    "import a = require('#engine/registry/a.ts'); a();",
    "import '#engine/registry/a.ts?raw';",
    "import '../registry/a.ts';",
    'export const a = (name: string) => import(name);',
  ])('%s', async (code) => {
    expect(await findProblems('electron/engine/trust/made-up.ts', code)).toContain('sallyport/layers');
  });

  it('keeps relative imports inside their room', async () => {
    expect(await findProblems('electron/engine/trust/formats/a.ts', "import '../b.ts';")).toEqual([]);
    expect(await findProblems('electron/engine/store/a.ts', "import '../core/b.ts';")).toEqual([
      'sallyport/layers',
    ]);
  });

  it('writes a path that leaves the room with its alias when asked to', async () => {
    const fixing = new ESLint({
      cwd: root,
      fix: true,
      overrideConfig: tseslint.configs.disableTypeChecked as never,
    });
    const filePath = path.join(root, 'electron/cli/a.ts');
    const [result] = await fixing.lintText("import '../engine/engine.ts';\n", { filePath });
    expect(result?.output).toBe("import '#engine/engine.ts';\n");
  });

  it('takes the composition root and its calls for one room', async () => {
    expect(await findProblems('electron/engine/calls/a.ts', "import '../context.ts';")).toEqual([]);
    expect(await findProblems('electron/engine/engine.ts', "import './calls/a.ts';")).toEqual([]);
    expect(await findProblems('electron/main/a.ts', "import '#engine/calls/a.ts';")).toEqual([
      'sallyport/layers',
    ]);
  });

  it('knows no room that the table does not', async () => {
    expect(await findProblems('electron/elsewhere/a.ts', 'export const a = 1;')).toEqual([
      'sallyport/layers',
    ]);
    expect(await findProblems('electron/engine/elsewhere/a.ts', 'export const a = 1;')).toEqual([
      'sallyport/layers',
    ]);
  });
});

describe('every ban', () => {
  const cases = bans.flatMap(({ modules = [], names = {}, globals = [], in: folders, except = [] }) => {
    const code = [
      ...modules.map((name) => `import '${name}';`),
      ...Object.entries(names).flatMap(([from, all]) =>
        all.map((name) => `export { ${name} } from '${from}';`),
      ),
      ...globals.map((name) => `export const made = ${name};`),
    ];
    const roomsIn = (list: string[]) =>
      list.flatMap((folder) => patterns.filter((each) => each === folder || each.startsWith(`${folder}/`)));
    return code.map((line) => ({ line, banned: roomsIn(folders), free: except }));
  });

  it.each(cases)('$line', async ({ line, banned, free }) => {
    for (const room of banned) {
      const problems = await findProblems(made(room), line);
      const isFree = free.some((folder) => room === folder || room.startsWith(`${folder}/`));
      if (isFree) expect({ room, problems }).toEqual({ room, problems: [] });
      else expect({ room, problems }).toEqual({ room, problems: [expect.stringMatching(/^sallyport\//)] });
    }
    for (const folder of free) expect(await findProblems(made(folder), line)).toEqual([]);
  });

  it('holds for modules named with node: as well', async () => {
    expect(await findProblems('electron/engine/store/a.ts', "import 'node:https';")).toEqual([
      'sallyport/layers',
    ]);
    expect(await findProblems('electron/engine/core/ports/a.ts', "import 'node:child_process';")).toEqual([]);
    expect(await findProblems('electron/engine/trust/a.ts', "import 'node:fs/promises';")).toEqual([
      'sallyport/layers',
    ]);
    expect(await findProblems('electron/engine/hashing/a.ts', "import 'node:fs';")).toEqual([]);
  });

  it.each([
    ['electron/main/a.ts', "globalThis.fetch('');", 'sallyport/globals'],
    ['electron/main/a.ts', "process.getBuiltinModule('net');", 'sallyport/globals'],
    [
      'electron/main/a.ts',
      "import { shell } from 'electron'; shell.openExternal('');",
      'no-restricted-syntax',
    ],
    ['electron/main/a.ts', "eval('');", 'no-eval'],
    ['electron/main/a.ts', "new Function('');", 'no-new-func'],
    ['electron/engine/store/a.ts', "export const a = 'SELECT a FROM b';", 'sallyport/no-sql'],
    ['electron/engine/store/a.ts', 'export const a = `\n  UPDATE b SET a = 1`;', 'sallyport/no-sql'],
    ['electron/cli/a.ts', "export const a = (db: Db) => db.prepare('');", 'sallyport/no-sql'],
    ['electron/cli/a.ts', "export const a = (db: Db) => db.exec('');", 'sallyport/no-sql'],
    [
      'renderer/app/a.tsx',
      'export const A = () => <p dangerouslySetInnerHTML={{ __html: b }} />;',
      'no-restricted-syntax',
    ],
    ['renderer/app/a.ts', "element.innerHTML = '';", 'no-restricted-syntax'],
    ['renderer/app/a.ts', "import 'better-sqlite3';", 'sallyport/layers'],
    ['renderer/app/a.ts', "import 'node:path';", 'sallyport/layers'],
    ['shared/contract/a.ts', "import 'react';", 'sallyport/layers'],
    ['shared/contract/a.ts', 'export default 1;', 'no-restricted-syntax'],
  ])('%s: %s', async (file, code, rule) => {
    expect(await findProblems(file, code)).toEqual([rule]);
  });

  it('leaves SQL to the registry and names of properties alone', async () => {
    expect(await findProblems('electron/engine/registry/a.ts', "db.prepare('SELECT a FROM b');")).toEqual([]);
    expect(
      await findProblems('electron/main/a.ts', 'export const a = (port: Port) => port.fetch();'),
    ).toEqual([]);
    expect(await findProblems('electron/engine/core/a.ts', 'export const a = /b/.exec(c);')).toEqual([]);
  });
});
