import { api, expect, post, test } from './lib/test';

test.describe('a viewer', () => {
  test.use({ person: 'viewer' });

  test('reads everything and finds no button that changes anything', async ({ page }) => {
    const [change] = await api<{ id: number }[]>(page, 'changes?stack=demo');
    const [trial] = await api<{ id: number }[]>(page, 'trials?stack=demo');
    const paths = [
      '/',
      '/findings',
      '/changes',
      '/trials',
      '/reports',
      '/targets',
      '/settings',
      '/alerts',
      '/alerts?tab=rules',
    ];
    if (change) paths.push(`/changes/${change.id}`);
    if (trial) paths.push(`/trials/${trial.id}`);
    for (const path of paths) {
      await page.goto(path);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await expect(page.locator('main .skeleton')).toHaveCount(0);
      await expect(
        page.getByRole('main').getByRole('button', {
          name: /^(Prove|Apply|Roll back|Keep|Mute|Add a|Remove|Run a|Cancel…|Pause .|Edit|Delete|Send)/,
        }),
        path,
      ).toHaveCount(0);
    }
  });

  test('is refused by the API, whatever the page shows', async ({ page }) => {
    const [change] = await api<{ id: number }[]>(page, 'changes?stack=demo');
    const tries = [
      'passes',
      'targets',
      'users',
      `changes/${change?.id ?? 1}/prove`,
      `changes/${change?.id ?? 1}/apply`,
    ];
    for (const path of tries) {
      const answer = await post(page, path, { stack: 'demo', name: 'x', role: 'viewer' });
      expect(answer.status(), path).toBe(403);
      expect(((await answer.json()) as { code: string }).code).toBe('not-allowed');
    }
    for (const path of ['users']) expect((await page.request.get(`/api/v1/${path}`)).status()).toBe(403);
  });
});

test.describe('an operator', () => {
  test.use({ person: 'operator' });
  test('runs trials but sets up no targets and no users', async ({ page }) => {
    await page.goto('/targets');
    await expect(page.getByText('demo-postgres').first()).toBeVisible();
    await expect(page.getByRole('button', { name: 'Add a target…' })).toHaveCount(0);
    expect((await post(page, 'users', { name: 'x', role: 'viewer' })).status()).toBe(403);
  });
});

test('a mutation from another site is refused, even with a session', async ({ page }) => {
  const answer = await page.request.post('/api/v1/passes', {
    data: { stack: 'demo' },
    headers: { origin: 'https://elsewhere.example', 'sec-fetch-site': 'cross-site' },
  });
  expect(answer.status()).toBe(403);
});
