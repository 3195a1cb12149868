import { expect, test } from './lib/test';

test('a token is shown once, works, and is refused once revoked', async ({ page, playwright, baseURL }) => {
  const name = `e2e token ${Date.now()}`;
  await page.goto('/settings?tab=tokens');
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Make a token' }).click();
  const shown = page.getByRole('region', { name: 'The new token' });
  await expect(shown).toBeVisible();
  const token = ((await shown.textContent()) ?? '').trim();

  const script = await playwright.request.newContext({
    ...(baseURL ? { baseURL } : {}),
    extraHTTPHeaders: { authorization: `Bearer ${token}` },
    storageState: { cookies: [], origins: [] },
  });
  const me = await script.get('/api/v1/me');
  expect(me.status()).toBe(200);
  expect(await me.json()).toMatchObject({ role: 'viewer', via: 'token' });
  expect((await script.post('/api/v1/passes', { data: { stack: 'demo' } })).status()).toBe(403);

  await page.reload();
  await expect(page.getByText(token)).toHaveCount(0);
  await page.getByRole('button', { name: `Revoke… ${name}` }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Revoke' }).click();
  await expect(page.getByText(name)).toHaveCount(0);
  expect((await script.get('/api/v1/me')).status()).toBe(401);
  await script.dispose();
});

test('a user is added, disabled, and the audit says who did it', async ({ page }) => {
  const name = `e2e-user-${Date.now()}`;
  await page.goto('/settings?tab=users');
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Add a user' }).click();
  await expect(page.getByRole('region', { name: `Sign-in link for ${name}` })).toContainText('/sign-in/');
  const row = page.getByRole('listitem').filter({ hasText: name });
  await row.getByRole('button', { name: `Disable… ${name}` }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Disable' }).click();
  await expect(row.getByText('disabled')).toBeVisible();

  await page.goto('/settings?tab=audit');
  await expect(page.getByRole('row').filter({ hasText: name }).first()).toContainText('owner');
});

test('the theme is there at the first paint of the next page', async ({ page }) => {
  await page.goto('/settings');
  await page.getByRole('main').getByText('Dark', { exact: true }).click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  const html = await (await page.request.get('/settings')).text();
  expect(html).toContain('data-theme="dark"');
  await page.getByRole('main').getByText('System', { exact: true }).click();
  await expect(page.locator('html')).not.toHaveAttribute('data-theme');
});
