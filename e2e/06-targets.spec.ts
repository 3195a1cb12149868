import { api, expect, test } from './lib/test';

interface TargetAnswer {
  name: string;
  kind: string;
  address: string;
  status: string;
}

test('a target is tested, added, edited, paused and removed', async ({ page }) => {
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

  await row.getByRole('button', { name: `Edit… ${name}` }).click();
  const edit = page.getByRole('dialog', { name: `Edit ${name}` });
  await expect(edit.getByLabel('Probe path')).toHaveValue('/health');
  await expect(edit.getByLabel('Base URL')).toHaveValue('');
  await edit.getByLabel('Base URL').fill('http://127.0.0.1:9');
  await edit.getByRole('button', { name: 'Test' }).click();
  await expect(edit.getByRole('alert')).toContainText('does not answer', { timeout: 30_000 });
  await edit.getByLabel('Base URL').fill('');
  const renamed = `${name}-renamed`;
  await edit.getByLabel('Name').fill(renamed);
  await edit.getByRole('button', { name: 'Test' }).click();
  await expect(edit.getByRole('region', { name: 'Test result' })).toContainText('It answers');
  await edit.getByRole('button', { name: 'Save' }).click();
  const other = page.getByRole('listitem').filter({ hasText: renamed });
  await expect(other).toContainText(demo?.address ?? '');
  await expect(other.getByText('answers')).toBeVisible({ timeout: 60_000 });

  await other.getByRole('button', { name: `Pause ${renamed}` }).click();
  await expect(other.getByText('paused', { exact: true })).toBeVisible();
  await other.getByRole('button', { name: `Remove… ${renamed}` }).click();
  await page
    .getByRole('alertdialog', { name: `Remove ${renamed}` })
    .getByRole('button', { name: 'Remove' })
    .click();
  await expect(page.getByRole('listitem').filter({ hasText: renamed })).toHaveCount(0);
});
