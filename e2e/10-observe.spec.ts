import type { Page } from '@playwright/test';
import { api, expect, test } from './lib/test';

/** Waits until the worker has read a page's target whole once. */
async function readOnce(page: Page, topic: string) {
  await expect
    .poll(async () => (await api<{ takenAt: string | null }>(page, `${topic}?stack=demo`)).takenAt, {
      timeout: 150_000,
    })
    .not.toBeNull();
}

test('one time range: zoomed by dragging, restored by its address, reset', async ({ page }) => {
  await page.goto('/database?range=15m');
  const panel = page.getByRole('region', { name: 'Database time' });
  await expect(panel.locator('path.recharts-line-curve').first()).toBeVisible({ timeout: 60_000 });
  const box = await panel.getByRole('figure').boundingBox();
  if (!box) throw new Error('the chart has no box');
  await page.mouse.move(box.x + box.width * 0.5, box.y + 80);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.7, box.y + 90, { steps: 4 });
  await page.mouse.up();
  await expect(page).toHaveURL(/range=15m&from=.*&to=.*&live=0/);
  const zoomed = new URL(page.url()).searchParams;
  const length = Date.parse(zoomed.get('to') ?? '') - Date.parse(zoomed.get('from') ?? '');
  expect(length).toBeGreaterThan(60_000);
  expect(length).toBeLessThan(6 * 60_000);

  // Another page of the same range, and the same view again from its address alone.
  await page
    .getByRole('navigation', { name: 'Main', exact: true })
    .getByRole('link', { name: 'Cache' })
    .click();
  await expect(page).toHaveURL(/\/cache\?.*live=0/);
  expect(new URL(page.url()).searchParams.get('from')).toBe(zoomed.get('from'));
  await page.reload();
  await expect(page.getByRole('button', { name: 'Live', exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Reset' }).click();
  await expect(page).toHaveURL(/\/cache\?range=15m$/);
  await expect(page.getByRole('radio', { name: '15 min' })).toBeChecked();
});

test('the period before is drawn under this one, and the address says so', async ({ page }) => {
  await page.goto('/database?range=15m');
  const panel = page.getByRole('region', { name: 'Database time' });
  await expect(panel.locator('path.recharts-line-curve').first()).toBeVisible({ timeout: 60_000 });
  const compare = page.getByRole('button', { name: 'Compare' });
  await compare.click();
  await expect(page).toHaveURL(/range=15m&compare=1/);
  await expect(panel.getByText(/the period before, |no sample in the period before, /)).toBeVisible();
  await page.reload();
  await expect(compare).toHaveAttribute('aria-pressed', 'true');
  await compare.click();
  await expect(page).toHaveURL(/range=15m$/);
});

test('checkpoints, WAL and replication are read now', async ({ page }) => {
  await page.goto('/database?tab=server');
  await expect(page.getByRole('region', { name: 'Checkpoints' })).toContainText('By time', {
    timeout: 30_000,
  });
  await expect(page.getByRole('region', { name: 'WAL', exact: true })).toContainText('Generated');
  await expect(page.getByRole('region', { name: 'Replication slots' })).toContainText('no replication slot');
});

test('a statement is found, sorted to, opened, and its plan explained', async ({ page }) => {
  await page.goto('/database?tab=statements');
  await readOnce(page, 'database/statements');
  const table = page.getByRole('table', { name: 'Statements' });
  await expect(table.getByRole('row').nth(1)).toBeVisible({ timeout: 60_000 });
  const calls = table.getByRole('columnheader', { name: 'calls' });
  await calls.getByRole('button').focus();
  await page.keyboard.press('Enter');
  await expect(calls).toHaveAttribute('aria-sort', 'descending');
  await expect(page).toHaveURL(/sort=calls/);
  await page.getByRole('searchbox', { name: 'Filter statements' }).fill('sessions token');
  await expect(page).toHaveURL(/q=sessions/);
  const found = table.getByRole('link', { name: /^select .*from sessions where token/ });
  await expect(found).toHaveCount(1);
  await page.reload();
  await expect(calls).toHaveAttribute('aria-sort', 'descending');
  await found.click();
  await expect(page).toHaveURL(/statement=-?\d+/);
  await expect(page.getByRole('region', { name: 'Text of the statement' })).toContainText('where token = $1');
  const plan = page.getByRole('region', { name: 'Plan' });
  await expect(plan.getByText(/% of the estimated cost is here/)).toBeVisible({ timeout: 30_000 });
  await expect(plan.getByText('costliest')).toHaveCount(1);
});

test('tables lead to the findings on them', async ({ page }) => {
  await page.goto('/database?tab=tables');
  const row = page.getByRole('row', { name: /public\.tasks/ });
  await row
    .getByRole('link', { name: /finding/ })
    .first()
    .click();
  await expect(page).toHaveURL(/\/findings\/\d+/);
});

test('the keys of the cache are sampled on demand', async ({ page }) => {
  await page.goto('/cache?tab=keys');
  await readOnce(page, 'cache');
  await page.getByRole('button', { name: 'Sample the keys' }).click();
  await expect(page.getByRole('table', { name: 'Memory by prefix' })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/read just now/).first()).toBeVisible();
});

test('an endpoint is chosen for the charts, and stays chosen', async ({ page }) => {
  await page.goto('/services');
  await readOnce(page, 'services');
  const table = page.getByRole('table', { name: 'Endpoints' });
  await table.getByRole('button', { name: 'GET /api/v1/models/' }).click();
  await expect(page).toHaveURL(/endpoint=GET/);
  await page.reload();
  await expect(page.getByRole('combobox', { name: 'Endpoint of the charts' })).toHaveValue(
    'GET /api/v1/models/',
  );
});
