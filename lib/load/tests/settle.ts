import type { Store } from '@/lib/store/client';
import { omissionOf } from '../omission';
import { summaryOf } from '../summary';
import { asResources, resourcePoints } from './resources';
import { json, LoadHead, secondsOf } from './rows';
import { interruptedWhy } from './run';

/**
 * Ends the load tests that a dead worker left behind: what was measured becomes their record, marked interrupted. Call at worker
 * start after the jobs of dead workers were marked. Returns what was done, in words.
 */
export async function settleLoadTests(store: Store): Promise<{ loadTestId: number; what: string }[]> {
  const open = await store.db.loadTest.findMany({
    where: { state: { in: ['queued', 'running'] }, jobId: { not: null } },
    include: { stack: true },
    orderBy: { id: 'asc' },
  });
  const settled: { loadTestId: number; what: string }[] = [];
  for (const row of open) {
    const job = await store.db.job.findUnique({ where: { id: row.jobId ?? 0 } });
    if (job?.state === 'running' || job?.state === 'queued') continue;
    const seconds = await secondsOf(store, row.id);
    const head = row.head === null ? null : LoadHead.parse(row.head);
    const never = row.state === 'queued';
    const reason = never ? 'Its job ended before it began.' : interruptedWhy;
    const common = {
      state: 'interrupted',
      outcome: 'interrupted',
      reason,
      finishedAt: new Date(),
      sealedOrder: null,
    };
    let kept = {};
    if (head) {
      const startedAt = Date.parse(head.startedAt);
      const until = startedAt + seconds.reduce((sum, s) => sum + s.durationMs, 0);
      const points = await resourcePoints(store, row.stack.name, startedAt, { after: startedAt, until });
      const whole = {
        ...head,
        endedAt: new Date(until).toISOString(),
        resources: asResources(points),
        coordinatedOmission: head.plan ? omissionOf(seconds, head.plan.profile) : null,
      };
      kept = { head: json(whole), summary: json(summaryOf({ ...whole, seconds })) };
    }
    await store.db.loadTest.updateMany({
      where: { id: row.id, state: row.state },
      data: { ...common, ...kept },
    });
    const what = never ? 'It never began.' : `It was interrupted; ${seconds.length} s of it are kept.`;
    settled.push({ loadTestId: row.id, what });
  }
  return settled;
}
