import { mkdirSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { call, locate } from './calls.ts';
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
    await dialog.getByRole('button', { name: /^Choose (the key|another) file…$/ }).click();
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

test('a trust pack is made, signed by two, taken in, and gone back to with a reason', async ({
  sallyport,
  folder,
}) => {
  test.setTimeout(120_000);
  const { app, page } = sallyport;
  const passphrase = 'a passphrase of the test';
  const packer = createPacker(path.join(folder, 'packer'));
  await seedPerson(sallyport, 'anna');
  await call(page, 'keys.create', { name: 'ben', passphrase });
  await seedAnchor(sallyport, packer.publicKey, 'the packer', ['demo-*']);
  const drive = path.join(folder, 'drive');
  mkdirSync(drive);
  await openPlace(page, 'Trust');
  await page.getByRole('tab', { name: 'Packs' }).click();
  const dialog = page.getByRole('dialog');

  await page.getByRole('button', { name: 'Make a pack…' }).click();
  await chooseNext(app, drive);
  await dialog.getByRole('button', { name: 'Choose folder…' }).click();
  for (const name of ['anna', 'ben']) await dialog.getByRole('checkbox', { name }).check();
  await dialog.getByLabel('How many have to sign').fill('2');
  await dialog.getByRole('button', { name: 'Write and sign the pack' }).click();
  await expect(dialog).toContainText('1 signature more is needed');
  await call(page, 'session.unlock', { name: 'ben', passphrase });
  await dialog.getByRole('button', { name: 'Sign the pack as ben' }).click();
  await expect(dialog).toContainText('Enough root holders signed it.');
  await page.keyboard.press('Escape');

  const file = path.join(drive, readdirSync(drive)[0] ?? '');
  const look = async () => {
    await page.getByRole('button', { name: 'Take in a pack…' }).click();
    await chooseNext(app, file);
    await dialog.getByRole('button', { name: 'Choose the file…' }).click();
  };
  await look();
  await expect(dialog.getByRole('table', { name: 'Anchors that change' })).toContainText('the packer');
  const accept = dialog.getByRole('button', { name: /^Accept pack 1 of/ });
  await expect(accept).toHaveAttribute('aria-description', /Compare the fingerprint of every root key/);
  for (const box of await dialog.getByRole('checkbox').all()) await box.check();
  await accept.click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('row', { name: /in force/ })).toContainText('1 anchor');

  const { location } = await call(page, 'trust.pack.create', {
    target: await locate(sallyport, folder),
    maxAgeDays: 30,
  });
  await call(page, 'session.unlock', { name: 'anna', passphrase });
  await call(page, 'trust.pack.sign', { source: location.handle });
  await call(page, 'trust.pack.accept', { source: location.handle });
  await expect(page.getByRole('row', { name: /in force/ })).toContainText('2');
  await look();
  const back = dialog.getByRole('button', { name: 'Go back from pack 2 to pack 1' });
  await expect(back).toHaveAttribute('aria-description', 'Going back needs a reason.');
  await dialog.getByLabel('Reason for going back').fill('pack 2 was made in error');
  await back.click();
  await expect(dialog).toBeHidden();
  await page.getByRole('row', { name: /went back to/ }).click();
  await expect(page.getByText('pack 2 was made in error')).toBeVisible();
  await takeScreens(page, 'trust-packs');
});

test('an anchor is limited with a reason, removed, and stays in its history', async ({
  sallyport,
  folder,
}) => {
  const { page } = sallyport;
  const packer = createPacker(path.join(folder, 'packer'));
  await seedPerson(sallyport);
  await seedAnchor(sallyport, packer.publicKey, 'the packer', ['demo-*']);
  await openPlace(page, 'Trust');
  await page.getByRole('row', { name: /the packer/ }).click();
  await page.getByRole('button', { name: 'Change what it counts for…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('May sign for').fill('demo-model');
  await dialog.getByRole('checkbox', { name: 'receipts' }).uncheck();
  await dialog.getByLabel('Reason').fill('they only pack one model');
  await dialog.getByRole('button', { name: 'Change what it counts for' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText('models, transfer sets, attestations', { exact: true })).toBeVisible();
  await expect(page.getByText('they only pack one model')).toBeVisible();
  await page.getByRole('button', { name: 'Remove…' }).click();
  await dialog.getByLabel('Reason').fill('the contract ended');
  await dialog.getByRole('button', { name: 'Remove the key for demo-model' }).click();
  const past = page.getByRole('grid', { name: 'Anchors that were removed' });
  await expect(past).toContainText('the contract ended');
});
