import { api, expect, test } from './lib/test';

interface Answer {
  items: { key: string; title: string; state: string }[];
}

test('a recommendation is planned with a note, and opened again', async ({ page }) => {
  let items: Answer['items'] = [];
  // The demo opens a connection for each request, which its first diagnosis finds.
  await expect
    .poll(
      async () => {
        ({ items } = await api<Answer>(page, 'recommendations?stack=demo'));
        return items.length;
      },
      { timeout: 100_000 },
    )
    .toBeGreaterThan(0);
  await page.goto('/recommendations?stack=demo');
  await expect(page.getByRole('heading', { level: 1, name: 'Recommendations' })).toBeVisible();
  const title = items[0]?.title ?? '';
  const row = page.getByRole('listitem').filter({ hasText: title }).first();
  await row.getByRole('button', { name: 'Plan', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Note').fill('next sprint');
  await dialog.getByRole('button', { name: 'Plan', exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(row).toContainText('next sprint');
  await row.getByRole('button', { name: 'Open again' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Open again' }).click();
  await expect(row).not.toContainText('next sprint');
  await page.screenshot({ path: test.info().outputPath('recommendations-light.png'), fullPage: true });
  await page.setViewportSize({ width: 360, height: 800 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: test.info().outputPath('recommendations-dark.png'), fullPage: true });
});

test.describe('a viewer', () => {
  test.use({ person: 'viewer' });

  test('reads them and can mark none', async ({ page }) => {
    await page.goto('/recommendations?stack=demo');
    await expect(page.getByRole('heading', { level: 1, name: 'Recommendations' })).toBeVisible();
    await expect(page.locator('main .skeleton')).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Plan', exact: true })).toHaveCount(0);
  });
});
