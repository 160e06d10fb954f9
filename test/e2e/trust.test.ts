import path from 'node:path';
import { chooseNext, expect, takeScreens, test } from './fixtures.ts';
import { createPacker } from './packer.ts';
import { openPlace } from './places.ts';
import { seedAnchor, seedPerson } from './seed.ts';

test('an anchor is confirmed anew by the same key only', async ({ sallyport, folder }) => {
  const { app, page } = sallyport;
  const packer = createPacker(path.join(folder, 'packer'));
  const other = createPacker(path.join(folder, 'other'));
  await seedPerson(sallyport);
  await seedAnchor(sallyport, packer.publicKey, 'the packer', ['demo-*']);
  await openPlace(page, 'Trust');
  await page.getByRole('row', { name: /the packer/ }).click();
  await page.getByRole('button', { name: 'Refresh…' }).click();
  const dialog = page.getByRole('dialog');
  for (const key of [other.publicKey, packer.publicKey]) {
    await chooseNext(app, key);
    await dialog.getByRole('button', { name: 'Choose the key file…' }).click();
    await expect(dialog.getByRole('radio')).not.toBeChecked();
    await dialog.getByRole('radio').check();
    await dialog.getByRole('checkbox').check();
    await dialog.getByRole('button', { name: 'Confirm this key anew' }).click();
    if (key === other.publicKey) await expect(dialog.getByRole('alert')).toBeVisible();
  }
  await expect(dialog).toBeHidden();
});

test('a digest is revoked with what it hits shown first, and lifted', async ({ sallyport }) => {
  const { page } = sallyport;
  await seedPerson(sallyport);
  await openPlace(page, 'Trust');
  await page.getByRole('tab', { name: 'Revocations' }).click();
  await page.getByRole('button', { name: 'Revoke…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Value').fill(`sha256:${'ab'.repeat(32)}`);
  await dialog.getByLabel('Reason').fill('the vendor withdrew it');
  await dialog.getByRole('button', { name: 'Show what it hits' }).click();
  await expect(dialog).toContainText('Nothing here is affected.');
  await dialog.getByRole('button', { name: 'Revoke this digest' }).click();
  await expect(dialog).toBeHidden();
  const row = page.getByRole('row', { name: /sha256:abab/ });
  await expect(row).toContainText('revoked');
  await row.click();
  await takeScreens(page, 'trust-revocations');
  await page.getByRole('button', { name: 'Lift…' }).click();
  await dialog.getByLabel('Reason').fill('it was another file');
  await dialog.getByRole('button', { name: 'Lift the revocation of this digest' }).click();
  await expect(row).toContainText('lifted');
});
