import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { safetensorsFile } from '../../fixtures/safetensors-file.ts';
import { temporaryFolder } from '../../fixtures/temporary-folder.ts';
import { openTestEngine, type TestEngine } from '../../fixtures/test-engine.ts';

const passphrase = 'a passphrase of the test';
const acceptUnsigned = { reason: 'a test' };
const odd = Buffer.from([1, 2, 3, 4, 255, 254]);
const good = safetensorsFile({ a: [1, 2], b: [0, Number.NaN], c: [5] });

async function importFiles(test: TestEngine, version: string, files: Readonly<Record<string, Buffer>>) {
  const folder = path.join(temporaryFolder(), 'model');
  mkdirSync(folder);
  for (const [name, content] of Object.entries(files)) writeFileSync(path.join(folder, name), content);
  const input = { source: test.locate(folder), model: 'toy', version };
  const { importId } = await test.finish('import', await test.engine.call('imports.start', input));
  return importId;
}

async function publish(test: TestEngine, version: string, files: Readonly<Record<string, Buffer>>) {
  const id = await importFiles(test, version, files);
  return test.engine.call('imports.publish', { id, acceptUnsigned });
}

describe('an import', () => {
  it('is scanned in quarantine, and what passes can be published', async () => {
    const test = await openTestEngine();
    const id = await importFiles(test, '1.0.0', { 'model.safetensors': good });
    const { scan, evidence, decision } = await test.engine.call('imports.get', { id });
    expect(scan).toMatchObject({ verdict: 'pass', fileCount: 1, bytesRead: good.length });
    expect(evidence?.checks.find((check) => check.id === 'scan')).toMatchObject({ status: 'verified' });
    expect(decision).toMatchObject({ needsUnsignedAcceptance: true, needsReviewAcceptance: false });
    await test.engine.call('imports.publish', { id, acceptUnsigned });
    const of = { release: { model: 'toy', version: '1.0.0' } };
    expect(await test.engine.call('scan.get', { of })).toMatchObject({ verdict: 'pass' });
  });

  it('that the scan blocks stays out, whatever a person accepts, until it is waived for its digest', async () => {
    const test = await openTestEngine();
    const id = await importFiles(test, '1.0.0', { 'model.safetensors': good, 'odd.xyz': odd });
    const of = { import: id };
    const report = await test.engine.call('scan.get', { of });
    const bad = report?.files.find((file) => file.verdict === 'block');
    expect(bad).toMatchObject({
      path: 'odd.xyz',
      findings: [{ rule: 'file.unidentified', effect: 'block' }],
    });
    const accept = { id, acceptUnsigned, acceptReview: { reason: 'looked at' } };
    await expect(test.engine.call('imports.publish', accept)).rejects.toMatchObject({
      code: 'POLICY-REFUSED',
    });
    const [refusal] = await test.engine.call('audit.list', { limit: 1 });
    expect(refusal?.body).toMatchObject({ act: 'import.publish', outcome: 'refused' });

    await test.engine.call('keys.create', { name: 'officer', passphrase });
    await test.engine.call('session.unlock', { name: 'officer', passphrase });
    const { id: waiver } = await test.engine.call('waivers.add', {
      subject: bad?.digest ?? '',
      rule: 'file.unidentified',
      object: 'toy@1.0.0: odd.xyz',
      reason: 'a calibration table of ours',
    });
    expect(await test.engine.call('scan.get', { of })).toMatchObject({
      verdict: 'pass',
      counts: { waived: 1 },
    });
    await test.engine.call('waivers.revoke', { id: waiver, reason: 'on second thought' });
    expect((await test.engine.call('imports.get', { id })).decision.allowed).toBe(false);
    await expect(test.engine.call('imports.publish', accept)).rejects.toMatchObject({
      code: 'POLICY-REFUSED',
    });
  });

  it('is judged anew by another policy without being scanned again', async () => {
    const test = await openTestEngine();
    const id = await importFiles(test, '1.0.0', { 'model.safetensors': good, 'odd.xyz': odd });
    const before = await test.engine.call('scan.get', { of: { import: id } });
    const { document } = await test.engine.call('policy.get', {});
    const rules = { 'file.unidentified': 'review' as const };
    await test.engine.call('policy.set', { document: { ...document, rules }, reason: 'a test', basedOn: 0 });
    const after = await test.engine.call('scan.get', { of: { import: id } });
    expect([before?.verdict, after?.verdict]).toEqual(['block', 'review']);
    expect(after?.scannedAt).toBe(before?.scannedAt);
    await expect(test.engine.call('imports.publish', { id, acceptUnsigned })).rejects.toMatchObject({
      code: 'REVIEW-MISSING',
    });
    await test.engine.call('imports.publish', { id, acceptUnsigned, acceptReview: { reason: 'looked at' } });
    const [entry] = await test.engine.call('audit.list', { limit: 1 });
    expect(entry?.body.details).toMatchObject({ reviewed: 'looked at', accepted: 'unsigned' });
    const strict = { ...document, formats: ['gguf'] };
    expect(await test.engine.call('policy.preview', { document: strict })).toMatchObject({
      releases: [{ model: 'toy', version: '1.0.0', now: 'review', then: 'block' }],
    });
  });
});

describe('two releases', () => {
  it('are compared tensor by tensor and text by text from what was measured while they were copied', async () => {
    const test = await openTestEngine();
    const config = (value: number) => Buffer.from(`{\n  "layers": ${value},\n  "width": 8\n}\n`);
    await publish(test, '1.0.0', { 'model.safetensors': good, 'config.json': config(1) });
    const next = safetensorsFile({ a: [1, 2], b: [0, 7], d: [5], e: [9] });
    await publish(test, '2.0.0', { 'model.safetensors': next, 'config.json': config(2) });
    const sides = {
      before: { model: 'toy', version: '1.0.0' },
      after: { model: 'toy', version: '2.0.0' },
    };
    const compared = await test.engine.call('releases.compareTensors', sides);
    expect(compared.changes.map(({ name, change }) => [name, change])).toEqual([
      ['a', 'identical'],
      ['b', 'changed'],
      ['d', 'moved'],
      ['e', 'added'],
    ]);
    expect(compared).toMatchObject({ total: 4, counts: { identical: 1, changed: 1 }, unknown: [] });
    expect(compared.changes[1]?.before?.statistics).toMatchObject({ nan: 1, zero: 1, max: 0 });
    const page = { ...sides, changes: ['changed' as const, 'added' as const], offset: 1, limit: 1 };
    expect(await test.engine.call('releases.compareTensors', page)).toMatchObject({
      total: 2,
      changes: [{ name: 'e' }],
    });
    expect(await test.engine.call('releases.compareTexts', sides)).toMatchObject([
      {
        path: 'config.json',
        change: 'changed',
        lines: [
          { kind: 'same', text: '{' },
          { kind: 'removed', text: '  "layers": 1,' },
          { kind: 'added', text: '  "layers": 2,' },
          { kind: 'same' },
          { kind: 'same' },
        ],
      },
    ]);
    const listed = await test.engine.call('releases.tensors', { ...sides.before, limit: 2 });
    expect(listed).toMatchObject({
      total: 3,
      tensors: [{ name: 'a', path: 'model.safetensors' }, { name: 'b' }],
    });
  });
});

describe('evidence from outside', () => {
  it('is kept by digest, and a report of an infection keeps an import out', async () => {
    const test = await openTestEngine();
    const id = await importFiles(test, '1.0.0', { 'model.safetensors': good });
    const report = path.join(temporaryFolder(), 'kiosk.txt');
    writeFileSync(report, 'eicar found');
    const attachment = await test.engine.call('evidence.attach', {
      to: { import: id },
      source: test.locate(report),
      tool: 'kiosk 3',
      outcome: 'infected',
    });
    expect(attachment.file?.digest).toMatch(/^sha256:[0-9a-f]{64}$/);
    const listed = await test.engine.call('evidence.list', { of: { import: id } });
    expect(listed).toEqual([attachment]);
    await expect(test.engine.call('imports.publish', { id, acceptUnsigned })).rejects.toMatchObject({
      code: 'POLICY-REFUSED',
    });
    expect((await test.engine.call('audit.verify', {})).ok).toBe(true);
  });
});
