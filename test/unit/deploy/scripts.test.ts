import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  acceptScript,
  blobStatesScript,
  hashChunksScript,
  hashFilesScript,
  receiveScript,
} from '#engine/deploy/scripts/blobs.ts';
import {
  assembleScript,
  commandScript,
  listReleaseScript,
  switchScript,
} from '#engine/deploy/scripts/releases.ts';
import type { RemoteScript } from '#engine/deploy/scripts/remote-script.ts';
import { recordScript, surveyScript } from '#engine/deploy/scripts/session.ts';
import { parseSurvey } from '#engine/deploy/survey.ts';

interface Shell {
  readonly name: string;
  readonly command: readonly string[];
  /** Folder that alone makes up PATH; the system's when null. */
  readonly applets: readonly string[] | null;
}

const shells: Shell[] = [
  { name: 'sh of the system', command: ['/bin/sh'], applets: null },
  { name: 'bash', command: ['/bin/bash'], applets: null },
  ...busyboxShell(),
];

/** Scripts have to do with nothing but busybox: its shell, and a PATH that holds its applets alone. */
function busyboxShell(): Shell[] {
  const found = spawnSync('busybox', ['--list'], { encoding: 'utf8' });
  if (found.status !== 0) return [];
  return [{ name: 'busybox', command: ['busybox', 'sh'], applets: found.stdout.trim().split('\n') }];
}

if (!shells.some((shell) => shell.name === 'busybox')) {
  it('remote scripts under busybox', ({ skip }) => skip('busybox is not installed'));
}

const hexOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

describe.each(shells)('remote scripts under $name', (shell) => {
  let folder: string;
  let root: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'sallyport-scripts-'));
    root = join(folder, "ro ot's");
    for (const name of ['blobs/sha256', 'incoming', 'releases', 'live', '.sallyport']) {
      mkdirSync(join(root, name), { recursive: true });
    }
    path = process.env['PATH'] ?? '';
    if (shell.applets !== null) {
      path = join(folder, 'bin');
      mkdirSync(path);
      const busybox = execFileSync('/bin/sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).trim();
      for (const applet of shell.applets) symlinkSync(busybox, join(path, applet.replaceAll('/', '_')));
    }
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function run(
    script: RemoteScript,
    args: readonly string[],
    input: string | Uint8Array = '',
  ): { exit: number; lines: string[]; stderr: string } {
    const [program = '', ...first] = shell.command;
    const executable = program.startsWith('/')
      ? program
      : execFileSync('/bin/sh', ['-c', `command -v ${program}`], { encoding: 'utf8' }).trim();
    const end = spawnSync(executable, [...first, '-c', script.text, 'sallyport', ...args], {
      input,
      encoding: 'utf8',
      // bash takes a socket on standard input for a remote login and reads the user's own start-up file.
      env: { PATH: path, HOME: folder },
    });
    const lines = end.stdout.split('\n');
    return {
      exit: end.status ?? -1,
      lines: lines.slice(lines.indexOf('@sallyport') + 1, -1),
      stderr: end.stderr,
    };
  }

  function addBlob(text: string): string {
    const hex = hexOf(Buffer.from(text));
    writeFileSync(join(root, 'blobs/sha256', hex), text, { mode: 0o444 });
    return hex;
  }

  it('survey: says what is there and leaves nothing behind', () => {
    symlinkSync('../../releases/m/1.0.0-abababababab', join(root, 'live', 'x'));
    mkdirSync(join(root, 'live/m'));
    symlinkSync('../../releases/m/1.0.0-abababababab', join(root, 'live/m/production'));
    writeFileSync(join(root, '.sallyport/checkpoint'), 'origin\n3\n');
    const word = `it's "$HOME" \\`;
    const { exit, lines } = run(surveyScript, [root, word]);
    expect(exit).toBe(0);
    expect(lines).toContain(`echo ${word}`);
    const survey = parseSurvey(lines);
    expect(survey).toMatchObject({
      missingTools: [],
      rootPresent: true,
      notWritable: null,
      hardLinks: true,
      canSwitch: true,
    });
    expect(survey.freeBytes).toBeGreaterThan(0);
    expect(survey.live).toEqual([
      { model: 'm', channel: 'production', target: '../../releases/m/1.0.0-abababababab' },
    ]);
    expect(survey.notes).toBe('origin\n3\n');
    expect(readdirSync(root).filter((name) => name.includes('probe'))).toEqual([]);
  });

  it('survey: looks at the nearest folder when the root is not there, and refuses a file in its place', () => {
    const absent = run(surveyScript, [join(root, 'not/yet'), 'x']);
    expect(parseSurvey(absent.lines)).toMatchObject({ rootPresent: false, notWritable: null });
    writeFileSync(join(root, 'file'), '');
    expect(run(surveyScript, [join(root, 'file/root'), 'x'])).toMatchObject({ exit: 3 });
  });

  it('survey: names what is missing', () => {
    if (shell.applets !== null) rmSync(join(path, 'sha256sum'));
    else path = folder;
    const survey = parseSurvey(run(surveyScript, [root, 'x']).lines);
    // busybox may find its own applets without PATH; then nothing is missing, truly.
    if (shell.applets === null) expect(survey.missingTools).toContain('sha256sum');
  });

  it('blob states: files only, never links', () => {
    const hex = addBlob('twelve bytes');
    writeFileSync(join(root, 'incoming', `${'b'.repeat(64)}.part`), 'abc');
    symlinkSync('/etc/passwd', join(root, 'blobs/sha256', 'c'.repeat(64)));
    const asked = [hex, 'b'.repeat(64), 'c'.repeat(64), 'd'.repeat(64)];
    const { lines } = run(blobStatesScript, [root], asked.map((each) => `${each}\n`).join(''));
    expect(lines).toEqual([
      `blob ${hex} 12`,
      `part ${asked[1] ?? ''} 3`,
      `none ${asked[2] ?? ''}`,
      `none ${asked[3] ?? ''}`,
    ]);
  });

  it('hash files: by line, links and folders are missing', () => {
    writeFileSync(join(root, ' odd $(name) "file" '.trim()), 'x');
    mkdirSync(join(root, 'sub'));
    symlinkSync('odd', join(root, 'link'));
    const { lines } = run(hashFilesScript, [root], 'odd $(name) "file"\nlink\nsub\nnone\n');
    expect(lines.filter((line) => !line.startsWith('clock'))).toEqual([
      `hash 0 ${hexOf(Buffer.from('x'))}`,
      'missing 1',
      'missing 2',
      'missing 3',
    ]);
    expect(lines.at(0)).toMatch(/^clock \d/);
    expect(lines.at(-1)).toMatch(/^clock \d/);
  });

  it('receive, hash chunks, accept: at offsets, and only the right bytes become a blob', () => {
    const chunk = 16 * 1024 * 1024;
    const bytes = Buffer.alloc(chunk + 1000, 7);
    bytes.writeUInt8(1, chunk);
    const hex = hexOf(bytes);
    expect(run(receiveScript, [root, hex, '0', 'first', ''], bytes.subarray(0, chunk)).lines).toEqual([
      `size ${chunk}`,
    ]);
    const damaged = Buffer.from(bytes.subarray(chunk));
    damaged.writeUInt8(9, 5);
    run(receiveScript, [root, hex, String(chunk / 65536), 'second', ''], damaged);
    const chunks = run(hashChunksScript, [join(root, 'incoming', `${hex}.part`), '0', '2']).lines;
    expect(chunks.slice(1, 3)).toEqual([
      `chunk 0 ${hexOf(bytes.subarray(0, chunk))}`,
      `chunk 1 ${hexOf(damaged)}`,
    ]);
    expect(run(acceptScript, [root, hex]).lines.at(-1)).toMatch(/^mismatch [0-9a-f]{64}$/);
    expect(existsSync(join(root, 'blobs/sha256', hex))).toBe(false);
    expect(readFileSync(join(root, 'incoming', `${hex}.journal`), 'utf8')).toBe('first\nsecond\n');

    const last = [root, hex, String(chunk / 65536), 'third', String(bytes.length)];
    expect(run(receiveScript, last, bytes.subarray(chunk)).lines.at(-1)).toBe('accepted');
    const blob = join(root, 'blobs/sha256', hex);
    expect(hexOf(readFileSync(blob))).toBe(hex);
    expect(statSync(blob).mode & 0o777).toBe(0o444);
    expect(readdirSync(join(root, 'incoming'))).toEqual([]);
  });

  it('receive: never follows a link', () => {
    const hex = 'e'.repeat(64);
    writeFileSync(join(folder, 'victim'), 'untouched');
    symlinkSync(join(folder, 'victim'), join(root, 'incoming', `${hex}.part`));
    expect(run(receiveScript, [root, hex, '0', '', ''], 'overwritten').exit).toBe(3);
    expect(readFileSync(join(folder, 'victim'), 'utf8')).toBe('untouched');
  });

  it('assemble: hard links in the release’s own folders, and mends what is damaged', () => {
    const a = addBlob('a');
    const b = addBlob('b');
    const list = `${a} model.onnx\n${b} sub/dir with 'quote/-n\n`;
    expect(run(assembleScript, [root, 'm', '1.0.0-abababababab'], list)).toMatchObject({
      exit: 0,
      lines: ['copied 0'],
    });
    const release = join(root, 'releases/m/1.0.0-abababababab');
    expect(statSync(join(release, 'model.onnx')).ino).toBe(statSync(join(root, 'blobs/sha256', a)).ino);
    expect(readFileSync(join(release, "sub/dir with 'quote/-n"), 'utf8')).toBe('b');
    expect(readdirSync(join(root, 'releases/m'))).toEqual(['1.0.0-abababababab']);

    rmSync(join(release, 'model.onnx'));
    writeFileSync(join(release, 'model.onnx'), 'damaged');
    expect(run(assembleScript, [root, 'm', '1.0.0-abababababab'], list).exit).toBe(0);
    expect(readFileSync(join(release, 'model.onnx'), 'utf8')).toBe('a');
    expect(readdirSync(join(root, 'incoming'))).toEqual([]);
    const listing = run(listReleaseScript, [release]).lines;
    expect(listing.sort()).toEqual(['./model.onnx', "./sub/dir with 'quote/-n"]);
  });

  it('list: a link in a release shows, a missing release is absent', () => {
    mkdirSync(join(root, 'releases/m/x'), { recursive: true });
    symlinkSync('/etc', join(root, 'releases/m/x/sub'));
    expect(run(listReleaseScript, [join(root, 'releases/m/x')]).lines).toEqual(['./sub']);
    expect(run(listReleaseScript, [join(root, 'releases/m/none')]).lines).toEqual(['absent']);
  });

  it('switch: replaces the link by rename, says what it was, and removes it again', () => {
    for (const name of ['1', '2']) mkdirSync(join(root, 'releases/m', name), { recursive: true });
    const first = run(switchScript, [root, 'm', 'production', '../../releases/m/1', 't1']).lines;
    expect(first.find((line) => line.startsWith('was'))).toBeUndefined();
    const second = run(switchScript, [root, 'm', 'production', '../../releases/m/2', 't2']).lines;
    expect(second).toContain('was ../../releases/m/1');
    expect(second).toContain('now ../../releases/m/2');
    expect(second.find((line) => line.startsWith('leads '))).toMatch(/\/releases\/m\/2$/);
    expect(readlinkSync(join(root, 'live/m/production'))).toBe('../../releases/m/2');
    expect(readdirSync(join(root, 'live/m'))).toEqual(['production']);
    run(switchScript, [root, 'm', 'production', '', 't3']);
    expect(readdirSync(join(root, 'live/m'))).toEqual([]);
  });

  it('switch: refuses to replace what is no link', () => {
    mkdirSync(join(root, 'live/m/production'), { recursive: true });
    expect(run(switchScript, [root, 'm', 'production', '../../releases/m/1', 't']).exit).toBe(3);
    expect(lstatSync(join(root, 'live/m/production')).isDirectory()).toBe(true);
  });

  it('command: has the release in its environment, keeps its output, and does not wait for what it leaves running', () => {
    const args = (command: string) => [
      root,
      command,
      'm',
      '1.0.0',
      'sha256:ab',
      "/p/it's",
      'production',
      'tok',
      'head',
    ];
    const told = run(
      commandScript,
      args('echo "$SALLYPORT_MODEL $SALLYPORT_VERSION $SALLYPORT_DIGEST $SALLYPORT_PATH $SALLYPORT_CHANNEL"'),
    );
    expect(told.lines).toEqual(['exit 0', "m 1.0.0 sha256:ab /p/it's production"]);
    expect(run(commandScript, args('echo oops >&2; exit 7')).lines).toEqual(['exit 7', 'oops']);
    const started = Date.now();
    expect(run(commandScript, args('sleep 20 & echo started')).lines).toEqual(['exit 0', 'started']);
    expect(Date.now() - started).toBeLessThan(10_000);
    expect(readdirSync(join(root, '.sallyport'))).toEqual([]);
  });

  it('record: adds to the history, replaces the checkpoint, keeps it when none is given', () => {
    run(recordScript, [root, '{"n":1}'], 'note 1\n');
    run(recordScript, [root, '{"n":"it\'s"}'], '');
    expect(readFileSync(join(root, '.sallyport/history.jsonl'), 'utf8')).toBe('{"n":1}\n{"n":"it\'s"}\n');
    expect(readFileSync(join(root, '.sallyport/checkpoint'), 'utf8')).toBe('note 1\n');
    expect(readdirSync(join(root, '.sallyport')).sort()).toEqual(['checkpoint', 'history.jsonl']);
  });

  it('fails with its reason when nothing can be written', () => {
    chmodSync(join(root, 'incoming'), 0o500);
    if (process.getuid?.() === 0) {
      rmSync(join(root, 'incoming'), { recursive: true });
      writeFileSync(join(root, 'incoming'), '');
    }
    expect(run(receiveScript, [root, 'a'.repeat(64), '0', '', ''], 'x').exit).toBe(3);
    if (process.getuid?.() !== 0) chmodSync(join(root, 'incoming'), 0o700);
  });
});
