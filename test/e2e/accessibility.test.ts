import type { Page } from '@playwright/test';
import { writeFileSync } from 'node:fs';
import { violationsOf } from './axe.ts';
import { chooseNext, expect, takeScreens, test, untilReady } from './fixtures.ts';
import { openPlace, placeNames } from './places.ts';
import { seedSite } from './seed.ts';

const schemes = ['light', 'dark'] as const;

/** Looks at the page in light and in dark. */
async function expectAccessible(page: Page, what: string): Promise<void> {
  for (const colorScheme of schemes) {
    await page.emulateMedia({ colorScheme });
    expect.soft(await violationsOf(page), `${what}, ${colorScheme}`).toEqual([]);
  }
}

test('every empty place', async ({ page }) => {
  test.setTimeout(240_000);
  for (const name of placeNames) {
    await openPlace(page, name);
    await expectAccessible(page, name);
    await takeScreens(page, `${name.toLowerCase()}-empty`);
  }
});

test('every place with something in it', async ({ sallyport, folder }) => {
  test.setTimeout(240_000);
  const { page } = sallyport;
  await seedSite(sallyport, folder);
  for (const name of placeNames) {
    await openPlace(page, name);
    await expectAccessible(page, name);
  }
});

test('what opens from the places', async ({ sallyport, folder }) => {
  test.setTimeout(240_000);
  const { page } = sallyport;
  await seedSite(sallyport, folder);

  await openPlace(page, 'Models');
  await page.getByRole('row', { name: /demo-model/ }).click();
  await expectAccessible(page, 'a model');
  await page.getByRole('button', { name: '1.0.0', exact: true }).first().click();
  for (const tab of await page.getByRole('tab').all()) {
    await tab.click();
    await expectAccessible(page, `a release, ${(await tab.textContent()) ?? ''}`);
  }
  await page.getByRole('button', { name: 'Pin…' }).first().click();
  await expectAccessible(page, 'the pin dialog');
  await page.keyboard.press('Escape');

  await openPlace(page, 'Activity');
  await page.getByRole('listbox').getByRole('option').first().click();
  await expectAccessible(page, 'an entry of the log');
  await page.getByRole('button', { name: 'Stored blobs…' }).click();
  for (const tab of await page.getByRole('tab').all()) {
    await tab.click();
    await expectAccessible(page, `stored blobs, ${(await tab.textContent()) ?? ''}`);
  }
  await page.getByRole('button', { name: 'When and how fast…' }).click();
  await expectAccessible(page, 'the settings of fixity checks');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Back to Activity' }).click();
  await openPlace(page, 'Trust');
  await page.getByRole('row', { name: /the packer/ }).click();
  await expectAccessible(page, 'an anchor');
  await page.getByRole('button', { name: 'Refresh…' }).click();
  await expectAccessible(page, 'an anchor confirmed anew');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Change what it counts for…' }).click();
  await expectAccessible(page, 'what an anchor counts for');
  await page.keyboard.press('Escape');
  await page.getByRole('tab', { name: 'Packs' }).click();
  await expectAccessible(page, 'trust packs');
  for (const act of ['Take in a pack…', 'Make a pack…', 'Sign a pack…']) {
    await page.getByRole('button', { name: act }).click();
    await expectAccessible(page, act);
    await page.keyboard.press('Escape');
  }
  await page.getByRole('tab', { name: 'Revocations' }).click();
  await page.getByRole('button', { name: 'Revoke…' }).first().click();
  await expectAccessible(page, 'a new revocation');
  await page.keyboard.press('Escape');
  await openPlace(page, 'Transfers');
  for (const tab of await page.getByRole('tab').all()) {
    await tab.click();
    await expectAccessible(page, `transfers, ${(await tab.textContent()) ?? ''}`);
  }
  await page.getByRole('tab', { name: /^Sent/ }).click();
  await page.getByRole('row', { name: /demo-model/ }).click();
  await page.getByRole('button', { name: 'Hand over…' }).click();
  await expectAccessible(page, 'a hand-over, over a set');
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'New set…' }).first().click();
  await page.getByRole('checkbox', { name: 'demo-model@1.0.0' }).check();
  await chooseNext(sallyport.app, folder);
  await page.getByRole('button', { name: 'Choose folder…' }).click();
  await expect(page.getByText(/^All .* fit on 1 volume$/)).toBeVisible();
  await expectAccessible(page, 'a new set with its plan');
  await openPlace(page, 'Fleet');
  await page.getByRole('button', { name: 'Add a server…' }).first().click();
  await expectAccessible(page, 'a new server');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+K');
  await expectAccessible(page, 'the palette');
  await takeScreens(page, 'palette');
  await page.keyboard.press('Escape');
});

test('the page of a home that cannot be opened', async ({ home, launch }) => {
  writeFileSync(home, 'a file');
  const { page } = await launch();
  await untilReady(page);
  await expectAccessible(page, 'a start that failed');
  await takeScreens(page, 'start-failure');
});
