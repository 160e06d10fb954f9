import { open } from 'node:fs/promises';
import type { Claim } from '#shared/contract/releases.ts';

const LIMIT_BYTES = 1024 * 1024;
const MAX_CLAIMS = 200;
const MAX_VALUE = 500;

/**
 * What a provenance statement says, flattened to `a.b.c = value` lines. Claims are shown as text and prove nothing; a
 * statement that does not read gives none.
 */
export async function readClaims(blobPath: string, source: string): Promise<Claim[]> {
  const text = await readBounded(blobPath);
  if (text === null) return [];
  try {
    const statement: unknown = JSON.parse(text);
    if (typeof statement !== 'object' || statement === null || !('predicate' in statement)) return [];
    return [...flatten('', statement.predicate)]
      .slice(0, MAX_CLAIMS)
      .map(([name, value]) => ({ name, value, source }));
  } catch {
    return [];
  }
}

async function readBounded(blobPath: string): Promise<string | null> {
  const file = await open(blobPath, 'r').catch(() => null);
  if (file === null) return null;
  try {
    const { size } = await file.stat();
    return size > LIMIT_BYTES ? null : await file.readFile('utf8');
  } finally {
    await file.close();
  }
}

function* flatten(prefix: string, value: unknown, depth = 0): Generator<[string, string]> {
  if (typeof value === 'object' && value !== null && depth < 8) {
    for (const [key, inner] of Object.entries(value)) {
      yield* flatten(prefix === '' ? key : `${prefix}.${key}`, inner, depth + 1);
    }
  } else {
    yield [prefix, String(value).slice(0, MAX_VALUE)];
  }
}
