import { closeSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandLine } from '../../fixtures/command-line.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine } from '../../fixtures/test-engine.ts';

function setUp() {
  const folder = temporaryFolder();
  const home = path.join(folder, 'home');
  const model = path.join(folder, 'model');
  mkdirSync(model);
  writeFileSync(path.join(model, 'model.txt'), 'weights');
  const passphrase = path.join(folder, 'passphrase');
  writeFileSync(passphrase, 'correct horse\n');
  return { folder, home, model, passphrase, sallyport: commandLine(home) };
}

describe('the command line', () => {
  it('prints one JSON document, and text for a person without --json', () => {
    const { sallyport, model } = setUp();
    const imported = sallyport('--json', 'import', model, '--model', 'toy', '--version', '1.0.0');
    expect(imported.code).toBe(1); // nothing is signed: done, and the verdict is not good
    const { id } = imported.json<{ id: string }>();
    expect(sallyport('publish', id, '--accept-unsigned', '--reason', 'a test').code).toBe(0);
    const listed = sallyport('releases');
    expect(listed.code).toBe(0);
    expect(listed.stdout).toMatch(/^toy@1\.0\.0 +published/m);
    expect(sallyport('releases', '--json').json<{ version: string }[]>()).toMatchObject([
      { version: '1.0.0' },
    ]);
  });

  it('exits 2 for wrong usage', () => {
    const { sallyport } = setUp();
    for (const args of [
      ['no-such-command'],
      ['pin', 'toy'],
      ['releases', '--no-such-option'],
      ['as-of', 'toy', 'p', 'soon'],
    ]) {
      const run = sallyport(...args);
      expect(run.code, args.join(' ')).toBe(2);
      expect(run.stderr, args.join(' ')).not.toBe('');
    }
    expect(sallyport('show', 'toy@9.9.9').stderr).toContain('NOT-FOUND');
  });

  it('gives errors as JSON too, with their code', () => {
    const { sallyport } = setUp();
    const run = sallyport('--json', 'show', 'toy@9.9.9');
    expect(run.code).toBe(2);
    expect(run.json()).toMatchObject({ error: { code: 'NOT-FOUND' } });
  });

  it('exits 3 and names the holder when the home is in use', async () => {
    const { home, sallyport } = setUp();
    await openTestEngine({ home, holder: 'the window (process 1)' });
    const run = sallyport('releases');
    expect(run.code).toBe(3);
    expect(run.stderr).toContain('the window (process 1)');
    expect(run.stderr).toContain('HOME-LOCKED');
  });

  it('takes a passphrase from a file or a file descriptor, and refuses a wrong one', () => {
    const { folder, home, passphrase, sallyport } = setUp();
    expect(sallyport('keys', 'create', 'packer', '--passphrase-file', passphrase).code).toBe(0);
    const out = path.join(folder, 'out');
    mkdirSync(out);
    expect(
      sallyport('--as', 'packer', '--passphrase-file', passphrase, 'receipt', 'create', '--out', out).code,
    ).toBe(0);

    const descriptor = openSync(passphrase, 'r');
    const inherited = commandLine(home, { descriptor });
    expect(inherited('--as', 'packer', '--passphrase-fd', '3', 'site').code).toBe(0);
    closeSync(descriptor);

    writeFileSync(passphrase, 'wrong');
    const wrong = sallyport('--as', 'packer', '--passphrase-file', passphrase, 'site');
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain('PASSPHRASE-WRONG');
    expect(sallyport('keys', 'create', 'other').stderr).toContain('--passphrase-file');
  });

  it('keeps passphrases out of everything it writes', () => {
    const { home, passphrase, sallyport } = setUp();
    sallyport('keys', 'create', 'packer', '--passphrase-file', passphrase);
    sallyport('--as', 'packer', '--passphrase-file', passphrase, 'site', 'here');
    for (const entry of readdirSync(home, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      expect(
        readFileSync(path.join(entry.parentPath, entry.name)).includes('correct horse'),
        entry.name,
      ).toBe(false);
    }
  });

  it('spells out characters that would steer a terminal', () => {
    const { sallyport, folder } = setUp();
    const hostile = path.join(folder, 'hostile');
    mkdirSync(hostile);
    writeFileSync(path.join(hostile, 'a\u001b[31mred'), 'x');
    const run = sallyport('import', hostile, '--model', 'toy', '--version', '1.0.0');
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('PATH-UNSAFE');
    expect(run.stdout + run.stderr).not.toContain('\u001b');
  });
});
