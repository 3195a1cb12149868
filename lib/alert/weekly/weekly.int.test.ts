import { randomBytes } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Actor } from '@/lib/contracts/auth';
import { verifyReport } from '@/lib/report/verify';
import { verifyChain } from '@/lib/store/chain/verify';
import { reportDocument } from '@/lib/views/reports';
import { startTestStore } from '@/test/store';
import { deliverDue } from '../notify/deliver';
import { addNotifier } from '../notify/notifiers';
import { nextWeekEnd, weekEnd, weekStart } from './period';
import { requestReport, scheduleView, setSchedule } from './schedule';
import { sendDueReports } from './send';

vi.stubEnv('RATCHET_SECRET_KEY', randomBytes(32).toString('hex'));
const actor: Actor = { userId: null, name: 'ada', role: 'admin', via: 'cli' };
const week = 7 * 86_400_000;
let test: Awaited<ReturnType<typeof startTestStore>>;
const received: { event: string; title: string; text: string; url: string }[] = [];
const server = http.createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => {
    body += chunk.toString();
  });
  request.on('end', () => {
    received.push(JSON.parse(body));
    response.end();
  });
});

beforeAll(async () => {
  test = await startTestStore();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(async () => {
  server.close();
  await test?.stop();
});

it('a week ends at its day and hour', () => {
  const at = (text: string) => Date.parse(text);
  // 2 March 2026 is a Monday.
  expect(weekEnd(at('2026-03-02T06:00:00Z'), 1, 6)).toBe(at('2026-03-02T06:00:00Z'));
  expect(weekEnd(at('2026-03-02T05:59:59Z'), 1, 6)).toBe(at('2026-02-23T06:00:00Z'));
  expect(weekEnd(at('2026-03-08T23:00:00Z'), 7, 22)).toBe(at('2026-03-08T22:00:00Z'));
  expect(nextWeekEnd(at('2026-03-02T06:00:00Z'), 1, 6)).toBe(at('2026-03-09T06:00:00Z'));
  expect(weekStart(at('2026-03-09T06:00:00Z'))).toBe(at('2026-03-02T06:00:00Z'));
});

it('is written and sent once a week, whoever looks and however often, and when it is asked for', async () => {
  const { store } = test;
  const { db } = store;
  await expect(scheduleView(store, 'shop')).rejects.toMatchObject({ code: 'not-found' });
  const stack = await db.stack.create({ data: { name: 'shop' } });
  const port = (server.address() as AddressInfo).port;
  const { id } = await addNotifier(store, actor, {
    name: 'hook',
    connection: { kind: 'webhook', url: `http://127.0.0.1:${port}/` },
  });
  expect(await scheduleView(store, 'shop')).toMatchObject({ enabled: false, nextAt: null, last: null });
  expect(await sendDueReports(store)).toEqual([]);
  await setSchedule(store, actor, { stack: 'shop', enabled: true, weekday: 3, hour: 12, notifierIds: [id] });
  // The week that ended before it was switched on is not sent after the fact.
  expect(await sendDueReports(store)).toEqual([]);

  const due = nextWeekEnd(Date.now(), 3, 12) + 1_000;
  const busy = await db.job.create({
    data: { kind: 'pass', payload: {}, queue: `stack:${stack.id}`, state: 'running' },
  });
  expect(await sendDueReports(store, due)).toEqual([]);
  await db.job.delete({ where: { id: busy.id } });

  // Two workers at once, and one that was started again.
  const both = (await Promise.all([sendDueReports(store, due), sendDueReports(store, due)])).flat();
  expect(both).toHaveLength(1);
  expect(await sendDueReports(store, due + 60_000)).toEqual([]);
  const reportId = both[0] ?? 0;
  const document = await reportDocument(store, reportId);
  expect(verifyReport(document).ok).toBe(true);
  expect(document.title).toContain('Week of shop to');
  expect(Date.parse(document.finishedAt) - Date.parse(document.startedAt)).toBe(week);

  await Promise.all([deliverDue(store), deliverDue(store)]);
  await deliverDue(store);
  expect(received).toEqual([
    expect.objectContaining({
      event: 'report',
      title: expect.stringContaining('Week of shop'),
      text: expect.stringContaining('No change was measured.'),
      url: expect.stringMatching(new RegExp(`/reports/${reportId}$`)),
    }),
  ]);
  expect(await scheduleView(store, 'shop')).toMatchObject({ last: { reportId, notifiers: 1 }, error: null });

  await requestReport(store, actor, 'shop');
  await expect(requestReport(store, actor, 'shop')).rejects.toMatchObject({ code: 'conflict' });
  expect(await sendDueReports(store, due)).toHaveLength(1);
  expect(await sendDueReports(store, due)).toEqual([]);
  await setSchedule(store, actor, { stack: 'shop', enabled: false });
  expect(await sendDueReports(store, due + week)).toEqual([]);
  expect((await verifyChain(store)).problems).toEqual([]);
  expect(await db.report.count()).toBe(2);
});

it('a report that could not be written is told and tried again later', async () => {
  const { store } = test;
  await requestReport(store, actor, 'shop');
  await store.pool.query("alter table report add constraint full_disk check (title = '') not valid");
  const now = Date.now() + 1_000;
  expect(await sendDueReports(store, now)).toEqual([]);
  expect((await scheduleView(store, 'shop')).error).toContain('The log of the worker');
  await store.pool.query('alter table report drop constraint full_disk');
  expect(await sendDueReports(store, now)).toEqual([]);
  expect(await sendDueReports(store, now + 601_000)).toHaveLength(1);
  expect(await scheduleView(store, 'shop')).toMatchObject({ error: null, requestedAt: null });
});
