import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import { HistoryScore, type HistoryView } from '@/lib/contracts/history';
import { TargetKind } from '@/lib/contracts/target';
import { Verdict } from '@/lib/contracts/verdict';
import type { Store } from '@/lib/store/client';

/**
 * What became of a stack over time: the score of each of its reports and every change ever tried on it. The figures
 * per day come from GET /series, which reads a long time from one-hour roll-ups.
 * @throws AppError not-found for an unknown name, or when there is no stack
 */
export async function history(store: Store, name?: string): Promise<HistoryView> {
  const stack = await store.db.stack.findFirst({
    where: name === undefined ? {} : { name },
    orderBy: { id: 'asc' },
  });
  if (!stack)
    throw new AppError('not-found', name ? `There is no stack named "${name}".` : 'There is no stack yet.', {
      field: 'stack',
    });
  const [scores, trials] = await Promise.all([
    // Of the documents only the score is read: with their rounds they are megabytes.
    store.pool.query(
      `SELECT id AS "reportId", title, created_at AS at, (document->'score'->>'score')::float8 AS score,
         document->'score'->>'grade' AS grade, (document->'score'->>'measuredWeight')::float8 AS "measuredWeight"
       FROM report WHERE stack_id = $1 ORDER BY id`,
      [stack.id],
    ),
    store.db.trial.findMany({
      where: { stackId: stack.id, kind: 'change', state: 'done' },
      select: {
        id: true,
        title: true,
        createdAt: true,
        finishedAt: true,
        decision: true,
        verdict: true,
        changeId: true,
        change: { select: { optimization: true, target: { select: { name: true, kind: true } } } },
      },
      orderBy: { id: 'desc' },
    }),
  ]);
  return {
    stack: stack.name,
    since: stack.createdAt.toISOString(),
    scores: scores.rows.map((row) => HistoryScore.parse({ ...row, at: row.at.toISOString() })),
    changes: trials.flatMap((row) => {
      const verdict = Verdict.safeParse(row.verdict).data;
      if (!verdict) return [];
      const { verdict: outcome, metric, ratio, low, high } = verdict;
      return [
        {
          changeId: row.changeId,
          trialId: row.id,
          title: row.title,
          at: (row.finishedAt ?? row.createdAt).toISOString(),
          outcome,
          metric,
          ratio,
          low,
          high,
          decision: z.enum(['kept', 'rolled-back']).safeParse(row.decision).data ?? null,
          target: row.change?.target.name ?? null,
          targetKind: TargetKind.safeParse(row.change?.target.kind).data ?? null,
          optimization: row.change?.optimization ?? null,
        },
      ];
    }),
  };
}
