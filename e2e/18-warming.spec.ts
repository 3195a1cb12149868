import { expect, test } from './lib/test';

test('routes of a service are warmed: looked over before, counted after', async ({ page }) => {
  await page.goto('/services?stack=demo');
  await page.getByRole('button', { name: 'Warm routes…' }).click();
  const dialog = page.getByRole('dialog', { name: /^Warm routes of / });
  await dialog.getByLabel('Routes').fill('health');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await expect(dialog.getByRole('alert')).toContainText('"health" is not a path: it begins with a slash');
  await expect(dialog.getByLabel('Routes')).toHaveValue('health');

  await dialog.getByLabel('Routes').fill('/health\n\n/metrics');
  await expect(dialog.getByText('2 routes, about')).toBeVisible();
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^Warm 2 routes of / })).toBeVisible();
  await expect(page.getByText('GET /health').first()).toBeVisible();
  await page.getByRole('button', { name: 'Apply…' }).click();
  await page.getByRole('button', { name: 'Apply now' }).click();
  await expect(page.getByText('Routes warmed').locator('xpath=following-sibling::*[1]')).toContainText('2');
});

test('keys of Redis are touched: those that are not there are counted', async ({ page }) => {
  await page.goto('/cache?stack=demo&tab=keys');
  await page.getByRole('button', { name: 'Touch keys…' }).click();
  const dialog = page.getByRole('dialog', { name: /^Touch keys of / });
  await dialog.getByLabel('Keys').fill('no such key');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await expect(page.getByRole('heading', { level: 1, name: /^Touch one key of / })).toBeVisible();
  await page.getByRole('button', { name: 'Apply…' }).click();
  await page.getByRole('button', { name: 'Apply now' }).click();
  const missing = page.getByText('Keys that are not there', { exact: true });
  await expect(missing.locator('xpath=following-sibling::*[1]')).toContainText('1');
});
