import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, post, provable, test } from './lib/test';
import { stateFile } from './setup/people';

test.use({ person: 'viewer' });

async function serious(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  return violations.filter((v) => v.impact === 'serious' || v.impact === 'critical').map((v) => v.id);
}

const tooWide = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);

test('a term says what it means on hover and focus, Escape puts it away, and it leads to its page', async ({
  page,
}) => {
  await page.goto('/trials');
  const term = page.getByRole('link', { name: 'trial', exact: true });
  const tip = page.getByRole('tooltip');
  await term.hover();
  await expect(tip).toContainText('An experiment on one change');
  await page.keyboard.press('Escape');
  await expect(tip).toBeHidden();
  await page.mouse.move(0, 0);
  await term.focus();
  await expect(tip).toContainText('An experiment on one change');
  expect(await serious(page)).toEqual([]);
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/help\/trial/);
  await expect(page.getByRole('heading', { level: 1, name: 'Trial' })).toBeVisible();
});

test('help is found by search, drawn, and fits a phone', async ({ page }) => {
  await page.goto('/help');
  await expect(page.getByRole('link', { name: 'Coordinated omission' })).toBeVisible();
  const search = page.getByRole('combobox', { name: /Search/ });
  // The page is there before its keys are.
  await expect(async () => {
    await page.keyboard.press('/');
    await expect(search).toBeVisible({ timeout: 2_000 });
  }).toPass();
  await search.fill('percentile');
  await expect(page.getByRole('option').first()).toContainText('Percentile');
  await page.keyboard.press('Enter');
  await expect(page).toHaveURL(/\/help\/percentile/);
  await expect(page.getByRole('img', { name: /The median is 18 ms/ })).toBeVisible();
  expect(await serious(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 780 });
  expect(await tooWide(page)).toBeLessThanOrEqual(0);
  await page.goto('/help/nothing-of-this-name');
  await expect(page.getByText('There is no such page')).toBeVisible();
});

test('a report reads in plain words, on paper too, and estimates say that they are', async ({
  page,
  browser,
}) => {
  // Of its own, with the findings of the demo: no spec before this one has to have made one.
  test.setTimeout(300_000);
  await provable(page);
  const operator = await browser.newContext({
    storageState: stateFile(process.env.RATCHET_E2E_DIR ?? '', 'operator'),
  });
  const to = new Date();
  const made = await post(await operator.newPage(), 'reports', {
    ...{ about: 'period', stack: 'demo', from: new Date(to.getTime() - 3_600_000), to },
  });
  expect(made.status(), await made.text()).toBe(200);
  const { reportId } = await made.json();
  await operator.close();
  await page.goto(`/reports/${reportId}`);
  const whatIf = page.getByRole('region', { name: 'What if' });
  await expect(whatIf.getByText('estimate', { exact: true })).toBeVisible();
  const slider = whatIf.getByRole('slider');
  await slider.press('End');
  await expect(slider).toHaveAttribute('aria-valuetext', /all gone: estimated score/);
  await expect(whatIf.locator('output')).toContainText('estimated');

  await page.getByText('In plain words', { exact: true }).click();
  await expect(page).toHaveURL(/view=lead/);
  for (const title of ['What got faster', 'How sure this is', 'What it cost', 'What is next']) {
    await expect(page.getByRole('heading', { name: title, exact: true })).toBeVisible();
  }
  expect(await serious(page)).toEqual([]);
  await page.setViewportSize({ width: 360, height: 780 });
  expect(await tooWide(page)).toBeLessThanOrEqual(0);
  const paper = await page.pdf({ format: 'A4' });
  const pages = paper.toString('latin1').match(/\/Type\s*\/Page\b/g)?.length;
  expect(pages).toBeGreaterThanOrEqual(1);
  expect(pages).toBeLessThanOrEqual(2);
});

test.describe('on a touch screen', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 360, height: 780 } });
  test('the first tap on a term says what it means, and leads nowhere yet', async ({ page }) => {
    await page.goto('/trials');
    await page.getByRole('link', { name: 'trial', exact: true }).tap();
    await expect(page.getByRole('tooltip')).toContainText('An experiment on one change');
    await expect(page).toHaveURL(/\/trials/);
    await page.getByRole('tooltip').getByRole('link', { name: 'More' }).tap();
    await expect(page).toHaveURL(/\/help\/trial/);
  });
});
