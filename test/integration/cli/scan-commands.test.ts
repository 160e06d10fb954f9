import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Attachment, Policy, PolicyPreview, Waiver } from '#shared/contract/policy.ts';
import { ScanReport } from '#shared/contract/scan.ts';
import { commandLine } from '../../fixtures/command-line.ts';
import { safetensorsFile } from '../../fixtures/safetensors-file.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';

/** A pickle that would run `id` when loaded: protocol 0. Only its bytes are read here. */
const hostilePickle = "cos\nsystem\n(S'id'\ntR.";

function setUp() {
  const folder = temporaryFolder();
  const passphrase = path.join(folder, 'passphrase');
  writeFileSync(passphrase, 'correct horse\n');
  const sallyport = commandLine(path.join(folder, 'home'));
  const lay = (name: string, files: Readonly<Record<string, string | Uint8Array>>) => {
    const model = path.join(folder, name);
    mkdirSync(model);
    for (const [file, content] of Object.entries(files)) writeFileSync(path.join(model, file), content);
    return model;
  };
  return { folder, passphrase, sallyport, lay };
}

type Site = ReturnType<typeof setUp>;

function publish({ sallyport, lay }: Site, version: string, files: Parameters<Site['lay']>[1]): string {
  const model = lay(version, files);
  const { id } = sallyport('--json', 'import', model, '--model', 'toy', '--version', version).json<{
    id: string;
  }>();
  expect(sallyport('publish', id, '--accept-unsigned', '--reason', 'a test').code).toBe(0);
  return id;
}

describe('scan', () => {
  it('exits 0 for what passes and 1 for what does not, with the report or with words', () => {
    const { sallyport, lay } = setUp();
    const good = lay('good', { 'model.safetensors': safetensorsFile({ a: [1, 2] }) });
    const bad = lay('bad', { 'model.pkl': hostilePickle });
    expect(sallyport('scan', good).code).toBe(0);

    const run = sallyport('--json', 'scan', bad);
    expect(run.code).toBe(1);
    const report = ScanReport.parse(run.json());
    expect(report).toMatchObject({
      verdict: 'block',
      files: [
        {
          ...{ path: 'model.pkl', format: 'pickle', verdict: 'block' },
          ...{ sizeBytes: hostilePickle.length, bytesRead: hostilePickle.length },
          findings: [{ rule: 'pickle.global-denied', severity: 'critical', effect: 'block', offset: 0 }],
        },
      ],
    });

    const words = sallyport('scan', bad);
    expect(words.code).toBe(1);
    const lines = words.stdout.split('\n');
    expect(lines[0]).toMatch(/^BLOCK {2}1 file, 21 B read, policy built-in v0$/);
    expect(words.stdout).toMatch(/block {3}pickle\.global-denied/);
    expect(words.stdout).toMatch(/model\.pkl at byte 0 \(os\.system\): It imports os\.system/);
    expect(words.stdout).toMatch(/^ +why {3}\S/m);
    expect(words.stdout).toMatch(/^ +next {2}\S/m);
  });

  it('of the structure alone says how much was left unread, and never passes', () => {
    const { sallyport, lay } = setUp();
    const folder = lay('good', {
      'model.safetensors': safetensorsFile({ a: Array<number>(50_000).fill(1) }),
    });
    const run = sallyport('--json', 'scan', folder, '--structure');
    expect(run.code).toBe(1);
    const report = ScanReport.parse(run.json());
    expect(report).toMatchObject({ extent: 'structure', verdict: 'review' });
    expect(report.bytesRead).toBeLessThan(report.sizeBytes);
    expect(sallyport('scan', folder, '--structure').stdout).toMatch(/of 200 kB read/);
  });

  it('exits 2 for nothing or too much to scan, and for what is not there', () => {
    const { folder, sallyport } = setUp();
    expect(sallyport('scan').code).toBe(2);
    expect(sallyport('scan', folder, '--release', 'toy@1.0.0').code).toBe(2);
    expect(sallyport('scan', '--release', 'toy@1.0.0').stderr).toContain('NOT-FOUND');
    expect(sallyport('--json', 'scan', path.join(folder, 'nothing')).json()).toMatchObject({
      error: { code: expect.stringMatching(/^[A-Z-]+$/) as string },
    });
  });
});

describe('policy and waivers', () => {
  it('are shown, tried, set and taken back, each a document of its own', () => {
    const site = setUp();
    const { folder, passphrase, sallyport } = site;
    publish(site, '1.0.0', { 'model.safetensors': safetensorsFile({ a: [1, 2] }) });
    const { document, version } = sallyport('--json', 'policy', 'show').json<Policy>();
    expect(version).toBe(0);
    const stricter = path.join(folder, 'policy.json');
    writeFileSync(stricter, JSON.stringify({ ...document, formats: ['gguf'] }));

    const preview = sallyport('--json', 'policy', 'preview', stricter).json<PolicyPreview>();
    expect(preview.releases).toMatchObject([{ model: 'toy', version: '1.0.0', now: 'pass', then: 'block' }]);
    expect(sallyport('policy', 'preview', stricter).stdout).toMatch(
      /^1 of 1 release held would be judged otherwise; nothing was changed\ntoy@1\.0\.0 +pass -> block/,
    );
    expect(sallyport('policy', 'set', stricter).code).toBe(2);
    expect(sallyport('policy', 'set', stricter, '--reason', 'GGUF only').code).toBe(0);
    expect(
      sallyport('--json', 'policy', 'history')
        .json<Policy[]>()
        .map((each) => each.version),
    ).toEqual([1, 0]);
    expect(sallyport('scan', '--release', 'toy@1.0.0').code).toBe(1);

    writeFileSync(stricter, '{"formats": 3}');
    const wrong = sallyport('--json', 'policy', 'set', stricter, '--reason', 'x');
    expect(wrong.code).not.toBe(0);
    expect(wrong.json()).toMatchObject({ error: { code: 'FORMAT-INVALID' } });

    expect(sallyport('waivers', 'list').stdout).toBe('nothing is waived\n');
    const report = ScanReport.parse(sallyport('--json', 'scan', '--release', 'toy@1.0.0').json());
    const subject = report.files[0]?.digest ?? '';
    const add = ['waivers', 'add', subject, 'policy.format', '--reason', 'known'];
    expect(sallyport('--json', ...add).json()).toMatchObject({ error: { code: 'KEY-LOCKED' } });
    expect(sallyport('keys', 'create', 'officer', '--passphrase-file', passphrase).code).toBe(0);
    const signed = ['--as', 'officer', '--passphrase-file', passphrase];
    const waiver = sallyport('--json', ...signed, ...add).json<Waiver>();
    expect(waiver).toMatchObject({ subject, rule: 'policy.format', state: 'active', grantedBy: 'officer' });
    expect(sallyport('scan', '--release', 'toy@1.0.0').code).toBe(0);
    expect(sallyport('waivers', 'revoke', waiver.id, '--reason', 'no').code).toBe(0);
    expect(sallyport('--json', 'waivers', 'list').json()).toMatchObject([
      { id: waiver.id, state: 'revoked' },
    ]);
    expect(sallyport('scan', '--release', 'toy@1.0.0').code).toBe(1);
  });
});

describe('diff and evidence', () => {
  it('tell what changed by file, tensor and line, and keep a report by its digest', () => {
    const site = setUp();
    const { folder, sallyport } = site;
    const files = (b: number, size: number) => ({
      'model.safetensors': safetensorsFile({ a: [1, 2], b: [b, 4] }),
      'config.json': `{\n  "hidden_size": ${size}\n}\n`,
    });
    publish(site, '1.0.0', files(3, 2));
    publish(site, '1.1.0', files(5, 4));
    const run = sallyport('--json', 'diff', 'toy@1.0.0', 'toy@1.1.0');
    expect(run.code).toBe(0);
    expect(run.json()).toMatchObject({
      tensors: {
        counts: { identical: 1, changed: 1, retyped: 0, moved: 0, added: 0, removed: 0 },
        changes: [
          {
            name: 'b',
            change: 'changed',
            before: { statistics: { max: 4 } },
            after: { statistics: { max: 5 } },
          },
        ],
      },
      texts: [{ path: 'config.json', change: 'changed' }],
    });
    const words = sallyport('diff', 'toy@1.0.0', 'toy@1.1.0').stdout;
    expect(words).toMatch(/^of 2 tensors 1 identical, 1 changed$/m);
    expect(words).toMatch(/^ {2}- +"hidden_size": 2$/m);
    expect(sallyport('diff', 'toy@1.0.0', 'toy@9.0.0').code).toBe(2);

    const report = path.join(folder, 'kiosk.txt');
    writeFileSync(report, 'kiosk 3: 0 threats\n');
    const attach = ['evidence', 'attach', 'toy@1.0.0', report, '--tool', 'kiosk 3'];
    expect(sallyport(...attach, '--outcome', 'fine').code).toBe(2);
    const clean = sallyport(
      '--json',
      ...attach,
      '--outcome',
      'clean',
      '--signatures',
      '2026-11-20T00:00:00Z',
    );
    expect(clean.code).toBe(0);
    expect(clean.json<Attachment>()).toMatchObject({
      ...{ tool: 'kiosk 3', outcome: 'clean', signaturesAt: '2026-11-20T00:00:00.000Z' },
      file: { name: 'kiosk.txt', sizeBytes: readFileSync(report).length },
    });
    expect(sallyport(...attach, '--outcome', 'infected').code).toBe(1);
    expect(sallyport('--json', 'evidence', 'list', 'toy@1.0.0').json<Attachment[]>()).toHaveLength(2);
  });
});
