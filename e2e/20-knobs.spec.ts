import { expect, test } from './lib/test';

test('another value of a knob is planned from the services page, and looked over before it is set', async ({
  page,
}) => {
  await page.goto('/services?stack=demo');
  const knobs = page.getByRole('region', { name: 'Knobs', exact: true });
  const knob = knobs.getByRole('listitem').filter({ hasText: 'compression_threshold' });
  await expect(knob).toContainText('1,024 bytes');
  await knob.getByRole('button', { name: 'Try another value' }).click();
  const dialog = page.getByRole('dialog', { name: 'Try another value: compression_threshold' });
  await dialog.getByLabel('Value').fill('-1');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  await expect(dialog.getByRole('alert')).toContainText('a whole number from 0 to');
  await dialog.getByLabel('Value').fill('4096');
  await dialog.getByRole('button', { name: 'Preview' }).click();
  const title = 'Set compression_threshold = 4096 on demo-api';
  await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
  const request = 'PUT /.well-known/ratchet/knobs {"compression_threshold":';
  await expect(page.getByText(`${request}4096}`).first()).toBeVisible();
  await expect(page.getByText(`${request}1024}`).first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Prove…' })).toBeEnabled();
});

test.describe('a viewer', () => {
  test.use({ person: 'viewer' });
  test('sees the knobs and cannot plan a change of them', async ({ page }) => {
    await page.goto('/services?stack=demo');
    const knobs = page.getByRole('region', { name: 'Knobs', exact: true });
    await expect(knobs.getByRole('listitem')).not.toHaveCount(0);
    await expect(knobs.getByRole('button')).toHaveCount(0);
  });
});
