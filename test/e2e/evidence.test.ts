import { readFileSync } from 'node:fs';
import path from 'node:path';
import { violationsOf } from './axe.ts';
import { call } from './calls.ts';
import { expect, takeScreens, test, type Launched } from './fixtures.ts';
import { createPacker } from './packer.ts';
import { openPlace } from './places.ts';
import { seedAnchor, seedImport, seedPerson } from './seed.ts';

/** The save dialog answers with this file. */
async function saveNextAs({ app }: Launched, file: string): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, file);
}

test('a release is verified again, and its evidence is exported as JSON and as a PDF', async ({
  sallyport,
  folder,
}) => {
  test.setTimeout(120_000);
  const { page, app } = sallyport;
  await seedPerson(sallyport);
  const packer = createPacker(path.join(folder, 'outside'));
  await seedAnchor(sallyport, packer.publicKey, '<script>alert(1)</script> the packer', ['demo-*']);
  const model = packer.pack('demo-model-1.0.0', { 'config.json': '{"layers":2}\n' });
  const id = await seedImport(sallyport, model, 'demo-model', '1.0.0');
  await call(page, 'imports.publish', { id });

  await openPlace(page, 'Models');
  await page.getByRole('row', { name: /demo-model/ }).click();
  await page.getByRole('button', { name: '1.0.0', exact: true }).first().click();
  const questions = page.getByRole('group', { name: 'Questions' });
  for (const question of ['signature', 'identity', 'time', 'revocation', 'freshness', 'completeness']) {
    await expect(questions).toContainText(question);
  }
  await page.getByRole('button', { name: 'Verify again' }).click();
  await expect(page.getByRole('heading', { name: 'Verified again' })).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
  await takeScreens(page, 'evidence-release');

  const json = path.join(folder, 'evidence.json');
  await saveNextAs(sallyport, json);
  await page.getByRole('button', { name: 'Export as JSON…' }).first().click();
  await expect(page.getByText('evidence.json', { exact: true })).toBeVisible();
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ subject: { name: 'demo-model@1.0.0' } });

  const pdf = path.join(folder, 'evidence.pdf');
  await saveNextAs(sallyport, pdf);
  await page.getByRole('button', { name: 'Export as PDF…' }).first().click();
  await expect(page.getByText('evidence.pdf', { exact: true })).toBeVisible({ timeout: 60_000 });
  const printed = readFileSync(pdf);
  expect(printed.subarray(0, 5).toString()).toBe('%PDF-');
  expect(printed.length).toBeGreaterThan(10_000);
  // The window that printed is gone.
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1);
});

test('an import that the scan blocks does not read as verified anywhere, though its signature holds', async ({
  sallyport,
  folder,
}) => {
  const { page } = sallyport;
  await seedPerson(sallyport);
  const packer = createPacker(path.join(folder, 'outside'));
  await seedAnchor(sallyport, packer.publicKey, 'the packer', ['demo-*']);
  const model = packer.pack('demo-model-1.0.0', {
    'model.pkl': "cos\nsystem\n(S'id'\ntR.",
    'config.json': '{}\n',
  });
  const id = await seedImport(sallyport, model, 'demo-model', '1.0.0');
  expect(await call(page, 'imports.list', {})).toMatchObject([{ id, verdict: 'failed' }]);

  await openPlace(page, 'Intake');
  const row = page.getByRole('button', { name: /^demo-model 1\.0\.0/ });
  await expect(row).toContainText('failed');
  await row.click();
  const source = page.getByRole('region', { name: 'Selected source' });
  await expect(source.getByRole('button', { name: /^Signatures verified/ })).toBeVisible();
  await expect(source.getByRole('button', { name: /^Evidence failed/ })).toBeVisible();
  await expect(source.getByText(/every byte as signed, but blocked by the scan/).first()).toBeVisible();
  expect(await violationsOf(page)).toEqual([]);
  await takeScreens(page, 'evidence-blocked');
});
