import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { freeBytes, writeFileDurably } from '#engine/store/durable.ts';
import { KnownFolder } from '#engine/store/known-folder.ts';
import { Quarantine } from '#engine/store/quarantine.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const id = 'imp-0123456789abcdef';

describe('the quarantine', () => {
  it('has one private folder an import, and forgets it whole', async () => {
    const root = temporaryFolder();
    const quarantine = new Quarantine(root);
    expect(await quarantine.sizeOf(id)).toBe(0);
    const folder = await quarantine.create(id);
    expect(await quarantine.create(id)).toBe(folder);
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    writeFileSync(quarantine.pathOf(id, 'ab'.repeat(32)), 'bytes');
    expect(await quarantine.sizeOf(id)).toBe(5);
    mkdirSync(path.join(root, 'lost+found'));
    writeFileSync(path.join(root, 'imp-ffffffffffffffff'), 'a file, not a folder');
    expect(await quarantine.list()).toEqual([id]);
    await quarantine.discard(id);
    await quarantine.discard(id);
    expect(await quarantine.list()).toEqual([]);
  });

  it.each(['..', '../x', 'a/b', '', '.hidden', 'a\\b', 'a\0'])('makes no path of the name %j', (name) => {
    const quarantine = new Quarantine(temporaryFolder());
    expect(() => quarantine.pathOf(id, name)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    expect(() => quarantine.pathOf(name, 'a')).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
  });

  it('is empty before anything came in', async () => {
    expect(await new Quarantine(path.join(temporaryFolder(), 'absent')).list()).toEqual([]);
  });
});

describe('writeFileDurably', () => {
  it('replaces a file whole, with the mode asked for, and leaves nothing else', async () => {
    const folder = temporaryFolder();
    const file = path.join(folder, 'note');
    await writeFileDurably(file, 'first');
    await writeFileDurably(file, new TextEncoder().encode('second'), { mode: 0o444 });
    expect(readFileSync(file, 'utf8')).toBe('second');
    expect(statSync(file).mode & 0o777).toBe(0o444);
    expect(readdirSync(folder)).toEqual(['note']);
    await expect(writeFileDurably(path.join(folder, 'absent', 'note'), 'x')).rejects.toMatchObject({
      code: 'FILE-UNREADABLE',
    });
  });

  it('knows how much more fits', async () => {
    expect(await freeBytes(temporaryFolder())).toBeGreaterThan(0);
  });
});

describe('KnownFolder', () => {
  function known() {
    const folder = temporaryFolder();
    writeFileSync(path.join(folder, 'blob'), 'weights');
    const digests = new Map([['sha256', 'ab'.repeat(32)] as const]);
    const entry = (name: string) => ({ path: name, sizeBytes: 7, file: path.join(folder, 'blob'), digests });
    return new KnownFolder({
      label: 'a stick',
      files: [entry('z'), entry('\u{1f600}'), entry('\uff01')],
      problems: [],
    });
  }

  it('lists in code-point order, reads small files, and knows digests', async () => {
    const folder = known();
    expect((await folder.list()).files.map((file) => file.path)).toEqual(['z', '\uff01', '\u{1f600}']);
    expect(Buffer.from(await folder.read('z', 7)).toString()).toBe('weights');
    expect(await folder.digests('z', [{ algorithm: 'sha256' }])).toEqual(
      new Map([['sha256', 'ab'.repeat(32)]]),
    );
  });

  it('refuses what is too large, what is not there, and a digest nobody computed', async () => {
    const folder = known();
    await expect(folder.read('z', 6)).rejects.toMatchObject({ code: 'FORMAT-INVALID' });
    await expect(folder.read('../blob', 100)).rejects.toMatchObject({ code: 'FILE-UNREADABLE' });
    await expect(folder.digests('z', [{ algorithm: 'blake2b-512' }])).rejects.toMatchObject({
      code: 'INTERNAL',
    });
  });
});
