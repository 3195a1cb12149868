import { api, expect, test } from './lib/test';

interface OverviewAnswer {
  targets: { name: string; status: string }[];
  tiles: { id: string; title: string; value: number | null }[];
}

test('shows the stack live', async ({ page }) => {
  await expect
    .poll(
      async () => {
        const { targets } = await api<OverviewAnswer>(page, 'overview?stack=demo');
        return targets.filter((t) => t.name !== 'docker').every((t) => t.status === 'ok');
      },
      { timeout: 120_000 },
    )
    .toBe(true);
  await page.goto('/');
  await expect(page.getByRole('heading', { level: 1 })).not.toBeEmpty();
  const { targets, tiles } = await api<OverviewAnswer>(page, 'overview?stack=demo');
  for (const target of targets)
    await expect(page.getByRole('main').getByText(target.name).first()).toBeVisible();
  for (const tile of tiles) {
    await expect(page.getByRole('heading', { name: tile.title, exact: true }).first()).toBeVisible();
  }
  for (const title of ['What slows it', 'What has been gained', 'Response time', 'Throughput', 'Memory']) {
    await expect(page.getByRole('heading', { name: title, exact: true }).last()).toBeVisible();
  }
});

test('draws charts that move, and gives their figures as a table', async ({ page }) => {
  await page.goto('/?range=15m');
  const panel = page.getByRole('region', { name: 'Database time' });
  await panel.scrollIntoViewIfNeeded();
  const line = panel.locator('path.recharts-line-curve').first();
  await expect(line).toBeVisible({ timeout: 60_000 });
  const drawn = await line.getAttribute('d');
  await expect.poll(() => line.getAttribute('d'), { timeout: 40_000 }).not.toBe(drawn);
  await panel.getByRole('button', { name: 'Database time as a table' }).click();
  await expect(panel.getByRole('row', { name: /demo-postgres/ })).toContainText('s/s');
});

test('keeps the last figures, marked as old, when the server cannot be reached', async ({ page }) => {
  await page.goto('/');
  const tile = page.getByRole('heading', { name: 'Database time' }).first();
  await expect(tile).toBeVisible();
  await page.route('**/api/v1/**', (route) => route.abort());
  await expect(page.getByText(/These figures are old/).first()).toBeVisible({ timeout: 40_000 });
  await expect(tile).toBeVisible();
});

test('loads no more than 180 kB of JavaScript before it can be used', async ({ page }) => {
  const sizes = new Map<string, number>();
  page.on('requestfinished', async (request) => {
    if (request.resourceType() !== 'script') return;
    const size = await request.sizes().catch(() => null);
    if (size) sizes.set(new URL(request.url()).pathname, size.responseBodySize);
  });
  await page.goto('/', { waitUntil: 'load' });
  const html = await (await page.request.get('/')).text();
  // What the page as it was sent names; the charts and what else scripts add are fetched while it is read.
  const named = [...html.matchAll(/<script[^>]*\ssrc="([^"]+)"[^>]*>/g)]
    .filter(([tag]) => !/nomodule/i.test(tag))
    .map(([, src]) => new URL(src ?? '', page.url()).pathname);
  expect(named.length).toBeGreaterThan(5);
  await expect.poll(() => named.filter((src) => !sizes.has(src))).toEqual([]);
  const bytes = [...new Set(named)].reduce((sum, src) => sum + (sizes.get(src) ?? 0), 0);
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes).toBeLessThanOrEqual(180_000);
});
