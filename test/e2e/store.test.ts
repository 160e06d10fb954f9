import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { blobFile } from '../fixtures/fixity.ts';
import { opaqueWeights } from '../fixtures/safetensors-file.ts';
import { call } from './calls.ts';
import { chooseNext, expect, takeScreens, test } from './fixtures.ts';
import { createPacker } from './packer.ts';
import { openPlace } from './places.ts';
import { seedAnchor, seedImport, seedPerson } from './seed.ts';

test('damage is found, named and repaired from a folder; what nothing needs is seen before it goes', async ({
  sallyport,
  folder,
  home,
}) => {
  test.setTimeout(120_000);
  const { app, page } = sallyport;
  const weights = opaqueWeights(2_000_000);
  const packer = createPacker(path.join(folder, 'outside'));
  await seedPerson(sallyport);
  await seedAnchor(sallyport, packer.publicKey, 'the packer', ['demo-*']);
  const model = packer.pack('demo-model-1.0.0', { 'model.safetensors': weights });
  const id = await seedImport(sallyport, model, 'demo-model', '1.0.0');
  await call(page, 'imports.publish', { id });

  await openPlace(page, 'Activity');
  await page.getByRole('button', { name: 'Stored blobs…' }).click();
  await expect(page.getByText(/\d+ blobs of \d+ never read since coming in/)).toBeVisible();
  await takeScreens(page, 'store-never-read');
  const stored = blobFile(home, weights);
  const damaged = readFileSync(stored);
  damaged[77] = (damaged[77] ?? 0) ^ 1;
  chmodSync(stored, 0o644);
  writeFileSync(stored, damaged);
  await page.getByRole('button', { name: 'Check everything' }).click();
  await expect(page.getByText('1 blob not as published')).toBeVisible({ timeout: 30_000 });
  await page.getByRole('tab', { name: /^Damaged/ }).click();
  const table = page.getByRole('table', { name: 'Damaged blobs' });
  await expect(table).toContainText('demo-model@1.0.0: model.safetensors');
  await expect(table).toContainText('bytes 0-');
  await takeScreens(page, 'store-damaged');

  await page.getByRole('button', { name: 'Repair…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Repair 1 damaged blob' });
  const good = path.join(folder, 'good-copies');
  mkdirSync(good);
  writeFileSync(path.join(good, 'model.safetensors'), weights);
  await chooseNext(app, good);
  await dialog.getByRole('button', { name: 'Choose a folder…' }).click();
  await expect(dialog.getByText(/good-copies$/).last()).toBeVisible();
  await takeScreens(page, 'store-repair');
  await dialog.getByRole('button', { name: 'Repair 1 blob' }).click();
  await expect(page.getByText('every blob as published when it was last read')).toBeVisible({
    timeout: 30_000,
  });
  expect(readFileSync(stored).equals(weights)).toBe(true);
  await takeScreens(page, 'store-repaired');

  await page.getByRole('button', { name: 'When and how fast…' }).click();
  const settings = page.getByRole('dialog', { name: 'When and how fast stored blobs are read again' });
  await settings.getByLabel('Days after which a blob is due again').fill('30');
  await settings.getByLabel('Rate at most').selectOption('Slow, 20 MB/s');
  await takeScreens(page, 'store-settings');
  await settings.getByRole('button', { name: 'Change how blobs are read' }).click();
  await expect(settings.getByText('This act needs a reason.')).toBeVisible();
  await settings.getByLabel('Reason').fill('policy 7');
  await settings.getByRole('button', { name: 'Change how blobs are read' }).click();
  await expect(page.getByText(/Read again every 30 days, 0 blobs due, at 20(\.0)? MB\/s/)).toBeVisible();

  const stranded = path.join(home, 'blobs/sha256/ff', 'f'.repeat(64));
  mkdirSync(path.dirname(stranded), { recursive: true });
  writeFileSync(stranded, 'nobody knows these');
  await page.getByRole('tab', { name: 'Not needed' }).click();
  await page.getByRole('button', { name: 'Look what would go' }).click();
  const needs = page.getByRole('table', { name: 'Blobs and what needs them' });
  await expect(needs.getByRole('row', { name: /go.*nothing needs it/ })).toBeVisible();
  await expect(needs).toContainText('demo-model@1.0.0');
  await takeScreens(page, 'store-garbage');
  await page.getByRole('button', { name: /^Remove .*…$/ }).click();
  await page.getByRole('button', { name: /^Remove 1 blob, / }).click();
  await expect(page.getByText(/^1 blob are gone|^1 blob is gone/)).toBeVisible();
  expect(readdirSync(path.dirname(stranded))).toEqual([]);
});
