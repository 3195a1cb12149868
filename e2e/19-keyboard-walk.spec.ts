import { tourCookie } from '../lib/client/tour';
import { expectModal, expectSeen, goTo, press, tabTo, write } from './lib/keyboard';
import { api, expect, post, provable, test } from './lib/test';

interface Trial {
  id: number;
  kind: string;
  state: string;
  changeId: number | null;
}

// The whole main job without a pointer: only keys from here on, but for opening the two links that a person is given.
test('the main job is done by keyboard alone', async ({ page: admin, browser, baseURL }) => {
  test.setTimeout(300_000);
  const [finding, trials] = await Promise.all([provable(admin), api<Trial[]>(admin, 'trials?stack=demo')]);
  const judged = trials.find((t) => t.kind === 'change' && t.state === 'done' && t.changeId !== null);
  if (!judged) throw new Error('the tests before this one should leave a trial');
  const written = await post(admin, 'reports', {
    ...{ about: 'picked', stack: 'demo', title: 'By keyboard' },
    ...{ trialIds: [judged.id], loadTestIds: [] },
  });
  const { reportId } = (await written.json()) as { reportId: number };
  const made = await post(admin, 'users', { name: `e2e-keys-${Date.now().toString(36)}`, role: 'admin' });
  const { signInPath } = (await made.json()) as { signInPath: string };
  const url = baseURL ?? '';
  const context = await browser.newContext({ baseURL: url, storageState: { cookies: [], origins: [] } });
  await context.addCookies([{ name: tourCookie, value: 'off', url }]);
  const page = await context.newPage();
  const button = (name: string | RegExp) => page.getByRole('button', { name });

  await test.step('sign in', async () => {
    await page.goto(signInPath);
    await press(page, button('Sign in'));
    await expect(page).toHaveURL(/\/$/);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  });

  await test.step('targets: a dialog takes the focus and gives it back', async () => {
    await goTo(page, 'Targets', /\/targets/);
    const add = button('Add a target…');
    await expectModal(page, add, page.getByRole('dialog', { name: 'Add a target' }));
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Add a target' });
    const kinds = dialog.getByRole('radio');
    await tabTo(page, kinds.first());
    await page.keyboard.press('ArrowRight');
    await expect(kinds.nth(1)).toBeChecked();
    await press(page, dialog.getByRole('button', { name: 'Cancel' }));
    await expect(dialog).toBeHidden();
    await expectSeen(add);
  });

  await test.step('a finding, its remedy in preview, a trial that is begun and cancelled', async () => {
    await goTo(page, 'Findings', /\/findings/);
    await press(page, page.getByRole('main').locator(`a[href="/findings/${finding.number}"]`).first());
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(finding.title);
    const preview = page.getByRole('dialog', { name: 'Preview' });
    await press(page, button('Preview'));
    await tabTo(page, preview.getByRole('region', { name: 'Statements', exact: true }));
    await page.keyboard.press('Escape');
    await expect(preview).toBeHidden();
    await expectSeen(button('Preview'));

    const prove = page.getByRole('dialog', { name: 'Prove this change' });
    await press(page, button('Prove'));
    // The fields wait for the change to be read; the focus waits for them.
    await expectSeen(prove.getByLabel('Rounds'));
    await write(page, prove.getByLabel('Rounds'), '6');
    await write(page, prove.getByLabel('Segment, seconds'), '0.5');
    await press(page, prove.getByRole('button', { name: 'Start trial' }));
    await expect(page).toHaveURL(/\/trials\/\d+/);
    await expect(page.getByRole('progressbar', { name: 'Progress of the trial' })).toBeVisible();
    const ask = page.getByRole('alertdialog', { name: 'Cancel this trial' });
    await expectModal(page, button('Cancel…'), ask);
    await page.keyboard.press('Enter');
    await press(page, ask.getByRole('button', { name: 'Cancel the trial' }));
    await expect(page.getByText('Cancelled before a verdict')).toBeVisible({ timeout: 60_000 });
  });

  await test.step('a verdict, and a decision about it', async () => {
    await goTo(page, 'Trials', /\/trials(\?|$)/);
    await press(page, page.getByRole('main').locator(`a[href="/trials/${judged.id}"]`).first());
    await expect(page.getByRole('region', { name: 'Verdict' })).toBeVisible();
    const state = async () => (await api<{ state: string }>(admin, `changes/${judged.changeId}`)).state;
    const applied = (await state()) === 'applied';
    await expectModal(page, button(applied ? 'Roll back…' : /^Keep/), page.getByRole('alertdialog'));
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('alertdialog');
    await press(page, dialog.getByRole('button', { name: applied ? 'Roll back now' : /^Keep/ }));
    await expect.poll(state, { timeout: 60_000 }).toBe(applied ? 'rolled-back' : 'applied');
  });

  await test.step('the report, read both ways and shared', async () => {
    await goTo(page, 'Reports', /\/reports/);
    await press(page, page.getByRole('main').locator(`a[href="/reports/${reportId}"]`).first());
    await tabTo(page, page.getByRole('radio', { name: 'Every figure' }));
    await page.keyboard.press('ArrowRight');
    await expect(page.getByRole('radio', { name: 'In plain words' })).toBeChecked();
    await expect(page.getByRole('heading', { name: 'What is next' })).toBeVisible();
    await tabTo(page, button('Share…'), 'Shift+Tab');
    const dialog = page.getByRole('dialog', { name: 'Share this report by a link' });
    await expectModal(page, button('Share…'), dialog);
    await page.keyboard.press('Enter');
    await expectSeen(dialog.getByLabel('Days'));
    await page.keyboard.press('Enter');
    const link = dialog.getByRole('region', { name: /^The link, until/ });
    await expect(link).toContainText('/shared/');
    const shared = await link.innerText();
    await page.keyboard.press('Escape');
    await expectSeen(button('Share…'));
    await page.goto(shared);
    await tabTo(page, page.getByRole('link', { name: 'PDF', exact: true }));
  });
  await context.close();
});
