import { api, expect, test } from './lib/test';

interface TargetAnswer {
  name: string;
  kind: string;
  address: string;
  status: string;
}

test('a target is tested, added, paused and removed', async ({ page }) => {
  const demo = (await api<TargetAnswer[]>(page, 'targets?stack=demo')).find((t) => t.kind === 'http');
  const name = `second-api-${Date.now().toString(36)}`;
  await page.goto('/targets');
  await page.getByRole('button', { name: 'Add a target…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add a target' });
  await dialog.getByText('HTTP service').click();
  await dialog.getByLabel('Name').fill(name);

  await dialog.getByLabel('Base URL').fill('http://127.0.0.1:9');
  await dialog.getByRole('button', { name: 'Test' }).click();
  await expect(dialog.getByRole('alert')).toContainText('does not answer', { timeout: 30_000 });

  await dialog.getByLabel('Base URL').fill(demo?.address ?? '');
  await dialog.getByLabel('Probe path').fill('/health');
  await dialog.getByRole('button', { name: 'Test' }).click();
  await expect(dialog.getByRole('region', { name: 'Test result' })).toContainText('It answers');
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();

  const row = page.getByRole('listitem').filter({ hasText: name });
  await expect(row).toBeVisible();
  await expect(row.getByText('answers')).toBeVisible({ timeout: 60_000 });
  await row.getByRole('button', { name: `Pause ${name}` }).click();
  await expect(row.getByText('paused', { exact: true })).toBeVisible();
  await row.getByRole('button', { name: `Remove… ${name}` }).click();
  await page
    .getByRole('alertdialog', { name: `Remove ${name}` })
    .getByRole('button', { name: 'Remove' })
    .click();
  await expect(page.getByRole('listitem').filter({ hasText: name })).toHaveCount(0);
});
