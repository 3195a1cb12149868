import { expect, post, test } from './lib/test';

test.describe('nobody', () => {
  test.use({ person: null });
  test('is led to the sign-in page, and refused by the API', async ({ page }) => {
    await page.goto('/trials');
    await expect(page).toHaveURL(/\/sign-in$/);
    await expect(page.getByText('bin/ratchet sign-in')).toBeVisible();
    expect((await page.request.get('/api/v1/overview?stack=demo')).status()).toBe(401);
    expect((await page.request.get('/api/v1/health')).status()).toBe(200);
  });
  test('is told when a link is not good', async ({ page }) => {
    await page.goto('/sign-in/not-a-real-token');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await expect(page.getByRole('main').getByRole('alert')).toBeVisible();
  });
});

test('a link signs in by a press, once', async ({ page, browser, baseURL }) => {
  const answer = await post(page, 'users', { name: `e2e-link-${Date.now()}`, role: 'viewer' });
  const { signInPath } = (await answer.json()) as { signInPath: string };
  const context = await browser.newContext(
    baseURL ? { baseURL, storageState: { cookies: [], origins: [] } } : {},
  );
  const guest = await context.newPage();
  // Looking at the address, as a link preview does, uses nothing up.
  expect((await guest.request.get(signInPath)).status()).toBe(200);
  await guest.goto(signInPath);
  await guest.getByRole('button', { name: 'Sign in' }).click();
  await expect(guest).toHaveURL(/\/$/);
  await expect(guest.getByRole('heading', { level: 1 })).toBeVisible();
  await guest.getByRole('button', { name: /Sign out/ }).click();
  await expect(guest).toHaveURL(/\/sign-in$/);

  await guest.goto(signInPath);
  await guest.getByRole('button', { name: 'Sign in' }).click();
  await expect(guest.getByRole('main').getByRole('alert')).toBeVisible();
  await context.close();
});
