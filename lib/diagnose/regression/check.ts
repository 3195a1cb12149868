import type { Finding } from '@/lib/contracts/finding';
import type { StackMark } from '@/lib/contracts/marks';
import { metrics } from '@/lib/contracts/metrics';
import { stackMarks } from '@/lib/observe/marks';
import { day, hour } from '@/lib/observe/series/levels';
import { querySeries } from '@/lib/observe/series/query';
import type { Store } from '@/lib/store/client';
import { finding } from '../finding';
import { causeNear } from './cause';
import { leastValues, type Slip, slipOf } from './detect';
import { type Kept, keptChanges } from './watched';

/** So many days must have passed before days are compared; until then hours are. */
const daysFrom = 28;
/** Most days looked back: what slipped before that has been seen. */
const mostDays = 60;

/**
 * The gains that slipped back: one finding for each kept change whose figure changed its level for the worse, with the
 * likely cause. Looks at whole hours (after four weeks: whole days) since the change was kept.
 */
export async function regressions(
  store: Store,
  stack: { id: number; name: string },
  now = Date.now(),
): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const kept of await keptChanges(store, stack.id)) {
    const slipped = await slipSince(store, stack.name, kept, now);
    if (slipped === null) continue;
    const { slip, at, stepMs } = slipped;
    const query = {
      stack: stack.name,
      from: new Date(at - 3 * stepMs),
      to: new Date(Math.min(now, at + 4 * stepMs)),
    };
    const own = [`/changes/${kept.changeId}`, `/trials/${kept.trialId}`];
    const cause = causeNear(at, stepMs, await stackMarks(store, query), own);
    found.push(regression(kept, slip, at, stepMs, cause));
  }
  return found;
}

async function slipSince(
  store: Store,
  stack: string,
  { figure, since, ratio }: Kept,
  now: number,
): Promise<{ slip: Slip; at: number; stepMs: number } | null> {
  const stepMs = now - since >= daysFrom * day ? day : hour;
  const to = Math.floor(now / stepMs) * stepMs;
  // The step in which it was kept is half before.
  const from = Math.max(Math.ceil(since / stepMs) * stepMs, to - mostDays * day);
  const steps = (to - from) / stepMs;
  if (steps < leastValues) return null;
  const { target, metric, label } = figure;
  const [series] = await querySeries(
    store,
    { stack, metric, target, label, from: new Date(from), to: new Date(to - 1), points: steps },
    now,
  );
  const points = (series?.points ?? []).flatMap(({ t, v }) => (v === null ? [] : [{ t, v }]));
  const values = points.map((p) => p.v);
  const slip = slipOf(values, ratio, figure.better);
  const at = slip && points[slip.at]?.t;
  return slip && at ? { slip, at, stepMs } : null;
}

function regression(kept: Kept, slip: Slip, at: number, stepMs: number, cause: StackMark | null): Finding {
  const { figure, goal, title } = kept;
  const { title: figureTitle, unit } = metrics[figure.metric];
  const [before, since] = [round(slip.before), round(slip.since)];
  const step = stepMs === day ? 'day' : 'hour';
  const when = new Date(at)
    .toISOString()
    .slice(0, stepMs === day ? 10 : 16)
    .replace('T', ' ');
  const gone =
    slip.lost >= 1 ? 'All of the gain is gone' : `${Math.round(slip.lost * 100)} % of the gain is gone`;
  const why = cause
    ? `Likely cause, the nearest thing Ratchet knows of: "${cause.title}" (${cause.note}, ${cause.at.slice(0, 16).replace('T', ' ')} UTC, ${cause.path}).`
    : 'Ratchet knows of nothing that was changed then: look for what changed outside of it, such as a deployment, the data or the load.';
  return finding(
    {
      id: 'regression',
      severity: slip.lost >= 1 ? 'high' : 'medium',
      target: figure.target,
      subject: title,
      title: `A gain slipped back: ${title}`,
      detail: `Change ${kept.changeId} was kept because trial ${kept.trialId} measured it as an improvement of "${goal}". ${figureTitle} was ${before} ${unit} while it held and is ${since} ${unit} since about ${when} UTC. ${gone}. ${why}`,
      evidence: [
        { label: 'while the gain held, median', value: before, unit },
        { label: 'since it slipped, median', value: since, unit },
        { label: 'level changed', value: `${when} UTC, within one ${step}`, unit: '' },
        { label: 'p of no change (Pettitt)', value: round(slip.p), unit: '' },
        { label: 'measured gain, after ÷ before', value: round(kept.ratio), unit: '×' },
        { label: 'share of the gain that is gone', value: round(slip.lost), unit: 'ratio' },
        { label: 'likely cause', value: cause ? `${cause.title} (${cause.note})` : 'none known', unit: '' },
      ],
      weight: slip.lost,
      facts: { changeId: kept.changeId, cause: cause?.path ?? null, at: new Date(at).toISOString() },
    },
    `#${kept.changeId}`,
  );
}

const round = (value: number): number => Number(value.toPrecision(3));
