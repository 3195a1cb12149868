import fs from 'node:fs/promises';
import AxeBuilder from '@axe-core/playwright';
import { madeProfile } from '../lib/load/testing/record';
import { api, expect, post, test } from './lib/test';

test.use({ person: 'operator' });

test('a report is written of load tests that were picked, and says what they say', async ({ page }) => {
  const services = await api<{ name: string; kind: string }[]>(page, 'targets?stack=demo');
  const service = services.find((t) => t.kind === 'http');
  const started = await post(page, 'load-tests', {
    ...{ stack: 'demo', target: service?.name, title: 'Picked rate' },
    // Longer than the time between two readings of every target.
    profile: { ...madeProfile, startLevel: 60, stages: [{ durationMs: 12_000, level: 60 }] },
  });
  expect(started.status(), await started.text()).toBe(200);
  const { loadTestId } = await started.json();
  await expect
    .poll(async () => (await api<{ state: string }>(page, `load-tests/${loadTestId}`)).state, {
      timeout: 90_000,
    })
    .toBe('done');

  await page.goto('/reports');
  await page.getByRole('button', { name: 'New report…' }).click();
  const dialog = page.getByRole('dialog', { name: 'New report' });
  const write = dialog.getByRole('button', { name: 'Write report' });
  await expect(write).toBeDisabled();
  await dialog
    .getByRole('group', { name: 'Load tests' })
    .getByLabel(/Picked rate/)
    .first()
    .check();
  await dialog.getByLabel('Title').fill('For the meeting');
  await write.click();
  await expect(page).toHaveURL(/\/reports\/\d+/);
  await expect(page.getByRole('heading', { level: 1, name: 'For the meeting' })).toBeVisible();
  const loads = page.getByRole('region', { name: 'Load tests', exact: true });
  await expect(loads.getByText('60 requests/s for 12 s')).toBeVisible();
  for (const title of ['Cache performance', 'Connections and pools', 'Monitoring', 'Alert rules'])
    await expect(page.getByRole('heading', { name: title, exact: true })).toBeVisible();
  await loads.getByText('Endpoints', { exact: false }).first().click();
  await expect(loads.getByRole('table', { name: /Endpoints of test/ })).toBeVisible();
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(
    violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id),
  ).toEqual([]);
  for (const width of [360, 1920]) {
    await page.setViewportSize({ width, height: 900 });
    const over = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    expect(await over(), `at ${width} px`).toBeLessThanOrEqual(0);
  }
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'CSV', exact: true }).click();
  expect(await fs.readFile(await (await download).path(), 'utf8')).toContain('Picked rate,*,p95,ms');
  const shown = await page.getByText('In plain words', { exact: true });
  await shown.click();
  await expect(page.getByRole('heading', { name: 'How it does under load' })).toBeVisible();
});

test('a viewer writes no report', async ({ browser }) => {
  const { stateFile } = await import('./setup/people');
  const context = await browser.newContext({
    storageState: stateFile(process.env.RATCHET_E2E_DIR ?? '', 'viewer'),
  });
  const page = await context.newPage();
  const refused = await post(page, 'reports', { about: 'picked', stack: 'demo', trialIds: [1] });
  expect(refused.status()).toBe(403);
  await page.goto('/reports');
  await expect(page.getByRole('heading', { level: 1, name: 'Reports' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'New report…' })).toHaveCount(0);
  await context.close();
});
