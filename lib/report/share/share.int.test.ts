import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Actor } from '@/lib/contracts/auth';
import { nameBaseline } from '@/lib/report/baseline';
import { verifyReportText } from '@/lib/report/verify';
import { verifyChain } from '@/lib/store/chain/verify';
import { getStore } from '@/lib/store/client';
import { listReports } from '@/lib/views/reports';
import { reportFacts } from '@/test/report-facts';
import { startTestStore } from '@/test/store';
import { freezeReport } from '../freeze';
import { saveReport } from '../save';
import { createShare, listShares, openShare, revokeShare } from './shares';

const actor: Actor = { userId: null, name: 'ada', role: 'operator', via: 'session' };
const day = 86_400_000;
let test: Awaited<ReturnType<typeof startTestStore>>;
let stackId: number;
const report = () => saveReport(test.store, { stackId, passId: null, document: freezeReport(reportFacts()) });
beforeAll(async () => {
  test = await startTestStore();
  stackId = (await test.store.db.stack.create({ data: { name: 'shop' } })).id;
  vi.stubEnv('RATCHET_STORE_URL', test.url);
});
afterAll(async () => {
  await (await getStore()).close();
  await test?.stop();
});

it('a link opens one report until it ends or is revoked; only a hash of it is kept', async () => {
  const [id, other] = [await report(), await report()];
  const made = await createShare(test.store, actor, id, { note: 'the board' });
  const token = made.path.replace('/shared/', '');
  expect(Date.parse(made.expiresAt) - Date.now()).toBeGreaterThan(6.9 * day);
  expect(JSON.stringify(await test.store.db.reportShare.findMany())).not.toContain(token);
  expect(await listShares(test.store)).toMatchObject([
    { reportId: id, uses: 0, lastUsedAt: null, note: 'the board' },
  ]);

  expect((await openShare(test.store, token))?.id).toBe(id);
  expect(await openShare(test.store, `${token}x`)).toBeNull();
  expect(await openShare(test.store, token, Date.now() + 8 * day)).toBeNull();
  expect(await listShares(test.store)).toMatchObject([{ uses: 1, lastUsedAt: expect.any(String) }]);
  expect(await listShares(test.store, Date.now() + 8 * day)).toEqual([]);

  await revokeShare(test.store, actor, made.id);
  expect(await openShare(test.store, token)).toBeNull();
  await expect(revokeShare(test.store, actor, made.id)).rejects.toMatchObject({ code: 'not-found' });
  await expect(createShare(test.store, actor, id, { days: 91 })).rejects.toThrow();
  await expect(createShare(test.store, actor, 999, {})).rejects.toMatchObject({ code: 'not-found' });
  expect(other).not.toBe(id);
  const audited = await test.store.db.auditEntry.findMany({ orderBy: { id: 'asc' } });
  expect(audited.map((a) => [a.action, a.detail])).toEqual([
    ['report.share', `link ${made.id} for 7 days, the board`],
    ['report.unshare', `link ${made.id}`],
  ]);
});

it('the page and its files come without sign-in, and a wrong link gets a plain page', async () => {
  const id = await report();
  const { path } = await createShare(test.store, actor, id, { days: 1 });
  const token = path.replace('/shared/', '');
  const page = await import('@/app/shared/[token]/route');
  const file = await import('@/app/shared/[token]/download/route');
  const at = (t: string) => ({ params: Promise.resolve({ token: t }) });
  const shown = await page.GET(new Request(`http://r${path}`), at(token));
  expect(shown.status).toBe(200);
  expect(shown.headers.get('cache-control')).toContain('no-store');
  const html = await shown.text();
  expect(html).toContain('Performance pass over shop');
  expect(html).toContain(`href="${path}/download?format=pdf"`);
  expect(html).not.toMatch(/href="\/(?!shared)/);

  const json = await file.GET(new Request(`http://r${path}/download?format=json`), at(token));
  expect(verifyReportText(await json.text()).ok).toBe(true);
  for (const wrong of [
    await page.GET(new Request('http://r/shared/x'), at('x')),
    await file.GET(new Request('http://r/shared/x/download?format=json'), at('x')),
    await file.GET(new Request(`http://r${path}/download?format=exe`), at(token)),
  ]) {
    expect(wrong.status).toBe(404);
    expect(await wrong.text()).toContain('This link does not work');
  }
});

it('a report is named as a baseline, once in its stack, and its evidence stays what it was', async () => {
  const [id, other] = [await report(), await report()];
  await nameBaseline(test.store, actor, id, { name: 'since release 1.4' });
  await expect(nameBaseline(test.store, actor, other, { name: 'since release 1.4' })).rejects.toMatchObject({
    code: 'conflict',
  });
  const names = async () =>
    (await listReports(test.store, 'shop')).map((r) => [r.id, r.baseline]).slice(0, 2);
  expect(await names()).toEqual([
    [other, null],
    [id, 'since release 1.4'],
  ]);
  await nameBaseline(test.store, actor, id, { name: null });
  await nameBaseline(test.store, actor, other, { name: 'since release 1.4' });
  expect(await names()).toEqual([
    [other, 'since release 1.4'],
    [id, null],
  ]);
  expect((await verifyChain(test.store)).problems).toEqual([]);
});
