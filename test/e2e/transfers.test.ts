import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Page } from '@playwright/test';
import { opaqueWeights } from '../fixtures/safetensors-file.ts';
import { call, locate, untilJob } from './calls.ts';
import { chooseNext, expect, takeScreens, test, untilReady, type Launched } from './fixtures.ts';
import { createPacker } from './packer.ts';
import { openPlace } from './places.ts';
import { seedAnchor, seedImport, seedPerson } from './seed.ts';

/** A site with one release of two megabytes: too much for one of the small volumes. */
async function seedRelease(launched: Launched, folder: string): Promise<void> {
  const packer = createPacker(path.join(folder, 'outside'));
  await seedPerson(launched);
  await seedAnchor(launched, packer.publicKey, 'the packer', ['demo-*']);
  const model = packer.pack('demo-model-1.0.0', { 'model.safetensors': opaqueWeights(2_000_000) });
  const id = await seedImport(launched, model, 'demo-model', '1.0.0');
  await call(launched.page, 'imports.publish', { id });
}

function makeFolder(folder: string, name: string): string {
  const made = path.join(folder, name);
  mkdirSync(made);
  return made;
}

async function addFolder({ app, page }: Launched, folder: string, size: string): Promise<void> {
  const places = page.getByRole('list', { name: 'Where the set goes' }).getByRole('listitem');
  const before = await places.count();
  await chooseNext(app, folder);
  await page.getByRole('button', { name: 'Choose folder…' }).click();
  await expect(places).toHaveCount(before + 1);
  const limit = page.getByLabel(`At most, for place ${before + 1}`);
  await limit.fill(size);
  await limit.press('Enter');
  await expect(limit).toHaveValue(/B$/);
}

const planOf = (page: Page) => page.getByRole('region', { name: 'Plan' });

test('a set is planned over two folders, written, proven and handed over', async ({ sallyport, folder }) => {
  test.setTimeout(120_000);
  const { app, page } = sallyport;
  await seedRelease(sallyport, folder);
  await openPlace(page, 'Transfers');
  await page.getByRole('button', { name: 'New set…' }).first().click();
  await page.getByRole('checkbox', { name: 'demo-model@1.0.0' }).check();
  await addFolder(sallyport, makeFolder(folder, 'small-drive'), '0.0008');
  await expect(
    planOf(page).getByText(/bytes \(.*\) fit nowhere: \d+ more volumes? of 800 kB would do/),
  ).toBeVisible();
  await takeScreens(page, 'transfers-plan-lacks');
  await addFolder(sallyport, makeFolder(folder, 'large-drive'), '1.8 MB');
  await expect(planOf(page).getByText(/^All .* fit on 2 volumes$/)).toBeVisible();
  await planOf(page).getByRole('button', { name: 'volume 2' }).click();
  await expect(planOf(page).getByRole('list', { name: 'What goes on volume 2' })).toContainText(
    /bytes .* to .* of/,
  );
  await takeScreens(page, 'transfers-plan');
  await page.getByRole('button', { name: /^Write the set, .* on 2 volumes$/ }).click();
  await expect(page.getByText('Every file was read back and compared with its digest.')).toBeVisible({
    timeout: 60_000,
  });
  await expect(page.getByText('The volumes can be removed now', { exact: false })).toBeVisible();
  await takeScreens(page, 'transfers-proof');

  await page.getByRole('button', { name: 'Record the hand-over…' }).click();
  const dialog = page.getByRole('dialog', { name: /^Hand over set/ });
  await dialog.getByLabel('To whom').fill('courier Imhof');
  await dialog.getByLabel('Note for the record').fill('bag 17, seal 0042');
  await takeScreens(page, 'transfers-hand-over');
  await dialog
    .getByRole('button', { name: /^Record that 2 volumes of set [0-9a-f]{8} went to courier Imhof$/ })
    .click();
  await expect(dialog).toBeHidden();
  await page.getByRole('button', { name: 'Done' }).click();
  const row = page.getByRole('grid', { name: 'Sets sent' }).getByRole('row', { name: /demo-model 1\.0\.0/ });
  await expect(row).toContainText('handed over to courier Imhof');
  await row.click();
  const custody = page.getByRole('list', { name: 'Who had the media when' });
  await expect(custody).toContainText('handed volume 2 over to courier Imhof');
  await expect(custody).toContainText('bag 17, seal 0042');

  const report = path.join(folder, 'kiosk.txt');
  writeFileSync(report, 'nothing found\n');
  await chooseNext(app, report);
  await page.getByRole('button', { name: 'Attach a report…' }).click();
  const attach = page.getByRole('dialog', { name: /^Attach to set/ });
  await attach.getByRole('textbox').fill('kiosk 3, before it left');
  await attach.getByRole('button', { name: /^Attach it to set .* for good$/ }).click();
  await expect(page.getByText('kiosk.txt')).toBeVisible();
  await takeScreens(page, 'transfers-inspector');
});

/** Two volumes of a set by another site, and its key as it is handed over. */
async function volumesFromElsewhere(
  launch: (options: { home: string }) => Promise<Launched>,
  folder: string,
): Promise<{ first: string; second: string; key: string }> {
  const sender = await launch({ home: path.join(folder, 'sender-home') });
  await untilReady(sender.page);
  await call(sender.page, 'site.rename', { site: 'sender' });
  await seedRelease(sender, folder);
  const [first, second] = [makeFolder(folder, 'first'), makeFolder(folder, 'second')];
  const volumes = [
    { location: await locate(sender, first), capacityBytes: 1_200_000 },
    { location: await locate(sender, second), capacityBytes: 1_200_000 },
  ];
  const releases = [{ model: 'demo-model', version: '1.0.0' }];
  const { jobId } = await call(sender.page, 'bundles.create', { releases, volumes });
  await untilJob(sender.page, jobId, 'done');
  const [person] = await call(sender.page, 'keys.list', {});
  const key = path.join(folder, 'sender.pub');
  writeFileSync(key, `${person?.publicKeyLine ?? ''}\n`);
  await sender.app.close();
  return { first, second, key };
}

test('an import waits for the volume that is missing, and goes on when it is offered', async ({
  launch,
  sallyport,
  folder,
}) => {
  test.setTimeout(120_000);
  const { app, page } = sallyport;
  const { first, second, key } = await volumesFromElsewhere(launch, folder);
  await seedPerson(sallyport, 'receiver');
  await seedAnchor(sallyport, key, 'the sender', ['demo-*']);
  await openPlace(page, 'Intake');
  await chooseNext(app, first);
  await page.getByRole('button', { name: 'Choose folder…' }).click();
  await page.getByRole('button', { name: 'Bring 1 release into quarantine' }).click();
  const need = page.getByRole('main').getByRole('region', { name: 'What it waits for' });
  await expect(need).toContainText('waiting for volume 2 of 2', { timeout: 60_000 });
  await expect(page.getByRole('contentinfo', { name: 'Status' })).toContainText('1 job waiting for a medium');
  const contents = page.getByRole('main').getByRole('region', { name: 'Contents' });
  await expect(contents.getByRole('button', { name: 'Contents' })).toContainText(
    /waiting.*the import waits for volume 2 of 2/,
  );
  await expect(contents).not.toContainText('SET-INCOMPLETE');
  await takeScreens(page, 'intake-waiting');

  const target = makeFolder(folder, 'to-the-sender');
  await chooseNext(app, target);
  await need.getByRole('button', { name: 'Write a re-request…' }).click();
  await expect(need).toContainText('Take it to sender');

  await chooseNext(app, second);
  await need.getByRole('button', { name: 'Offer a drive or folder…' }).click();
  await expect(page.getByRole('button', { name: 'Publish demo-model 1.0.0 as a release…' })).toBeVisible({
    timeout: 60_000,
  });
  await openPlace(page, 'Transfers');
  await page.getByRole('tab', { name: /^Received/ }).click();
  await page
    .getByRole('grid', { name: 'Sets received' })
    .getByRole('row', { name: /demo-model/ })
    .click();
  await expect(page.getByRole('list', { name: 'Who had the media when' })).toContainText('receiver received');
});
