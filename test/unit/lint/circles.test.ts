import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.join(import.meta.dirname, '../../..');
const rooms: readonly (readonly [string, string])[] = [
  ['#engine/', 'electron/engine/'],
  ['#renderer/', 'renderer/'],
  ['#shared/', 'shared/'],
];

/** The files of the project that each of its files names in an import. */
function readImports(): Map<string, readonly string[]> {
  const files = globSync('{electron,renderer,shared}/**/*.{ts,tsx}', { cwd: root });
  return new Map(files.map((file) => [file, importsOf(file)]));
}

function importsOf(file: string): string[] {
  const text = readFileSync(path.join(root, file), 'utf8');
  return [...text.matchAll(/from '([^']+)'/g)].flatMap(([, name = '']) => {
    if (name.startsWith('.')) return [path.join(path.dirname(file), name)];
    return rooms.flatMap(([alias, folder]) =>
      name.startsWith(alias) ? [folder + name.slice(alias.length)] : [],
    );
  });
}

/** Every chain of imports that comes back to where it began, told once. */
function findCircles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const circles: string[][] = [];
  const done = new Set<string>();
  const visit = (file: string, way: readonly string[]): void => {
    const met = way.indexOf(file);
    if (met >= 0) circles.push([...way.slice(met), file]);
    if (met >= 0 || done.has(file)) return;
    for (const next of imports.get(file) ?? []) visit(next, [...way, file]);
    done.add(file);
  };
  for (const file of imports.keys()) visit(file, []);
  return circles;
}

describe('imports', () => {
  it('never come back to the file they began in', () => {
    const imports = readImports();
    expect(imports.size).toBeGreaterThan(500);
    expect(findCircles(imports)).toEqual([]);
  });

  it('that do are found', () => {
    const imports = new Map([
      ['a.ts', ['b.ts']],
      ['b.ts', ['c.ts']],
      ['c.ts', ['b.ts']],
    ]);
    expect(findCircles(imports)).toEqual([['b.ts', 'c.ts', 'b.ts']]);
  });
});
