import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { call, locate, untilJob } from './calls.ts';
import { chooseNext, expect, takeScreens, test, untilReady, type Launched } from './fixtures.ts';
import { createPacker } from './packer.ts';
import { openPlace } from './places.ts';
import { seedAnchor, seedImport, seedPerson, seedSite } from './seed.ts';

/** The folder of the set that `seedSite` wrote. */
function setIn(folder: string): string {
  const drive = path.join(folder, 'drive');
  return path.join(drive, readdirSync(drive)[0] ?? '');
}

/** Writes the public key of the sending site's person into a file, as it would be handed over. */
async function handOverKey(page: Page, folder: string): Promise<string> {
  const [key] = await call(page, 'keys.list', {});
  const file = path.join(folder, 'sender.pub');
  writeFileSync(file, `${key?.publicKeyLine ?? ''}\n`);
  return file;
}

/** A drive with a set of another site, and that site's key. */
async function receiveFromElsewhere(
  launch: (options: { home: string }) => Promise<Launched>,
  folder: string,
) {
  const sender = await launch({ home: path.join(folder, 'sender-home') });
  await untilReady(sender.page);
  await call(sender.page, 'site.rename', { site: 'sender' });
  await seedSite(sender, folder);
  const key = await handOverKey(sender.page, folder);
  await sender.app.close();
  return { drive: path.join(folder, 'drive'), key };
}

async function receive({ app, page }: Launched, drive: string): Promise<void> {
  await openPlace(page, 'Transfers');
  await page.getByRole('button', { name: 'Receive a set…' }).first().click();
  await chooseNext(app, drive);
  await page.getByRole('button', { name: 'Choose folder…' }).click();
}

test('a set of another site is checked, brought in and published', async ({ launch, sallyport, folder }) => {
  const { page } = sallyport;
  const { drive, key } = await receiveFromElsewhere(launch, folder);
  await seedPerson(sallyport, 'receiver');
  await seedAnchor(sallyport, key, 'the sender', ['demo-*']);
  await receive(sallyport, drive);
  await expect(page.getByText('the sender').first()).toBeVisible();
  await takeScreens(page, 'transfers-receive');
  await page.getByRole('button', { name: 'Bring 1 release into quarantine' }).click();
  await page.getByRole('button', { name: /^Read the evidence of demo-model 1\.0\.0/ }).click();
  await page.getByRole('button', { name: 'Publish demo-model 1.0.0 as a release…' }).click();
  await page
    .getByRole('dialog')
    .getByRole('button', { name: /^Publish demo-model 1\.0\.0, / })
    .click();
  await expect(page.getByText('Published.')).toBeVisible();
  expect(await call(page, 'releases.list', {})).toMatchObject([{ model: 'demo-model', verdict: 'verified' }]);
});

test('a set by a key that no anchor knows is refused before anything is read', async ({
  launch,
  sallyport,
  folder,
}) => {
  const { page } = sallyport;
  const { drive } = await receiveFromElsewhere(launch, folder);
  await receive(sallyport, drive);
  await expect(page.getByText('no anchor of this site knows the key')).toBeVisible();
  await expect(page.getByText('SIGNER-UNKNOWN').first()).toBeVisible();
  const bringIn = page.getByRole('button', { name: /^Bring 1 release into quarantine/ });
  await expect(bringIn).toHaveAttribute('aria-disabled', 'true');
  expect(await call(page, 'imports.list', {})).toEqual([]);
});

test('one flipped bit in a set is found, with its file and range, and nothing is published', async ({
  launch,
  sallyport,
  folder,
}) => {
  const { page } = sallyport;
  const { key } = await receiveFromElsewhere(launch, folder);
  await seedPerson(sallyport, 'receiver');
  await seedAnchor(sallyport, key, 'the sender', ['demo-*']);
  const drive = path.join(folder, 'bad-drive');
  mkdirSync(drive);
  const set = path.join(drive, path.basename(setIn(folder)));
  cpSync(setIn(folder), set, { recursive: true });
  const blob = largestBlob(set);
  const bytes = readFileSync(blob);
  bytes[4321] = (bytes[4321] ?? 0) ^ 1;
  writeFileSync(blob, bytes, { mode: 0o644 });

  await receive(sallyport, drive);
  await page.getByRole('button', { name: 'Bring 1 release into quarantine' }).click();
  const need = page.getByRole('main').getByRole('region', { name: 'What it waits for' });
  const bad = need.getByRole('list', { name: 'What was bad' });
  await expect(bad).toContainText(path.basename(blob).slice(0, 12), { timeout: 30_000 });
  await expect(bad).toContainText(/bytes 0-\d+/);
  await takeScreens(page, 'transfers-flipped-bit');
  expect(await call(page, 'releases.list', {})).toEqual([]);
});

function largestBlob(set: string): string {
  const folder = path.join(set, 'blobs/sha256');
  const blobs = readdirSync(folder).map((name) => path.join(folder, name));
  return blobs.sort((a, b) => readFileSync(b).length - readFileSync(a).length)[0] ?? '';
}

test('a folder whose signature does not hold cannot be published, and says why', async ({
  sallyport,
  folder,
}) => {
  const { page } = sallyport;
  await seedPerson(sallyport);
  const packer = createPacker(path.join(folder, 'outside'));
  await seedAnchor(sallyport, packer.publicKey, 'the packer', ['demo-*']);
  const model = packer.pack('demo-model-1.0.0', { 'weights.txt': 'weights' });
  writeFileSync(path.join(model, 'weights.txt'), 'weightz');
  await seedImport(sallyport, model, 'demo-model', '1.0.0');
  await openPlace(page, 'Intake');
  await page.getByRole('button', { name: /^demo-model 1\.0\.0/ }).click();
  const source = page.getByRole('region', { name: 'Selected source' });
  await expect(source.getByRole('button', { name: 'Bytes' })).toContainText('failed');
  await expect(source.getByText('DIGEST-MISMATCH').first()).toBeVisible();
  const publish = source.getByRole('button', { name: /^Publish demo-model 1\.0\.0/ });
  await expect(publish).toHaveAttribute('aria-disabled', 'true');
  await takeScreens(page, 'intake-failed');
  await source.getByRole('button', { name: 'Refuse demo-model 1.0.0…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Refuse demo-model 1.0.0' });
  await dialog.getByRole('textbox').fill('a byte differs');
  await dialog.getByRole('button', { name: /^Refuse demo-model 1\.0\.0 and discard/ }).click();
  await expect(dialog).toBeHidden();
  await expect(source.getByText('Refused: a byte differs')).toBeVisible();
});

test('verifying in place takes nothing in', async ({ sallyport, folder }) => {
  const { page } = sallyport;
  const packer = createPacker(path.join(folder, 'outside'));
  const model = packer.pack('demo-model-1.0.0', { 'weights.txt': 'weights' });
  const source = await locate(sallyport, model);
  const { jobId } = await call(page, 'verify.start', { sources: [source] });
  await untilJob(page, jobId, 'done');
  expect(await call(page, 'imports.list', {})).toEqual([]);
});
