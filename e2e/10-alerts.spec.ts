import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from './lib/test';

/** A receiver of webhooks of our own. */
async function receiver() {
  const got: Record<string, unknown>[] = [];
  const server = http.createServer((request, response) => {
    let text = '';
    request.on('data', (part) => {
      text += part;
    });
    request.on('end', () => {
      got.push(JSON.parse(text));
      response.end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return { got, url: `http://127.0.0.1:${port}/hook`, close: () => server.close() };
}

test('a rule is tried, saved, fires, tells a webhook, is acknowledged, muted and deleted', async ({
  page,
}) => {
  test.setTimeout(120_000);
  const hook = await receiver();
  const tag = Date.now().toString(36);
  const notifier = `ops-${tag}`;
  const rule = `Busy connections ${tag}`;
  try {
    await page.goto('/alerts?tab=notifiers');
    await page.getByRole('button', { name: 'Add a notifier…' }).click();
    const adding = page.getByRole('dialog', { name: 'Add a notifier' });
    await adding.getByLabel('Name').fill(notifier);
    await adding.getByLabel('Address').fill('not an address');
    await adding.getByRole('button', { name: 'Add', exact: true }).click();
    await expect(adding.getByText('give an http:// or https:// address')).toBeVisible();
    await adding.getByLabel('Address').fill(hook.url);
    await adding.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByRole('button', { name: `Send test to ${notifier}` }).click();
    await expect.poll(() => hook.got.map((m) => m.event)).toEqual(['test']);

    await page.getByText('Rules', { exact: true }).click();
    await expect(page.getByRole('listitem').filter({ hasText: 'Response time over 200 ms' })).toBeVisible();
    await page.getByRole('button', { name: 'Add a rule…' }).click();
    const editing = page.getByRole('dialog', { name: 'Add an alert rule' });
    await editing.getByLabel('Name').fill(rule);
    await editing.getByLabel('Metric').selectOption('pg.connections');
    await editing.getByRole('button', { name: 'Save' }).click();
    await expect(editing.getByText('give a number')).toBeVisible();
    await editing.getByLabel('Threshold').fill('-1');
    await editing.getByLabel('Must hold for, s').fill('0');
    await editing.getByLabel(`${notifier} (webhook)`).check();
    await editing.getByRole('button', { name: 'Try on the last 7 days' }).click();
    await expect(editing.getByRole('status', { name: 'On the last 7 days' })).toContainText(
      /Would have fired 1 time|Nothing that this rule looks at/,
    );
    await editing.getByRole('button', { name: 'Save' }).click();
    await expect(editing).toBeHidden();

    await page.getByText('Now', { exact: true }).click();
    const row = page.getByRole('listitem').filter({ hasText: rule }).filter({ hasText: 'firing' });
    await expect(row.first()).toBeVisible({ timeout: 30_000 });
    await expect.poll(() => hook.got.some((m) => m.event === 'fired'), { timeout: 30_000 }).toBe(true);
    await row
      .first()
      .getByRole('button', { name: /^Acknowledge/ })
      .click();
    await expect(row.first()).toContainText('looks after it');
    await row
      .first()
      .getByRole('button', { name: /^Mute…/ })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Mute' }).click();
    await expect(row.first()).toContainText('muted until');
    await page.getByRole('main').getByText('History', { exact: true }).click();
    await expect(page.getByRole('listitem').filter({ hasText: rule }).first()).toContainText('firing');

    await page.getByText('Rules', { exact: true }).click();
    await page.getByRole('button', { name: `Edit… ${rule}` }).click();
    const again = page.getByRole('dialog', { name: `Edit ${rule}` });
    await expect(again.getByLabel('Threshold')).toHaveValue('-1');
    await again.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: `Delete… ${rule}` }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await expect(page.getByText(rule)).toHaveCount(0);
    await page.getByText('Notifiers', { exact: true }).click();
    await page.getByRole('button', { name: `Remove… ${notifier}` }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Remove' }).click();
    await expect(page.getByText(notifier)).toHaveCount(0);
  } finally {
    hook.close();
  }
});
