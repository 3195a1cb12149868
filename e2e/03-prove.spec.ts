import { api, expect, type FindingAnswer, provable, test } from './lib/test';

interface TrialAnswer {
  id: number;
  state: string;
  outcome: string | null;
  decision: string | null;
  changeId: number;
  segments: unknown[];
}
interface ChangeAnswer {
  state: string;
  journal: unknown[];
}

// One story: each step stands on the one before.
test.describe.configure({ mode: 'serial' });
test.use({ person: 'operator' });

let finding: FindingAnswer;
let trialId: number;

test('a finding shows its evidence and the exact statements of its remedy', async ({ page }) => {
  test.setTimeout(300_000);
  finding = await provable(page);
  await page.goto(`/findings/${finding.number}`);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText(finding.title);
  await expect(page.getByRole('heading', { name: 'Evidence' })).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Judged by' })).toBeVisible();
  await page.getByRole('button', { name: 'Preview' }).click();
  const preview = page.getByRole('dialog', { name: 'Preview' });
  await expect(preview.getByRole('region', { name: 'Statements', exact: true })).toContainText(
    /CREATE INDEX CONCURRENTLY/,
  );
  await expect(preview.getByRole('region', { name: 'Inverse statements' })).toContainText(
    /DROP INDEX CONCURRENTLY/,
  );
  await preview.getByRole('button', { name: 'Close' }).last().click();
  await expect(preview).toBeHidden();
});

test('prove runs a trial with live progress', async ({ page }) => {
  await page.goto(`/findings/${finding.number}`);
  await page.getByRole('button', { name: 'Prove' }).click();
  const dialog = page.getByRole('dialog', { name: 'Prove this change' });
  await dialog.getByLabel('Rounds').fill('2');
  await expect(dialog.getByText('a whole number from 6 to 200')).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Start trial' })).toBeDisabled();
  await dialog.getByLabel('Rounds').fill('6');
  await dialog.getByLabel('Segment, seconds').fill('0.5');
  await dialog.getByRole('button', { name: 'Start trial' }).click();
  await expect(page).toHaveURL(/\/trials\/\d+/);
  trialId = Number(/trials\/(\d+)/.exec(page.url())?.[1]);
  await expect(page.getByRole('progressbar', { name: 'Progress of the trial' })).toBeVisible();
  await expect(page.getByText('still running: no verdict')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Cancel…' })).toBeVisible();
});

test('the verdict comes by itself, with the charts and figures behind it', async ({ page }) => {
  test.setTimeout(420_000);
  await page.goto(`/trials/${trialId}`);
  const verdict = page.getByRole('region', { name: 'Verdict' });
  await expect(verdict).toBeVisible({ timeout: 400_000 });
  const trial = await api<TrialAnswer>(page, `trials/${trialId}`);
  expect(trial.state).toBe('done');
  await expect(
    verdict.getByText(String(trial.outcome).replace('-', ' '), { exact: true }).first(),
  ).toBeVisible();
  await expect(
    verdict.getByText(trial.decision === 'kept' ? 'kept' : 'rolled back', { exact: true }),
  ).toBeVisible();
  for (const title of ['All requests', 'Rounds in order', 'Each endpoint', 'How it was measured']) {
    await expect(page.getByRole('heading', { name: title })).toBeVisible();
  }
  await expect(page.locator('.recharts-scatter-symbol').first()).toBeVisible();
  const plans = page.getByRole('region', { name: 'Plans before and after' });
  await expect(plans.getByRole('region', { name: 'Plan before', exact: true })).toContainText('Seq Scan');
  await expect(plans.getByRole('region', { name: 'Plan after', exact: true })).toContainText('Index');
  await page.getByText('The rounds behind it').click();
  const rows = page.getByRole('region', { name: /^Segments of/ }).getByRole('row');
  await expect(rows).toHaveCount(trial.segments.length + 1);

  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Record (JSON)' }).click();
  const record = JSON.parse(await (await download).createReadStream().then(text)) as {
    schema: number;
    segments: unknown[];
  };
  expect(record.schema).toBe(1);
  expect(record.segments).toHaveLength(trial.segments.length);
});

test('the effect stands in the forest plot of the overview', async ({ page }) => {
  await page.goto('/');
  const gained = page.getByRole('region', { name: 'What has been gained' });
  await expect(gained.locator(`a[href="/trials/${trialId}"]`)).toBeVisible();
  await expect(gained.locator('.recharts-scatter-symbol').first()).toBeAttached();
});

test('roll back and keep say what they do, and do it', async ({ page }) => {
  test.setTimeout(180_000);
  await page.goto(`/trials/${trialId}`);
  const { changeId } = await api<TrialAnswer>(page, `trials/${trialId}`);
  const state = async () => (await api<ChangeAnswer>(page, `changes/${changeId}`)).state;

  const keep = async () => {
    await page.getByRole('button', { name: /^Keep/ }).click();
    const dialog = page.getByRole('alertdialog');
    await expect(dialog.getByRole('region', { name: 'Statements' })).toContainText('CREATE INDEX');
    await dialog.getByRole('button', { name: /^Keep/ }).click();
    await expect.poll(state, { timeout: 60_000 }).toBe('applied');
    await expect(page.getByRole('button', { name: 'Roll back…' })).toBeEnabled({ timeout: 30_000 });
  };
  const rollBack = async () => {
    await page.getByRole('button', { name: 'Roll back…' }).click();
    const dialog = page.getByRole('alertdialog', { name: 'Roll back this change' });
    await expect(dialog.getByRole('region', { name: 'Statements' })).toContainText('DROP INDEX');
    await dialog.getByRole('button', { name: 'Roll back now' }).click();
    await expect.poll(state, { timeout: 60_000 }).toBe('rolled-back');
    await expect(page.getByRole('button', { name: /^Keep/ })).toBeEnabled({ timeout: 30_000 });
  };

  if ((await state()) === 'applied') {
    await rollBack();
    await keep();
  } else {
    await keep();
    await rollBack();
  }
  const before = (await api<ChangeAnswer>(page, `changes/${changeId}`)).journal.length;
  expect(before).toBeGreaterThanOrEqual(4);
  await page.goto(`/changes/${changeId}`);
  await expect(
    page
      .getByRole('region', { name: 'Journal' })
      .getByText(/CREATE INDEX/)
      .first(),
  ).toBeVisible();
});

test('a running trial can be cancelled, and leaves nothing applied', async ({ page }) => {
  test.setTimeout(300_000);
  const { changeId } = await api<TrialAnswer>(page, `trials/${trialId}`);
  const other = (await api<(FindingAnswer & { state: string })[]>(page, 'findings?stack=demo')).flatMap(
    (f) => f.changes,
  );
  const change = other.find((c) => c.id !== changeId && c.state === 'proposed');
  if (!change) throw new Error('the demo should propose a second change');
  await page.goto(`/changes/${change.id}`);
  await page.getByRole('button', { name: 'Prove…' }).click();
  await page.getByRole('button', { name: 'Start trial' }).click();
  await expect(page).toHaveURL(/\/trials\/\d+/);
  await page.getByRole('button', { name: 'Cancel…' }).click();
  await page.getByRole('button', { name: 'Cancel the trial' }).click();
  await expect(page.getByText('Cancelled before a verdict')).toBeVisible({ timeout: 120_000 });
  await expect
    .poll(async () => (await api<ChangeAnswer>(page, `changes/${change.id}`)).state, { timeout: 60_000 })
    .not.toBe('applied');
});

async function text(stream: AsyncIterable<unknown>): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(Buffer.from(part as Buffer));
  return Buffer.concat(parts).toString('utf8');
}
