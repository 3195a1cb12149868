import { api, expect, test } from './lib/test';

interface Answer {
  files: { name: string; title: string; text: string | null; nothing: string | null }[];
}

test('files as a difference to what runs, to copy and to download', async ({ page }) => {
  const { files } = await api<Answer>(page, 'configuration?stack=demo');
  await page.goto('/configuration?stack=demo');
  await expect(page.getByRole('heading', { level: 1, name: 'Configuration' })).toBeVisible();
  for (const file of files) {
    const card = page.getByRole('region', { name: file.title, exact: true });
    await expect(card).toBeVisible();
    if (file.text === null) await expect(card).toContainText('Nothing is proposed.');
  }
  const proposed = files.find((f) => f.text !== null);
  if (!proposed) throw new Error('the demo has no file: its alert rules make one');
  const card = page.getByRole('region', { name: proposed.title, exact: true });
  await expect(card.getByText('proposed:').first()).toBeAttached();
  await card.getByText('File', { exact: true }).click();
  await expect(card.getByRole('region', { name: proposed.name })).toContainText(
    (proposed.text ?? '').split('\n')[0] ?? '',
  );
  const downloading = page.waitForEvent('download');
  await card.getByRole('link', { name: proposed.name }).click();
  expect((await downloading).suggestedFilename()).toBe(proposed.name);
  await page.screenshot({ path: test.info().outputPath('configuration-light.png'), fullPage: true });
  await page.setViewportSize({ width: 360, height: 800 });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: test.info().outputPath('configuration-dark.png'), fullPage: true });
});
