import { writeFileSync } from 'node:fs';
import path from 'node:path';
import BetterSqlite from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { HomeLock } from '#engine/registry/home-lock.ts';
import { Registry } from '#engine/registry/registry.ts';
import type { NewRelease } from '#engine/registry/releases.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const digest = (n: number) => `sha256:${String(n).repeat(64).slice(0, 64)}`;
const at = '2026-11-23T10:00:00.000Z';

const evidence: NewRelease['evidence'] = {
  verdict: 'verified',
  format: 'none',
  signature: 'absent',
  signer: null,
  checks: [],
  files: { listed: 1, verified: 1, missing: [], extra: [], mismatched: [], ignored: [] },
  signers: [],
  provenAt: null,
  checkedAt: at,
  trustAgeDays: null,
};

function openRegistry(file = path.join(temporaryFolder(), 'registry.db')): Registry {
  const registry = new Registry(file);
  onTestFinished(() => registry.close());
  return registry;
}

function addRelease(registry: Registry, version: string, manifest = digest(1)): number {
  const importId = `imp-${version}`;
  registry.imports.insert({
    id: importId,
    model: 'm',
    version,
    source: 'drive',
    startedAt: at,
    startedBy: 'operator',
    transferSet: null,
  });
  return registry.releases.insert({
    model: 'm',
    version,
    manifestDigest: manifest,
    manifest: '{}',
    sizeBytes: 1,
    evidence,
    source: 'drive',
    importId,
    publishedAt: at,
    publishedBy: 'operator',
    files: [{ path: 'a', role: 'weight', mediaType: 'x', digest: digest(2), sizeBytes: 1 }],
  });
}

describe('the registry', () => {
  it('refuses every change of a published row, by SQL too', () => {
    const file = path.join(temporaryFolder(), 'registry.db');
    const registry = openRegistry(file);
    const releaseId = addRelease(registry, '1.0.0');
    registry.channels.pin({ model: 'm', channel: 'production', releaseId, at, by: 'operator', reason: 'r' });
    registry.releases.addLifecycle(releaseId, {
      state: 'deprecated',
      at,
      by: 'operator',
      reason: 'old',
      successor: null,
      effectiveAt: null,
    });
    const database = new BetterSqlite(file);
    onTestFinished(() => void database.close());
    for (const table of ['releases', 'release_files', 'release_lifecycle', 'pins']) {
      const [column] = database.prepare(`SELECT * FROM ${table}`).columns();
      const update = `UPDATE ${table} SET ${column?.name} = ${column?.name}`;
      expect(() => database.exec(update), update).toThrow(/never changed/);
      expect(() => database.exec(`DELETE FROM ${table}`), table).toThrow(/never removed/);
    }
    expect(() => database.exec('INSERT OR REPLACE INTO releases SELECT * FROM releases')).toThrow(
      /bound already/,
    );
  });

  it('binds a name and version to one digest for ever', () => {
    const registry = openRegistry();
    addRelease(registry, '1.0.0', digest(1));
    expect(() => addRelease(registry, '1.0.0', digest(3))).toThrow();
    expect(registry.releases.get('m', '1.0.0')?.manifestDigest).toBe(digest(1));
  });

  it('undoes all of a transaction that throws', () => {
    const registry = openRegistry();
    expect(() =>
      registry.transaction(() => {
        registry.settings.set('a', 'b');
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(registry.settings.get('a')).toBeNull();
  });

  it('answers what a channel pointed at, at any moment', () => {
    const registry = openRegistry();
    const pins = ['1.0.0', '2.0.0', '1.0.0'];
    const ids = new Map(
      [...new Set(pins)].map((version, n) => [version, addRelease(registry, version, digest(n + 1))]),
    );
    pins.forEach((version, n) => {
      const time = `2026-11-2${n}T00:00:00.000Z`;
      registry.channels.pin({
        model: 'm',
        channel: 'p',
        releaseId: ids.get(version) ?? 0,
        at: time,
        by: 'o',
        reason: 'r',
      });
    });
    const asOf = (time: string) => registry.channels.asOf('m', 'p', time)?.version ?? null;
    expect(asOf('2026-11-19T23:59:59.999Z')).toBeNull();
    expect(asOf('2026-11-20T00:00:00.000Z')).toBe('1.0.0');
    expect(asOf('2026-11-21T12:00:00.000Z')).toBe('2.0.0');
    expect(asOf('2026-12-01T00:00:00.000Z')).toBe('1.0.0');
    expect(registry.channels.listCurrent().map((pin) => pin.version)).toEqual(['1.0.0']);
  });

  it('keeps chunk digests as they came', () => {
    const registry = openRegistry();
    const chunks = ['ab'.repeat(32), 'cd'.repeat(32)];
    registry.blobs.upsert({ digest: digest(1), sizeBytes: 5, chunks });
    registry.blobs.upsert({ digest: digest(2), sizeBytes: 0, chunks: [] });
    expect(registry.blobs.get(digest(1))?.chunks).toEqual(chunks);
    expect(registry.blobs.get(digest(2))?.chunks).toEqual([]);
  });

  it('refuses a database of a newer version and leaves it as it is', () => {
    const file = path.join(temporaryFolder(), 'registry.db');
    new Registry(file).close();
    const database = new BetterSqlite(file);
    database.pragma('user_version = 99');
    database.close();
    expect(() => new Registry(file)).toThrow(expect.objectContaining({ code: 'DATABASE-NEWER' }));
  });

  it('refuses a file that is no database', () => {
    const file = path.join(temporaryFolder(), 'registry.db');
    writeFileSync(file, 'not a database'.repeat(100));
    expect(() => new Registry(file)).toThrow(expect.objectContaining({ code: 'HOME-UNUSABLE' }));
  });
});

describe('the lock of a home', () => {
  it('is held by one, names the holder, and is free again afterwards', () => {
    const file = path.join(temporaryFolder(), 'lock');
    const first = new HomeLock(file, 'the window (process 1)');
    expect(() => new HomeLock(file, 'second')).toThrow(
      expect.objectContaining({
        code: 'HOME-LOCKED',
        message: expect.stringContaining('the window (process 1)') as string,
      }),
    );
    first.release();
    new HomeLock(file, 'third').release();
  });
});
