import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { digestOf } from '#engine/core/digest.ts';
import { BlobStore } from '#engine/store/blob-store.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

function setUp() {
  const folder = temporaryFolder();
  const store = new BlobStore(path.join(folder, 'blobs'));
  const offer = (text: string, name = 'incoming') => {
    const file = path.join(folder, name);
    writeFileSync(file, text);
    return { file, digest: digestOf(Buffer.from(text)) };
  };
  return { folder, store, offer };
}

async function listed(store: BlobStore) {
  const found = [];
  for await (const blob of store.list()) found.push(blob);
  return found;
}

describe('the blob store', () => {
  it('takes a file in by rename, read-only, under its digest', async () => {
    const { folder, store, offer } = setUp();
    const { file, digest } = offer('weights');
    expect(await store.has(digest)).toBe(false);
    await store.adopt(file, digest);
    const hex = digest.slice(7);
    const blob = path.join(folder, 'blobs/sha256', hex.slice(0, 2), hex);
    expect(store.pathOf(digest)).toBe(blob);
    expect(readFileSync(blob, 'utf8')).toBe('weights');
    expect(statSync(blob).mode & 0o777).toBe(0o444);
    expect(existsSync(file)).toBe(false);
    expect(await store.sizeOf(digest)).toBe(7);
    expect(await listed(store)).toEqual([{ digest, sizeBytes: 7 }]);
  });

  it('keeps the blob it has and drops the second copy', async () => {
    const { store, offer } = setUp();
    const first = offer('weights');
    await store.adopt(first.file, first.digest);
    const inode = statSync(store.pathOf(first.digest)).ino;
    const second = offer('weights', 'again');
    await store.adopt(second.file, second.digest);
    expect(existsSync(second.file)).toBe(false);
    expect(statSync(store.pathOf(first.digest)).ino).toBe(inode);
  });

  it('finishes what a crash left between rename and return', async () => {
    const { store, offer } = setUp();
    const { file, digest } = offer('weights');
    await store.adopt(file, digest);
    await store.adopt(file, digest);
    expect(await store.has(digest)).toBe(true);
  });

  it('sets a cut-off blob aside and takes the good copy', async () => {
    const { folder, store, offer } = setUp();
    const { file, digest } = offer('weights');
    mkdirSync(path.dirname(store.pathOf(digest)), { recursive: true });
    writeFileSync(store.pathOf(digest), 'wei');
    await store.adopt(file, digest);
    expect(readFileSync(store.pathOf(digest), 'utf8')).toBe('weights');
    const [kept] = readdirSync(path.join(folder, 'blobs/damaged'));
    expect(readFileSync(path.join(folder, 'blobs/damaged', kept ?? ''), 'utf8')).toBe('wei');
  });

  it('keeps every damaged copy, and lists none of them', async () => {
    const { store, offer } = setUp();
    const kept = [];
    for (const name of ['a', 'b']) {
      const { file, digest } = offer('weights', name);
      await store.adopt(file, digest);
      kept.push(await store.setAside(digest));
    }
    expect(new Set(kept).size).toBe(2);
    expect(kept.every((file) => readFileSync(file, 'utf8') === 'weights')).toBe(true);
    expect(await listed(store)).toEqual([]);
  });

  it('passes strangers over', async () => {
    const { store, offer } = setUp();
    const { file, digest } = offer('weights');
    await store.adopt(file, digest);
    const shard = path.dirname(store.pathOf(digest));
    const root = path.dirname(shard);
    writeFileSync(path.join(root, 'note.txt'), 'x');
    writeFileSync(path.join(shard, 'Thumbs.db'), 'x');
    writeFileSync(path.join(shard, `${digest.slice(7, 9)}${'z'.repeat(62)}`), 'x');
    mkdirSync(path.join(root, 'zz'));
    mkdirSync(path.join(root, '00'));
    writeFileSync(path.join(root, '00', 'ff'.repeat(32)), 'in the wrong folder');
    mkdirSync(path.join(root, '00', '00'.repeat(32)));
    symlinkSync('/etc/passwd', path.join(root, '00', `00${'ab'.repeat(31)}`));
    expect((await listed(store)).map((blob) => blob.digest)).toEqual([digest]);
  });

  it('removes, also what is not there', async () => {
    const { store, offer } = setUp();
    const { file, digest } = offer('weights');
    await store.remove(digest);
    await store.adopt(file, digest);
    await store.remove(digest);
    expect(await store.sizeOf(digest)).toBeNull();
    expect(await listed(new BlobStore(path.join(temporaryFolder(), 'absent')))).toEqual([]);
  });

  it.each(['sha256:../../../../etc/passwd', 'sha512:' + 'ab'.repeat(32), 'sha256:' + 'AB'.repeat(32), ''])(
    'makes no path of %j',
    (text) => {
      const { store } = setUp();
      expect(() => store.pathOf(text)).toThrow(expect.objectContaining({ code: 'INTERNAL' }));
    },
  );
});
