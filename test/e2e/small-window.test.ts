import type { Page } from '@playwright/test';
import { expect, takeScreens, test } from './fixtures.ts';
import { openPlace, placeContent, placeNames } from './places.ts';
import { seedSite } from './seed.ts';

/** What sticks out of the window or of the place to the right, and cannot be scrolled to. */
async function overflowOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const regions = [
      document.documentElement,
      ...document.querySelectorAll<HTMLElement>('main, nav, [role="dialog"]'),
    ];
    return regions
      .filter((region) => region.scrollWidth > region.clientWidth)
      .map((region) => `${region.tagName} ${region.scrollWidth} > ${region.clientWidth}`);
  });
}

test('at 1024x640 nothing sticks out of any place', async ({ sallyport, folder }) => {
  const { page } = sallyport;
  await seedSite(sallyport, folder);
  await sallyport.app.evaluate(({ BrowserWindow }) =>
    BrowserWindow.getAllWindows()[0]?.setContentSize(1024, 640),
  );
  await expect.poll(() => page.evaluate(() => [innerWidth, innerHeight])).toEqual([1024, 640]);
  for (const name of placeNames) {
    await openPlace(page, name);
    await expect(placeContent(page, name).getByRole('heading').first()).toBeVisible();
    expect(await overflowOf(page), name).toEqual([]);
  }
  await openPlace(page, 'Trust');
  await page.getByRole('row', { name: /the packer/ }).click();
  await expect(page.getByRole('complementary')).toBeVisible();
  expect(await overflowOf(page), 'with the inspector').toEqual([]);
  await takeScreens(page, 'trust-small');
  await page.getByRole('button', { name: 'Add an anchor…' }).first().click();
  expect(await overflowOf(page), 'with a dialog').toEqual([]);
  await page.keyboard.press('Escape');
  await openPlace(page, 'Models');
  await page.getByRole('row', { name: /demo-model/ }).click();
  expect(await overflowOf(page), 'a model').toEqual([]);
});

test('with reduced motion nothing moves', async ({ sallyport, page, folder }) => {
  await seedSite(sallyport, folder);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  for (const name of placeNames) {
    await openPlace(page, name);
    const moving = await page.evaluate(() => {
      const seconds = (durations: string) =>
        Math.max(...durations.split(',').map((each) => parseFloat(each)));
      return [...document.querySelectorAll('*')]
        .filter((element) => {
          const { transitionDuration, animationDuration } = getComputedStyle(element);
          return seconds(transitionDuration) > 0.01 || seconds(animationDuration) > 0.01;
        })
        .map((element) => element.outerHTML.slice(0, 120));
    });
    expect(moving, name).toEqual([]);
  }
});
