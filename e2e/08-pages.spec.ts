import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { api, expect, test } from './lib/test';

/** Every page there is, the newest of each kind for those with a number. */
async function allPages(page: Page): Promise<string[]> {
  const newest = async (path: string, key: 'id' | 'number' = 'id') => {
    const [first] = await api<Record<string, number>[]>(page, `${path}?stack=demo`);
    return first?.[key];
  };
  const found = await Promise.all([
    newest('findings', 'number').then((n) => n && `/findings/${n}`),
    newest('changes').then((n) => n && `/changes/${n}`),
    newest('trials').then((n) => n && `/trials/${n}`),
    newest('reports').then((n) => n && `/reports/${n}`),
    newest('passes').then((n) => n && `/passes/${n}`),
    aStatement(page),
  ]);
  return [
    '/',
    '/database',
    '/database?tab=statements',
    '/database?tab=tables',
    '/database?tab=connections',
    '/database?tab=server',
    '/cache',
    '/cache?tab=keys',
    '/containers',
    '/services',
    '/findings?state=any',
    '/changes?view=all',
    '/configuration',
    '/recommendations',
    '/trials',
    '/load',
    '/load/new',
    '/load/compare',
    '/reports',
    '/reports/compare',
    '/history',
    '/alerts',
    '/alerts?tab=history',
    '/alerts?tab=rules',
    '/alerts?tab=notifiers',
    '/targets',
    '/settings',
    '/settings?tab=tokens',
    '/settings?tab=users',
    '/settings?tab=audit',
    ...found.filter((path): path is string => typeof path === 'string'),
  ];
}

/** The page of one statement, with its plan. */
async function aStatement(page: Page): Promise<string | undefined> {
  const { statements } = await api<{ statements: { queryId: string }[] }>(
    page,
    'database/statements?stack=demo',
  );
  const id = statements[0]?.queryId;
  return id && `/database?tab=statements&statement=${id}`;
}

async function settled(page: Page) {
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(page.locator('main .skeleton')).toHaveCount(0);
}

/** What axe finds that is serious; only the rules named, where some are. */
async function seriousProblems(page: Page, ...rules: string[]) {
  const axe = new AxeBuilder({ page });
  if (rules.length > 0) axe.withRules(rules);
  else axe.withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa']);
  const { violations } = await axe.analyze();
  return violations
    .filter((v) => v.impact === 'serious' || v.impact === 'critical')
    .map((v) => `${v.id}: ${v.nodes.map((n) => n.target.join(' ')).join(' | ')}`);
}

/** What is wrong with one page in either theme, at every width. */
async function problemsOf(page: Page, path: string): Promise<string[]> {
  const problems: string[] = [];
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.goto(path);
  await settled(page);
  for (const problem of await seriousProblems(page)) problems.push(`${path}, light: ${problem}`);
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  for (const problem of await seriousProblems(page, 'color-contrast'))
    problems.push(`${path}, dark: ${problem}`);
  for (const width of [360, 768, 1280, 1920]) {
    await page.setViewportSize({ width, height: 800 });
    const over = () =>
      page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
    // Charts follow a new width a moment later.
    const settledAt = await expect
      .poll(over, { timeout: 3_000 })
      .toBeLessThanOrEqual(0)
      .then(
        () => 0,
        () => over(),
      );
    if (settledAt > 0) problems.push(`${path} at ${width} px: ${settledAt} px too wide`);
  }
  return problems;
}

test('no page has a serious accessibility problem in light or dark, or scrolls sideways at any width', async ({
  page,
  context,
}) => {
  test.setTimeout(900_000);
  const queue = await allPages(page);
  // Two tabs side by side: each waits a good part of its time.
  const walk = async (tab: Page) => {
    const problems: string[] = [];
    tab.on('pageerror', (error) => problems.push(`${tab.url()}: ${error.message}`));
    for (let path = queue.shift(); path; path = queue.shift())
      problems.push(...(await problemsOf(tab, path)));
    return problems;
  };
  const problems = await Promise.all([walk(page), walk(await context.newPage())]);
  expect(problems.flat()).toEqual([]);
});

test('dialogs have no serious accessibility problem', async ({ page }) => {
  await page.goto('/targets');
  await page.getByRole('button', { name: 'Add a target…' }).click();
  await expect(page.getByRole('dialog', { name: 'Add a target' })).toBeVisible();
  expect(await seriousProblems(page)).toEqual([]);
});

test('a phone has its own navigation', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 780 });
  await page.goto('/');
  const nav = page.getByRole('navigation', { name: 'Main, phone' });
  await nav.getByRole('link', { name: 'Trials' }).click();
  await expect(page).toHaveURL(/\/trials$/);
  await nav.getByRole('button', { name: 'More' }).click();
  await page.getByRole('dialog', { name: 'More' }).getByRole('link', { name: 'Settings' }).click();
  await expect(page).toHaveURL(/\/settings$/);
});

test('an address that does not exist says so', async ({ page }) => {
  await page.goto('/trials/999999');
  await expect(page.getByRole('main').getByRole('alert')).toContainText(/no trial/i);
  await page.goto('/nowhere');
  await expect(page.getByText('There is no such page')).toBeVisible();
});
