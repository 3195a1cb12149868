import { expect, test } from './lib/test';

test('g and a letter go, ? shows the keys, / searches', async ({ page }) => {
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  // The two keys must follow each other closely, which a busy machine may not manage at the first try.
  await expect(async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('t');
    await expect(page).toHaveURL(/\/trials$/, { timeout: 5_000 });
  }).toPass({ timeout: 60_000 });
  await expect(page.getByRole('heading', { name: 'Trials' })).toBeVisible();

  await page.keyboard.press('?');
  const help = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(help).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(help).toBeHidden();

  await page.keyboard.press('/');
  const search = page.getByRole('combobox', { name: /Search/ });
  await expect(search).toBeFocused();
  await search.fill('targ');
  await expect(page.getByRole('option').first()).toContainText('Targets');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/targets$/);
});

test('letters typed into a field go nowhere', async ({ page }) => {
  await page.goto('/findings');
  const filter = page.getByRole('searchbox', { name: 'Filter by words' });
  await filter.fill('');
  await filter.pressSequentially('gt/');
  await expect(filter).toHaveValue('gt/');
  await expect(page).toHaveURL(/\/findings/);
});

test('the first Tab leads past the navigation', async ({ page }) => {
  await page.goto('/trials');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.keyboard.press('Tab');
  const skip = page.getByRole('link', { name: 'Skip to content' });
  await expect(skip).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.locator('#main')).toBeFocused();
});
