import type { Page } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { safetensorsFile, type Values } from '../fixtures/safetensors-file.ts';
import { violationsOf } from './axe.ts';
import { call } from './calls.ts';
import { chooseNext, expect, takeScreens, test, type Launched } from './fixtures.ts';
import { createPacker, type Packer } from './packer.ts';
import { openPlace } from './places.ts';
import { seedAnchor, seedImport, seedPerson } from './seed.ts';

/** A pickle that would run `id` when loaded: protocol 0, `os.system('id')`. Only its bytes are read here. */
const hostilePickle = "cos\nsystem\n(S'id'\ntR.";

async function seedPacker(launched: Launched, folder: string): Promise<Packer> {
  await seedPerson(launched);
  const packer = createPacker(path.join(folder, 'outside'));
  await seedAnchor(launched, packer.publicKey, 'the packer', ['demo-*']);
  return packer;
}

test('a hostile folder is blocked with reasons, and publishing it takes a signed waiver', async ({
  sallyport,
  folder,
}) => {
  test.setTimeout(120_000);
  const { page, app } = sallyport;
  const packer = await seedPacker(sallyport, folder);
  const model = packer.pack('demo-model-1.0.0', { 'model.pkl': hostilePickle, 'config.json': '{}\n' });
  const id = await seedImport(sallyport, model, 'demo-model', '1.0.0');

  await openPlace(page, 'Intake');
  await page.getByRole('button', { name: /^demo-model 1\.0\.0/ }).click();
  const source = page.getByRole('region', { name: 'Selected source' });
  const scan = source.getByRole('button', { name: /^Scan (block|review|pass)/ });
  await expect(scan).toContainText('block');
  await expect(scan).toContainText('every byte read');
  const findings = source.getByRole('region', { name: 'Findings' });
  await expect(findings).toContainText('pickle.global-denied');
  await expect(findings).toContainText('os.system');
  const publish = source.getByRole('button', { name: /^Publish demo-model 1\.0\.0/ });
  await expect(publish).toBeDisabled();
  await expect(publish).toHaveAttribute('title', /os\.system|findings that block/);
  expect(await violationsOf(page)).toEqual([]);
  await takeScreens(page, 'intake-scan-blocked');

  const report = path.join(folder, 'kiosk.txt');
  writeFileSync(report, 'kiosk 3: 0 threats\n');
  await source.getByRole('button', { name: 'Attach a report…' }).click();
  const attach = page.getByRole('dialog', { name: 'Attach a report' });
  await chooseNext(app, report);
  await attach.getByRole('button', { name: 'Choose the report…' }).click();
  await attach.getByLabel('Tool', { exact: true }).fill('kiosk 3');
  await attach.getByLabel('What it says').selectOption('clean');
  await attach.getByRole('button', { name: 'Attach the report to demo-model@1.0.0' }).click();
  await expect(attach).toBeHidden();
  await expect(source.getByRole('region', { name: 'Reports of outside scanners' })).toContainText('kiosk 3');

  await waiveAll(page);
  await expect(findings).toContainText('Waived by operator');
  await expect(scan).toContainText('waived');
  await source.getByRole('button', { name: /^Publish .*demo-model 1\.0\.0 as a release…$/ }).click();
  const dialog = page.getByRole('dialog', { name: /^Publish/ });
  await dialog.getByRole('button', { name: /^Publish/ }).click();
  await expect(dialog).toBeHidden();
  await expect(source.getByText('Published.')).toBeVisible();
  expect((await call(page, 'imports.get', { id })).state).toBe('published');

  await openPlace(page, 'Trust');
  await page.getByRole('tab', { name: 'Waivers' }).click();
  await page.getByRole('row', { name: /pickle\.global-denied/ }).click();
  expect(await violationsOf(page)).toEqual([]);
  await page.getByRole('button', { name: 'Revoke…' }).click();
  const revoke = page.getByRole('dialog', { name: /^Revoke the waiver/ });
  await revoke.getByLabel('Reason').fill('it was a mistake');
  await revoke.getByRole('button', { name: /^Revoke the waiver/ }).click();
  await expect(page.getByRole('row', { name: /pickle\.global-denied/ })).toContainText('revoked');
});

/** Accepts every finding that blocks, one rule and file after the other. */
async function waiveAll(page: Page): Promise<void> {
  const waive = page.getByRole('button', { name: /^Waive \S+ for \S+…$/ });
  for (let left = await waive.count(); left > 0; left -= 1) {
    await waive.first().click();
    const dialog = page.getByRole('dialog', { name: /^Waive/ });
    await dialog.getByLabel('Reason').fill('a sample for the laboratory');
    await dialog.getByRole('button', { name: /^Waive \S+ for / }).click();
    await expect(dialog).toBeHidden();
    await expect(waive).toHaveCount(left - 1);
  }
}

/** `count` vectors, of which every hundredth is another one in the next version. */
function vectors(count: number, shift: number): Values {
  return Object.fromEntries(
    Array.from({ length: count }, (_, n) => [`layers.${n}.weight`, [n, n % 100 === 0 ? n + shift : n]]),
  );
}

test('5,000 tensors of two releases are compared and scrolled, and a policy is tried before it is saved', async ({
  sallyport,
  folder,
}) => {
  test.setTimeout(120_000);
  const { page } = sallyport;
  const packer = await seedPacker(sallyport, folder);
  for (const [version, shift] of [
    ['1.0.0', 0],
    ['1.1.0', 0.5],
  ] as const) {
    const model = packer.pack(`demo-model-${version}`, {
      'model.safetensors': safetensorsFile(vectors(5000, shift)),
      'config.json': `{\n  "hidden_size": ${shift}\n}\n`,
    });
    await call(page, 'imports.publish', { id: await seedImport(sallyport, model, 'demo-model', version) });
  }
  await openPlace(page, 'Models');
  await page.getByRole('row', { name: /demo-model/ }).click();
  await page.getByRole('button', { name: 'Compare 1.0.0 with 1.1.0' }).click();
  await page.getByRole('tab', { name: /^Tensors/ }).click();
  await expect(page.getByText('50 changed, 4\u202f950 identical; 50 shown')).toBeVisible();
  await page.getByRole('checkbox', { name: 'Differences only' }).click();
  const table = page.getByRole('grid', { name: 'Tensors' });
  await expect(table).toHaveAttribute('aria-rowcount', '5001');
  await table.getByRole('row').nth(3).click();
  await page.keyboard.press('End');
  await expect(table.getByRole('row', { name: /layers\.\d+\.weight/ }).last()).toBeFocused();
  await expect(page.getByRole('table', { name: 'Statistics' })).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
  await takeScreens(page, 'compare-tensors');
  await page.getByRole('tab', { name: /^Templates/ }).click();
  await expect(page.getByText('"hidden_size": 0.5')).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);

  await openPlace(page, 'Trust');
  await page.getByRole('tab', { name: 'Scan policy' }).click();
  await page.getByLabel('Formats that may come in').fill('gguf');
  await page.getByLabel('Formats that may come in').press('Enter');
  const draft = page.getByRole('region', { name: 'Changes not saved' });
  await expect(draft).toContainText('2 releases of 2 held would be judged otherwise');
  expect(await violationsOf(page)).toEqual([]);
  await takeScreens(page, 'policy-draft');
  await draft.getByRole('button', { name: 'Save as version 1…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change the policy to version 1' });
  await dialog.getByLabel('Reason').fill('only GGUF from now on');
  await dialog.getByRole('button', { name: /^Change the policy/ }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('table', { name: 'History of the policy' })).toContainText('only GGUF');
});
