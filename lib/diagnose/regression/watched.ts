import { z } from 'zod';
import type { MetricName } from '@/lib/contracts/metrics';
import { TrialDesign } from '@/lib/contracts/trial';
import type { Probe } from '@/lib/contracts/workload';
import type { Store } from '@/lib/store/client';
import { keyFigureOf } from './key-figures';

/** The figure that is watched in the stead of what a trial measured. */
export interface Figure {
  target: string;
  metric: MetricName;
  label: string;
  better: 'lower' | 'higher';
  /** The metric is a hit ratio, and what is looked at is what it lacks to 1: from 99 % to 98 % the misses double. */
  misses?: boolean;
}

/** A kept change that is in place, and the figure that it improved. */
export interface Kept {
  changeId: number;
  trialId: number;
  title: string;
  /** Since when its gain should show, ms. */
  since: number;
  /** After ÷ before, as its trial measured it; null where the figure itself has to tell. */
  ratio: number | null;
  /** What the trial measured as improved; null where the key figure of the change is watched instead. */
  goal: string | null;
  figure: Figure;
}

const Row = z.object({
  change_id: z.number(),
  trial_id: z.number(),
  title: z.string(),
  optimization: z.string(),
  subject: z.string(),
  purpose: z.string().nullable(),
  target: z.string(),
  since: z.date(),
  design: z.unknown(),
  verdict: z.object({ verdict: z.string(), ratio: z.number() }),
});
const Goals = TrialDesign.pick({ goal: true, workload: true });

/**
 * The changes of a stack that were kept and are in place, each with what is measured all the time of what it is for: that of its
 * trial's goal where the trial shows an improvement of it, else the key figure of its kind of change. Those that have
 * neither are left out.
 */
export async function keptChanges(store: Store, stackId: number): Promise<Kept[]> {
  const { rows } = await store.pool.query(
    `SELECT DISTINCT ON (c.id) c.id AS change_id, t.id AS trial_id, c.title, t.verdict,
       c.optimization, c.subject, c.plan->>'purpose' AS purpose, g.name AS target,
       jsonb_build_object('goal', t.design->'goal', 'workload', t.design->'workload') AS design,
       greatest(t.finished_at, (SELECT max(j.at) FROM journal_entry j
         WHERE j.change_id = c.id AND j.direction = 'apply' AND j.phase IN ('after', 'settled'))) AS since
     FROM trial t JOIN change c ON c.id = t.change_id JOIN target g ON g.id = c.target_id
     WHERE t.stack_id = $1 AND t.kind = 'change' AND t.state = 'done' AND t.decision = 'kept' AND c.state = 'applied'
       AND t.finished_at IS NOT NULL
     ORDER BY c.id, t.id DESC`,
    [stackId],
  );
  return rows.flatMap((raw) => {
    const row = Row.parse(raw);
    const design = Goals.safeParse(row.design).data;
    const goal = design?.goal;
    const probe = goal && design.workload.probes.find((p) => p.name === goal.endpoint);
    const improved = row.verdict.verdict === 'improved';
    const own = improved && probe ? figureOf(probe, goal.metric) : null;
    const figure = own ?? keyFigureOf(row);
    if (!figure) return [];
    return [
      {
        changeId: row.change_id,
        trialId: row.trial_id,
        title: row.title,
        since: row.since.getTime(),
        ratio: own ? row.verdict.ratio : null,
        goal: own ? (goal?.endpoint ?? '') : null,
        figure,
      },
    ];
  });
}

/** Series of the collectors that go with a probe: a statement by its queryid, an endpoint by its name. */
function figureOf(probe: Probe, metric: string): Figure | null {
  if (metric === 'errors') return null;
  if (probe.kind === 'sql' && probe.queryId !== undefined)
    return {
      target: probe.target,
      metric: 'pg.statement_latency',
      label: probe.queryId,
      better: 'lower',
    };
  if (probe.kind !== 'http') return null;
  const of = { target: probe.target, label: probe.name };
  // How much is asked of a service is not its own doing: of throughput, the time it takes is watched.
  return { ...of, metric: metric === 'p50' ? 'http.p50' : 'http.p95', better: 'lower' };
}
