import type { Page } from '@playwright/test';
import { call } from './calls.ts';
import { expect, test } from './fixtures.ts';
import { pressOn, tabTo } from './keyboard.ts';
import { openPlace, placeContent, placeNames } from './places.ts';
import { seedSite } from './seed.ts';

/** Marks every control that Tab should reach, so that what it did reach can be told afterwards. */
async function markStops(page: Page): Promise<number> {
  return page.evaluate(() => {
    const controls = document.querySelectorAll<HTMLElement>(
      'button, a[href], input, select, textarea, [tabindex]',
    );
    const radios = new Set<string>();
    const stops = [...controls].filter((control) => {
      if (control.tabIndex < 0 || control.matches(':disabled')) return false;
      // Of a group of radio buttons Tab reaches one.
      if (control instanceof HTMLInputElement && control.type === 'radio') {
        if (radios.has(control.name)) return false;
        radios.add(control.name);
      }
      return control.checkVisibility({ visibilityProperty: true }) && control.closest('[inert]') === null;
    });
    for (const stop of stops) stop.dataset['stop'] = 'waiting';
    return stops.length;
  });
}

/** Presses Tab as often as there are stops (dates have several of their own), and names the stops never reached. */
async function missedStops(page: Page): Promise<string[]> {
  const count = await markStops(page);
  for (let presses = 0; presses < count + 10; presses += 1) {
    await page.keyboard.press('Tab');
    await page.evaluate(() => {
      if (document.activeElement instanceof HTMLElement) document.activeElement.dataset['stop'] = 'reached';
    });
  }
  return page.evaluate(() =>
    [...document.querySelectorAll('[data-stop="waiting"]')].map((missed) => missed.outerHTML.slice(0, 200)),
  );
}

test('Ctrl+1 to Ctrl+6 open the places, Alt+Left goes back', async ({ page }) => {
  for (const [index, name] of placeNames.entries()) {
    await page.keyboard.press(`Control+${index + 1}`);
    await expect(placeContent(page, name)).toBeVisible();
  }
  await page.keyboard.press('Alt+ArrowLeft');
  await expect(placeContent(page, 'Activity')).toBeVisible();
});

test('Ctrl+K goes anywhere by a few letters', async ({ sallyport, folder }) => {
  const { page } = sallyport;
  await seedSite(sallyport, folder);
  await page.keyboard.press('Control+K');
  await expect(page.getByRole('dialog', { name: 'Go to' })).toBeVisible();
  await page.keyboard.type('1.1.0');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('dialog', { name: 'Go to' })).toBeHidden();
  await expect(placeContent(page, 'Models')).toContainText('demo-model@1.1.0');
});

test('Tab reaches every control of every place', async ({ sallyport, folder }) => {
  const { page } = sallyport;
  await seedSite(sallyport, folder);
  for (const name of placeNames) {
    await openPlace(page, name);
    await expect(placeContent(page, name).getByRole('heading').first()).toBeVisible();
    expect(await missedStops(page), name).toEqual([]);
  }
});

test('Escape leaves a dialog without doing anything, and the focus where it was', async ({
  sallyport,
  folder,
}) => {
  const { page } = sallyport;
  await seedSite(sallyport, folder);
  const before = await call(page, 'audit.head', {});
  await openPlace(page, 'Intake');
  await pressOn(page, page.getByRole('button', { name: /^demo-model 2\.0\.0/ }));
  for (const name of ['Publish demo-model 2.0.0 as a release…', 'Refuse demo-model 2.0.0…']) {
    const button = page.getByRole('button', { name });
    await pressOn(page, button);
    await expect(page.getByRole('dialog')).toBeVisible();
    await page.keyboard.press('Escape');
    await expect(page.getByRole('dialog')).toBeHidden();
    await expect(button).toBeFocused();
  }
  await openPlace(page, 'Models');
  await pressOn(page, page.getByRole('row', { name: /demo-model/ }));
  await pressOn(page, page.getByRole('button', { name: 'Pin 1.1.0' }));
  await page.keyboard.type('half a reason');
  await page.keyboard.press('Escape');
  await expect(page.getByRole('dialog')).toBeHidden();
  expect(await call(page, 'audit.head', {})).toEqual(before);
});

test('a channel is moved by the arrow keys, and only with a reason', async ({ sallyport, folder }) => {
  const { page } = sallyport;
  await seedSite(sallyport, folder);
  await openPlace(page, 'Models');
  await pressOn(page, page.getByRole('row', { name: /demo-model/ }));
  await tabTo(page, page.getByRole('button', { name: /^Move production/ }));
  await page.keyboard.press('ArrowUp');
  const dialog = page.getByRole('dialog', { name: 'Move production of demo-model' });
  await expect(dialog).toBeVisible();
  await page.keyboard.press('Control+Enter');
  const confirm = dialog.getByRole('button', { name: 'Pin demo-model 1.1.0 to production' });
  await pressOn(page, confirm);
  await expect(dialog).toContainText('This act needs a reason.');
  await tabTo(page, dialog.getByLabel('Reason'));
  await page.keyboard.type('faster');
  await pressOn(page, confirm);
  await expect(dialog).toBeHidden();
  const [channel] = await call(page, 'channels.list', { model: 'demo-model' });
  expect(channel?.current).toMatchObject({ version: '1.1.0', reason: 'faster' });
});
