import { execFileSync } from 'node:child_process';
import { linkSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { HashPool } from '#engine/hashing/hash-pool.ts';
import { DeviceQueue } from '#engine/media/device-queue.ts';
import { findSetFolders } from '#engine/media/find-sets.ts';
import { MediaFolder } from '#engine/media/media-folder.ts';
import { openMediaFolder } from '#engine/media/open-media-folder.ts';
import { walkFolder } from '#engine/media/walk.ts';
import { needsRoot } from '../../fixtures/needs.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

const pool = new HashPool({ workerUrl: new URL('../../../electron/engine/worker.ts', import.meta.url) });
const tools = { pool, devices: new DeviceQueue() };
afterAll(() => pool.close());

function layOut(files: Record<string, string>): string {
  const root = temporaryFolder();
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, name)), { recursive: true });
    writeFileSync(path.join(root, name), content);
  }
  return root;
}
const open = (root: string) => new MediaFolder(root, tools);
const rejectedCode = (act: Promise<unknown>) =>
  act.then(
    () => 'nothing was thrown',
    (error: { code?: string }) => error.code,
  );

describe('a folder on a medium', () => {
  it('lists regular files in code-point order with their sizes', async () => {
    const root = layOut({ 'b.txt': '12', 'a/c.txt': '1', 'Z.txt': '', 'é.txt': '' });
    expect((await open(root).list()).files).toEqual([
      { path: 'Z.txt', sizeBytes: 0 },
      { path: 'a/c.txt', sizeBytes: 1 },
      { path: 'b.txt', sizeBytes: 2 },
      { path: 'é.txt', sizeBytes: 0 },
    ]);
  });

  it('leaves known noise out, wherever it is, and nothing else', async () => {
    const root = layOut({
      '.DS_Store': '',
      '._a': '',
      'x/._y': '',
      '.Trashes/f': '',
      'System Volume Information/i': '',
      '$RECYCLE.BIN/S-1/f': '',
      'lost+found/f': '',
      '.gitattributes': '',
      'x/kept': '',
    });
    const { files, problems } = await open(root).list();
    expect(files.map((file) => file.path)).toEqual(['.gitattributes', 'x/kept']);
    expect(problems).toEqual([]);
  });

  it('names links, FIFOs and sockets as problems and opens none of them', async () => {
    const root = layOut({ 'real.bin': 'x' });
    symlinkSync('/etc/passwd', path.join(root, 'link'));
    symlinkSync('/etc', path.join(root, 'linked-folder'));
    symlinkSync('nowhere', path.join(root, 'dangling'));
    execFileSync('mkfifo', [path.join(root, 'fifo')]);
    const { files, problems } = await open(root).list();
    expect(files.map((file) => file.path)).toEqual(['real.bin']);
    expect(problems.map(({ path: name, code }) => `${name} ${code}`)).toEqual([
      'dangling FILE-NOT-REGULAR',
      'fifo FILE-NOT-REGULAR',
      'link FILE-NOT-REGULAR',
      'linked-folder FILE-NOT-REGULAR',
    ]);
  });

  it('names unsafe and colliding names, made visible', async () => {
    const root = layOut({ 'model.bin': '', 'MODEL.bin': '', 'con.txt': '', 'evil\u202Egpj.exe': '' });
    writeFileSync(Buffer.concat([Buffer.from(`${root}/bad`), Buffer.from([0xff])]), '');
    const { problems } = await open(root).list();
    expect(problems.map(({ path: name, code }) => `${name} ${code}`)).toEqual([
      'MODEL.bin PATH-COLLISION',
      'badÿ PATH-UNSAFE',
      'con.txt PATH-UNSAFE',
      'evil\\u{202e}gpj.exe PATH-UNSAFE',
    ]);
  });

  it('takes files with several hard links', async () => {
    const root = layOut({ a: 'x' });
    linkSync(path.join(root, 'a'), path.join(root, 'b'));
    expect((await open(root).list()).files).toHaveLength(2);
  });

  it('stops at a bounded number of entries and says so', async () => {
    const root = layOut({ a: '', b: '', c: '' });
    const { problems } = await walkFolder(root, 2);
    expect(problems).toMatchObject([{ code: 'FILE-UNREADABLE' }]);
    expect(problems[0]?.detail).toContain('more than 2 entries');
  });

  it('names folders it may not list and refuses files it may not read', async (context) => {
    needsRoot(context, 'acting as another user needs root');
    const root = layOut({ 'secret/a': '', open: '', shut: 'x' });
    execFileSync('chmod', ['755', root]);
    execFileSync('chmod', ['000', path.join(root, 'secret'), path.join(root, 'shut')]);
    process.seteuid?.(65_534);
    try {
      const folder = open(root);
      expect((await folder.list()).problems).toMatchObject([{ path: 'secret', code: 'FILE-UNREADABLE' }]);
      expect(await rejectedCode(folder.read('shut', 100))).toBe('FILE-UNREADABLE');
      expect(await rejectedCode(folder.digests('shut', [{ algorithm: 'sha256' }]))).toBe('FILE-UNREADABLE');
    } finally {
      process.seteuid?.(0);
    }
  });

  it('cannot be listed when it is not there', async () => {
    expect(await rejectedCode(open('/nonexistent/folder').list())).toBe('FILE-UNREADABLE');
  });
});

describe('reading a file', () => {
  it('gives its bytes up to the limit and its digests', async () => {
    const folder = open(layOut({ 'a/b.txt': 'abc' }));
    expect(Buffer.from(await folder.read('a/b.txt', 3)).toString()).toBe('abc');
    expect(await rejectedCode(folder.read('a/b.txt', 2))).toBe('FORMAT-INVALID');
    expect((await folder.digests('a/b.txt', [{ algorithm: 'sha256' }])).get('sha256')).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  it('follows no link, at the end or on the way, and waits for no FIFO', async () => {
    const outside = layOut({ secret: 'x' });
    const root = layOut({ 'real/a': 'x' });
    symlinkSync(path.join(outside, 'secret'), path.join(root, 'link'));
    symlinkSync(outside, path.join(root, 'folder'));
    execFileSync('mkfifo', [path.join(root, 'fifo')]);
    const folder = open(root);
    for (const name of ['link', 'folder/secret', 'fifo', 'real']) {
      expect(await rejectedCode(folder.read(name, 100)), name).toBe('FILE-NOT-REGULAR');
      expect(await rejectedCode(folder.digests(name, [{ algorithm: 'sha256' }])), name).toBe(
        'FILE-NOT-REGULAR',
      );
    }
  });

  it('reaches nothing outside', async () => {
    const folder = open(layOut({ a: '' }));
    for (const name of ['../a', '/etc/passwd', 'a/../a', '', 'a\\b']) {
      expect(await rejectedCode(folder.resolve(name)), name).toBe('PATH-UNSAFE');
    }
  });
});

describe('what a person named', () => {
  it('may be one file, which then is all there is but its signatures', async () => {
    const root = layOut({ 'model.onnx': 'x', 'model.onnx.minisig': 'zz', other: 'y', 'other.sig': 'y' });
    const folder = await openMediaFolder(path.join(root, 'model.onnx'), tools);
    expect((await folder.list()).files).toEqual([
      { path: 'model.onnx', sizeBytes: 1 },
      { path: 'model.onnx.minisig', sizeBytes: 2 },
    ]);
    expect(await rejectedCode(folder.read('other', 10))).toBe('FILE-UNREADABLE');
  });

  it('may be a link to a folder, but no FIFO and nothing that is absent', async () => {
    const root = layOut({ 'real/a': '' });
    symlinkSync('real', path.join(root, 'link'));
    execFileSync('mkfifo', [path.join(root, 'fifo')]);
    expect((await (await openMediaFolder(path.join(root, 'link'), tools)).list()).files).toHaveLength(1);
    expect(await rejectedCode(openMediaFolder(path.join(root, 'fifo'), tools))).toBe('FILE-NOT-REGULAR');
    expect(await rejectedCode(openMediaFolder(path.join(root, 'absent'), tools))).toBe('FILE-UNREADABLE');
  });
});

describe('finding the folders of sets', () => {
  const set = 'sallyport-0123abcd';

  it('works from the volume, from the folder itself, and from a folder of volumes', async () => {
    const root = layOut({
      [`volume-1/${set}/set.dsse.json`]: '',
      [`volume-2/${set}/volume.json`]: '',
      'other/x': '',
    });
    const one = path.join(root, 'volume-1', set);
    const two = path.join(root, 'volume-2', set);
    expect(await findSetFolders(root)).toEqual([one, two]);
    expect(await findSetFolders(path.join(root, 'volume-1'))).toEqual([one]);
    expect(await findSetFolders(two)).toEqual([two]);
  });

  it('finds a renamed set by its control file, and neither links nor look-alikes', async () => {
    const root = layOut({
      'renamed/set.dsse.json': '',
      'sallyport-xyz/a': '',
      '.sallyport-0123.writing/set.dsse.json': '',
    });
    symlinkSync(path.join(root, 'renamed'), path.join(root, set));
    expect(await findSetFolders(root)).toEqual([]);
    expect(await findSetFolders(path.join(root, 'renamed'))).toEqual([path.join(root, 'renamed')]);
  });

  it('fails on a place that is not there', async () => {
    const root = layOut({});
    rmSync(root, { recursive: true });
    expect(await rejectedCode(findSetFolders(root))).toBe('FILE-UNREADABLE');
  });
});
