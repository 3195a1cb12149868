import { api, expect, post, test } from './lib/test';

test.use({ person: 'operator' });

test('the chain of evidence is unbroken, and said so on the reports page', async ({ page }) => {
  await page.goto('/reports');
  const { entries } = await api<{ entries: number }>(page, 'chain');
  expect(entries, 'trials of the specs before this one').toBeGreaterThan(0);
  await expect(page.getByText(/^[\d,]+ entr(y|ies), unbroken$/)).toBeVisible();
});

test('history shows what was tried, and narrows it', async ({ page }) => {
  await page.goto('/history');
  await expect(page.getByRole('heading', { name: 'Score of the reports' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Hit ratio' })).toBeVisible();
  const { changes } = await api<{ changes: unknown[] }>(page, 'history?stack=demo');
  expect(changes.length, 'changes tried by the specs before this one').toBeGreaterThan(0);
  await page.getByLabel('Verdict').selectOption('regressed');
  await expect(page).toHaveURL(/verdict=regressed/);
});

test('a report is shared by a link that works without sign-in until it is revoked', async ({
  page,
  browser,
}) => {
  const [report] = await api<{ id: number }[]>(page, 'reports?stack=demo');
  expect(report, 'the report that the specs before this one made').toBeDefined();
  await page.goto(`/reports/${report?.id}`);
  await page.getByRole('button', { name: 'Share…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Share this report by a link' });
  await dialog.getByRole('button', { name: 'Make a link' }).click();
  const url = await dialog.getByText(/\/shared\//).innerText();
  const nobody = await browser.newContext({ storageState: { cookies: [], origins: [] } });
  const guest = await nobody.newPage();
  await guest.goto(url.trim());
  await expect(guest.getByText('Shared by a link')).toBeVisible();
  await expect(guest.getByRole('navigation')).toHaveCount(0);
  const shares = await api<{ id: number }[]>(page, 'shares');
  for (const { id } of shares) await post(page, `shares/${id}/revoke`);
  await guest.reload();
  await expect(guest.getByText('This link does not work')).toBeVisible();
  await nobody.close();
});

test('the weekly report is switched on and off', async ({ page }) => {
  await page.goto('/reports');
  const on = page.getByLabel('Write one every week');
  await on.check();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/On: the next one is due/)).toBeVisible();
  await on.uncheck();
  await page.getByRole('button', { name: 'Save' }).click();
  await expect(page.getByText(/^Off\./)).toBeVisible();
});
