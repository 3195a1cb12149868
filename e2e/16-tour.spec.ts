import AxeBuilder from '@axe-core/playwright';
import { tourCookie } from '../lib/client/tour';
import { expect, test } from './lib/test';

test.beforeEach(({ context }) => context.clearCookies({ name: tourCookie }));

test('a newcomer is shown around, through what is there, and asked once', async ({ page }) => {
  await page.goto('/');
  await page.getByRole('button', { name: 'Show me around' }).click();
  await expect(page.getByRole('region', { name: 'New here?' })).toBeHidden();
  const tour = page.getByRole('complementary', { name: 'Tour' });
  const stops = Number((await tour.getByText(/^1 of \d+$/).innerText()).split(' of ')[1]);
  expect(stops).toBeGreaterThanOrEqual(5);
  for (let stop = 1; stop <= stops; stop++) {
    await expect(tour.getByText(`${stop} of ${stops}`, { exact: true })).toBeVisible();
    await expect(page.locator('[data-pointed]')).toBeInViewport();
    if (stop === 2) {
      await page.reload();
      await expect(tour.getByText(`2 of ${stops}`, { exact: true })).toBeVisible();
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag22aa'])
        .analyze();
      expect(violations.map((v) => v.id)).toEqual([]);
    }
    await tour.getByRole('button', { name: stop < stops ? 'Next' : 'Done' }).click();
  }
  await expect(tour).toBeHidden();
  await expect(page).toHaveURL(/\/targets/);
  await expect(page.locator('[data-pointed]')).toHaveCount(0);
  await page.goto('/');
  await expect(page.getByRole('region', { name: 'What slows it' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Show me around' })).toBeHidden();
});

test('the tour goes back, ends on Escape, fits a phone, and begins anew from the help', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await page.goto('/');
  await page.getByRole('button', { name: 'Not now' }).click();
  await page.goto('/help');
  await page.getByRole('button', { name: 'Show me around' }).click();
  const tour = page.getByRole('complementary', { name: 'Tour' });
  await expect(tour.getByRole('heading', { name: 'The stack, live' })).toBeVisible();
  await tour.getByRole('button', { name: 'Next' }).click();
  await expect(page).toHaveURL(/\/findings/);
  await page.goto('/reports');
  await tour.getByRole('button', { name: 'Go there' }).click();
  await expect(page).toHaveURL(/\/findings/);
  await tour.getByRole('button', { name: 'Back' }).click();
  await expect(tour.getByRole('heading', { name: 'The stack, live' })).toBeVisible();
  const wide = () => document.documentElement.scrollWidth - document.documentElement.clientWidth;
  expect(await page.evaluate(wide)).toBeLessThanOrEqual(0);
  await page.keyboard.press('Escape');
  await expect(tour).toBeHidden();
});
