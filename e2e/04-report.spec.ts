import fs from 'node:fs/promises';
import { api, expect, provable, test } from './lib/test';

test.describe.configure({ mode: 'serial' });
test.use({ person: 'operator' });

test('a pass runs from the reports page and ends in a report', async ({ page }) => {
  test.setTimeout(900_000);
  await provable(page).catch(() => undefined);
  await page.goto('/reports');
  await page.getByRole('button', { name: 'Run a pass…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Run a pass' });
  await dialog.getByLabel('Most changes tried').fill('1');
  await dialog.getByLabel('Rounds').fill('6');
  await dialog.getByLabel('Segment, seconds').fill('0.5');
  await dialog.getByRole('button', { name: 'Start pass' }).click();
  await expect(page).toHaveURL(/\/passes\/\d+/);
  await expect(page.getByRole('log').locator('p').first()).toBeVisible({ timeout: 120_000 });
  await page.getByRole('link', { name: 'Open the report' }).click({ timeout: 800_000 });
  await expect(page).toHaveURL(/\/reports\/\d+/);
  for (const title of [
    'Summary',
    'What has been gained',
    'Before and after',
    'What was changed',
    'Method',
    'Limits',
  ]) {
    await expect(page.getByRole('heading', { name: title, exact: true })).toBeVisible();
  }
});

test('the report can be had in every format', async ({ page }) => {
  const [newest] = await api<{ id: number; title: string }[]>(page, 'reports?stack=demo');
  expect(newest).toBeDefined();
  if (!newest) return;
  await page.goto(`/reports/${newest.id}`);
  for (const [name, sign] of [
    ['JSON', /"schema":\s*1/],
    ['Markdown', /^#/m],
    ['CSV', /endpoint/i],
    ['HTML', /<html/i],
    ['PDF', /^%PDF-1/],
  ] as const) {
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name, exact: true }).click();
    expect(await fs.readFile(await (await download).path(), 'utf8'), name).toMatch(sign);
  }
});

test('it prints without the frame', async ({ page }) => {
  const [newest] = await api<{ id: number }[]>(page, 'reports?stack=demo');
  await page.goto(`/reports/${newest?.id}`);
  await expect(page.getByRole('heading', { name: 'Summary' })).toBeVisible();
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('navigation', { name: 'Main', exact: true })).toBeHidden();
  await expect(page.getByRole('button', { name: 'Print' })).toBeHidden();
  await expect(page.getByRole('heading', { name: 'Summary' })).toBeVisible();
});
