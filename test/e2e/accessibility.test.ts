import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test, untilReady } from './fixtures.ts';
import { placeNames, openPlace } from './places.ts';

/** Every rule axe has; the page is looked at as it stands, frame and place together. */
async function violationsOf(page: Page): Promise<string[]> {
  // Axe cannot open a second page in Electron, which its newer way of looking needs.
  const { violations } = await new AxeBuilder({ page }).setLegacyMode(true).analyze();
  return violations.flatMap(({ id, help, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${help}\n${html}\n${failureSummary ?? ''}`),
  );
}

for (const colorScheme of ['light', 'dark'] as const) {
  test(`every empty place in ${colorScheme}: no violations`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    for (const name of placeNames) {
      await openPlace(page, name);
      expect(await violationsOf(page), name).toEqual([]);
    }
  });
}
