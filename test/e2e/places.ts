import type { Page } from '@playwright/test';
import { expect } from './fixtures.ts';

/** The six places, in the order of the rail and of Ctrl+1 to Ctrl+6. */
export const placeNames = ['Intake', 'Models', 'Fleet', 'Transfers', 'Activity', 'Trust'] as const;
export type PlaceName = (typeof placeNames)[number];

/** The place's own content. */
export const placeContent = (page: Page, name: PlaceName) => page.getByRole('main', { name });

/** Opens a place by the rail. */
export async function openPlace(page: Page, name: PlaceName): Promise<void> {
  const rail = page.getByRole('navigation', { name: 'Places' });
  await rail.getByRole('button', { name: new RegExp(`^${name}`) }).click();
  await expect(placeContent(page, name)).toBeVisible();
  await expect(page).toHaveTitle(`${name} – Sallyport`);
}
