import AxeBuilder from '@axe-core/playwright';
import { operations } from '../lib/api/contract';
import { loadCaps } from '../lib/contracts/load-api';
import { api, expect, post, test } from './lib/test';

interface LoadAnswer {
  id: number;
  state: string;
  outcome: string | null;
  total: { count: number } | null;
  ticks: unknown[];
}

// One story: each step stands on the one before.
test.describe.configure({ mode: 'serial' });
test.use({ person: 'operator' });

let first: number;
const ended = (page: Parameters<typeof api>[0], id: number) =>
  expect
    .poll(async () => (await api<LoadAnswer>(page, `load-tests/${id}`)).state, { timeout: 40_000 })
    .toBe('done');

test('a load test is started from the browser, watched and stopped', async ({ page }) => {
  test.setTimeout(180_000);
  await page.goto('/load');
  await page.getByRole('link', { name: 'New load test' }).first().click();
  await expect(page).toHaveURL(/\/load\/new$/);
  await expect(page.getByText('4 endpoints taken')).toBeVisible();
  await expect(page.getByLabel('Endpoint 1, path')).toHaveValue('/health');
  await page.getByRole('radio', { name: 'Stress' }).check({ force: true });
  await expect(page.getByLabel('At most, users')).toHaveValue(String(loadCaps.operator?.users));
  await page.getByRole('radio', { name: 'Constant rate' }).check({ force: true });
  await page.getByLabel('Stage 1, requests/s').fill('20');
  await page.getByLabel('Stage 2, requests/s').fill('20');
  await page.getByLabel('Stage 2, seconds').fill('two');
  await page.getByRole('button', { name: 'Start the test' }).click();
  await expect(page.getByRole('main').getByRole('alert')).toContainText('Stage 2: the length is a number');
  await page.getByLabel('Stage 2, seconds').fill('120');
  await expect(
    page.getByRole('figure', { name: /^Planned load: up to 20 requests\/s over 120 s/ }),
  ).toBeVisible();
  await page.getByLabel('Title (optional)').fill('Twenty a second');
  await page.getByRole('button', { name: 'Start the test' }).click();

  await expect(page).toHaveURL(/\/load\/\d+/);
  first = Number(/load\/(\d+)/.exec(page.url())?.[1]);
  await expect(page.getByRole('progressbar', { name: 'Progress of the load test' })).toBeVisible();
  await expect(page.getByRole('status').filter({ hasText: /^Second [3-9]/ })).toBeVisible({
    timeout: 40_000,
  });
  await expect(page.getByRole('figure', { name: 'Throughput during the run' })).toBeVisible();
  await page.getByRole('button', { name: 'Stop…' }).click();
  await page.getByRole('button', { name: 'Stop the test' }).click();
  await ended(page, first);
});

test('what was measured is kept: figures, grade, charts and exports', async ({ page }) => {
  await page.goto(`/load/${first}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Twenty a second');
  const test = await api<LoadAnswer>(page, `load-tests/${first}`);
  expect(test.outcome).toBe('stopped');
  expect(test.total?.count).toBeGreaterThan(20);
  for (const title of [
    'Result',
    'Grade',
    'What gave out',
    'Endpoints',
    'Latency over time',
    'Histogram',
    'Generator',
    'What was sent',
  ]) {
    await expect(page.getByRole('heading', { name: title, exact: true })).toBeVisible();
  }
  const rows = page.getByRole('region', { name: 'Endpoints of the load test' }).getByRole('row');
  await expect(rows).toHaveCount(1 + 4 + 1);
  await page.getByText('Export', { exact: true }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'CSV' }).click();
  expect((await download).suggestedFilename()).toBe(`load-test-${first}.csv`);
  for (const [format, start] of [
    ['csv', 'second,endpoint,level'],
    ['hdr', '#[Histogram log format version 1.3]'],
    ['k6', '// Twenty a second'],
    ['json', '{"schema":"ratchet.load/1"'],
  ]) {
    const text = await (await page.request.get(`/api/v1/load-tests/${first}/export?format=${format}`)).text();
    expect(text.startsWith(start ?? '')).toBe(true);
  }
});

test('a file becomes a workload, with what was dropped and left out', async ({ page }) => {
  await page.goto('/load/new');
  const line = (second: string, path: string) =>
    `203.0.113.9 - - [23/Nov/2026:19:30:${second} +0000] "${path} HTTP/1.1" 200 512 "-" "curl/8"`;
  const log = [
    line('00', 'GET /health'),
    line('01', 'GET /tasks/17?token=s3cret'),
    line('03', 'GET /tasks/18'),
    line('04', 'POST /chat'),
  ];
  await page.locator('input[type=file]').setInputFiles({
    name: 'access.log',
    mimeType: 'text/plain',
    buffer: Buffer.from(log.join('\n')),
  });
  await expect(page.getByText(/2 endpoints taken · 3 requests over/)).toBeVisible();
  await expect(
    page.getByText('The query parameter token (1×) marks a secret and was dropped.'),
  ).toBeVisible();
  await page.getByText('1 thing left out').click();
  await expect(page.getByText(/it changes data, and a log does not hold its body/)).toBeVisible();
  await expect(page.getByLabel('Endpoint 2, path')).toHaveValue('/tasks/{task_id}');
  await page.getByRole('radio', { name: 'Replay' }).check({ force: true });
  await expect(page.getByText('What was recorded, at the times it was recorded.')).toBeVisible();
  await page.locator('input[type=file]').setInputFiles({
    name: 'broken.har',
    mimeType: 'application/json',
    buffer: Buffer.from('{"log":\n{"entries":[,]}}'),
  });
  await expect(page.getByRole('main').getByRole('alert')).toContainText('broken.har, line 2');
  await page.locator('input[type=file]').setInputFiles({
    name: 'api.yaml',
    mimeType: 'application/yaml',
    buffer: Buffer.from('openapi: 3.1.0\npaths:\n  /health: { get: {} }\n'),
  });
  await expect(page.getByText('1 endpoint taken')).toBeVisible();
});

test('two runs stand side by side, and say why they cannot be compared', async ({ page }) => {
  const started = await post(page, 'load-tests', {
    stack: 'demo',
    target: 'demo-api',
    title: 'Another',
    profile: {
      kind: 'rate',
      model: 'open',
      stages: [
        { durationMs: 0, level: 5 },
        { durationMs: 2_000, level: 5 },
      ],
    },
  });
  expect(started.status()).toBe(200);
  const { loadTestId } = (await started.json()) as { loadTestId: number };
  await ended(page, loadTestId);
  await page.goto('/load');
  await page.getByRole('checkbox', { name: `Compare test ${first}`, exact: true }).check();
  await page.getByRole('checkbox', { name: `Compare test ${loadTestId}`, exact: true }).check();
  await page.getByRole('button', { name: 'Compare (2)' }).click();
  await expect(page).toHaveURL(/\/load\/compare\?ids=/);
  await expect(page.getByText('Not comparable')).toBeVisible();
  await expect(page.getByText('another profile: model, stages or think time differ')).toBeVisible();
  await expect(
    page.getByRole('region', { name: `Test ${loadTestId} against test ${first}` }).getByRole('row'),
  ).toHaveCount(1 + 5);
});

test('its answers are as the contract says, and its pages can be read by everyone', async ({ page }) => {
  test.setTimeout(180_000);
  const { id } = (await api<LoadAnswer[]>(page, 'load-tests?stack=demo'))[0] ?? { id: 0 };
  for (const [key, at] of [
    ['GET /load-tests/{id}', `load-tests/${first}`],
    ['GET /load-tests/{id}/analysis', `load-tests/${first}/analysis`],
    ['GET /load-tests/compare', `load-tests/compare?ids=${first},${id}`],
  ] as const) {
    const answer = operations[key]?.answer;
    if (typeof answer !== 'object') throw new Error(`${key} answers JSON`);
    expect(answer.safeParse(await api(page, at)).error?.issues ?? [], key).toEqual([]);
  }
  for (const path of [`/load/${first}`, `/load/compare?ids=${first},${id}`]) {
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.goto(path);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(page.locator('main .skeleton')).toHaveCount(0);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const { violations } = await new AxeBuilder({ page })
        .withTags(['wcag2a', 'wcag2aa', 'wcag22aa'])
        .analyze();
      const bad = violations.filter((v) => v.impact === 'serious' || v.impact === 'critical');
      expect(bad.map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(' | ')}`)).toEqual([]);
    }
    for (const width of [360, 1920]) {
      await page.setViewportSize({ width, height: 800 });
      const over = () =>
        page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      await expect.poll(over, { message: `${path} at ${width} px` }).toBeLessThanOrEqual(0);
    }
  }
});

test.describe('a viewer', () => {
  test.use({ person: 'viewer' });
  test('reads results and is offered nothing that changes anything', async ({ page }) => {
    await page.goto('/load');
    await expect(page.locator(`a[href="/load/${first}"]`)).toBeVisible();
    await expect(page.getByRole('link', { name: 'New load test' })).toHaveCount(0);
    await expect(page.getByText('Import from k6')).toHaveCount(0);
    await page.locator(`a[href="/load/${first}"]`).click();
    await expect(page.getByRole('heading', { name: 'Grade', exact: true })).toBeVisible();
    await page.goto('/load/new');
    await expect(page.getByText('An operator starts load tests')).toBeVisible();
    expect((await post(page, 'load-tests', {})).status()).toBe(403);
  });
});
