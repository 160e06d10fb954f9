import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  mkdtempSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SourceFile } from '#engine/hashing/source-file.ts';

let folder = '';
let file = '';

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'sallyport-source-'));
  file = path.join(folder, 'model.bin');
  writeFileSync(file, 'sixteen bytes...');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('what is not a regular file', () => {
  it('is refused: a link, also to a good file', () => {
    const link = path.join(folder, 'link');
    symlinkSync(file, link);
    expect(() => new SourceFile(link)).toThrow(expect.objectContaining({ code: 'FILE-NOT-REGULAR' }));
  });

  it('is refused without waiting: a FIFO', () => {
    const fifo = path.join(folder, 'fifo');
    execFileSync('mkfifo', [fifo]);
    expect(() => new SourceFile(fifo)).toThrow(expect.objectContaining({ code: 'FILE-NOT-REGULAR' }));
  });

  it('is refused: a socket, a device, a folder', async () => {
    const socket = path.join(folder, 'socket');
    const server = createServer().listen(socket);
    await new Promise((resolve) => server.once('listening', resolve));
    mkdirSync(path.join(folder, 'inside'));
    for (const each of [socket, '/dev/zero', path.join(folder, 'inside')]) {
      expect(() => new SourceFile(each)).toThrow(expect.objectContaining({ code: 'FILE-NOT-REGULAR' }));
    }
    server.close();
  });

  it('is FILE-UNREADABLE when it is not there', () => {
    expect(() => new SourceFile(path.join(folder, 'absent'))).toThrow(
      expect.objectContaining({ code: 'FILE-UNREADABLE' }),
    );
  });
});

describe('a file that changes while it is read', () => {
  it.each<[string, () => void]>([
    ['grows', () => appendFileSync(file, 'more')],
    ['shrinks', () => truncateSync(file, 3)],
    ['is written in place', () => writeFileSync(file, 'SIXTEEN BYTES...')],
    ['is removed', () => rmSync(file)],
    [
      'is replaced',
      () => {
        writeFileSync(`${file}.new`, 'sixteen bytes...');
        renameSync(`${file}.new`, file);
      },
    ],
  ])('is noticed when it %s', async (_what, change) => {
    const source = new SourceFile(file);
    await new Promise((resolve) => setTimeout(resolve, 20)); // so that the time of the change differs
    change();
    expect(() => source.confirmUnchanged()).toThrow(expect.objectContaining({ code: 'FILE-CHANGED' }));
    source.close();
  });

  it('passes when nothing happened', async () => {
    const source = new SourceFile(file);
    const view = new Uint8Array(100);
    expect(await source.read(view, 0)).toBe(16);
    expect(await source.read(view, 10)).toBe(6);
    expect(source.readSync(view, 16)).toBe(0);
    source.confirmUnchanged();
    source.close();
  });
});
