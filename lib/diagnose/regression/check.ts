import type { Finding } from '@/lib/contracts/finding';
import type { StackMark } from '@/lib/contracts/marks';
import { metrics } from '@/lib/contracts/metrics';
import { stackMarks } from '@/lib/observe/marks';
import { day, hour } from '@/lib/observe/series/levels';
import { querySeries } from '@/lib/observe/series/query';
import type { Store } from '@/lib/store/client';
import { bytes, finding } from '../finding';
import { causeNear } from './cause';
import { gainOf, leastValues, type Slip, slipOf } from './detect';
import { type Figure, type Kept, keptChanges } from './watched';

/** So many days must have passed before days are compared; until then hours are. */
const daysFrom = 28;
/** Most days looked back: what slipped before that has been seen. */
const mostDays = 60;
/** Misses of a cache below this share are as good as none. */
const leastMisses = 0.001;

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
    const { at, stepMs } = slipped;
    const query = {
      stack: stack.name,
      from: new Date(at - 3 * stepMs),
      to: new Date(Math.min(now, at + 4 * stepMs)),
    };
    const own = [`/changes/${kept.changeId}`, `/trials/${kept.trialId}`];
    const cause = causeNear(at, stepMs, await stackMarks(store, query), own);
    found.push(regression(kept, slipped, cause));
  }
  return found;
}

interface Slipped {
  slip: Slip;
  /** After ÷ before of the change itself. */
  gain: number;
  at: number;
  stepMs: number;
}

async function slipSince(
  store: Store,
  stack: string,
  { figure, since, ratio }: Kept,
  now: number,
): Promise<Slipped | null> {
  const stepMs = now - since >= daysFrom * day ? day : hour;
  const to = Math.floor(now / stepMs) * stepMs;
  // The step in which it was kept is half before.
  const first = Math.ceil(since / stepMs) * stepMs;
  const from = Math.max(first, to - mostDays * day);
  if ((to - from) / stepMs < leastValues) return null;
  const points = await valuesOf(store, stack, figure, { from, to, stepMs }, now);
  const values = points.map((p) => p.v);
  const gain = ratio ?? (await gainSeen(store, stack, figure, first - stepMs, stepMs, now));
  const slip = gain === null ? null : slipOf(values, gain, figure.better);
  const at = slip && points[slip.at]?.t;
  return slip && at && gain !== null ? { slip, gain, at, stepMs } : null;
}

/**
 * What the key figure of a change gained by it, after ÷ before, from its medians over as many steps on both sides of the one in which
 * it was kept; null where too little was measured, or where it did not gain.
 */
async function gainSeen(
  store: Store,
  stack: string,
  figure: Figure,
  kept: number,
  stepMs: number,
  now: number,
): Promise<number | null> {
  const side = leastValues * stepMs;
  const [before, after] = await Promise.all([
    valuesOf(store, stack, figure, { from: kept - side, to: kept, stepMs }, now),
    valuesOf(store, stack, figure, { from: kept + stepMs, to: kept + stepMs + side, stepMs }, now),
  ]);
  return gainOf(
    before.map((p) => p.v),
    after.map((p) => p.v),
    figure.better,
  );
}

async function valuesOf(
  store: Store,
  stack: string,
  { target, metric, label, misses }: Figure,
  { from, to, stepMs }: { from: number; to: number; stepMs: number },
  now: number,
): Promise<{ t: number; v: number }[]> {
  const points = (to - from) / stepMs;
  const range = { from: new Date(from), to: new Date(to - 1), points };
  const [series] = await querySeries(store, { stack, metric, target, label, ...range }, now);
  // A cache that never misses is as good as one that hardly does: no ratio is made with nothing.
  const of = (v: number) => (misses ? Math.max(1 - v, leastMisses) : v);
  return (series?.points ?? []).flatMap(({ t, v }) => (v === null ? [] : [{ t, v: of(v) }]));
}

function regression(kept: Kept, { slip, gain, at, stepMs }: Slipped, cause: StackMark | null): Finding {
  const { figure, goal, title } = kept;
  const { title: figureTitle, unit: of } = metrics[figure.metric];
  const unit = figure.misses ? 'ratio' : of;
  const what = figure.misses ? `${figureTitle}, misses` : figureTitle;
  const said = (value: number) =>
    unit === 'ratio'
      ? `${round(value * 100)} %`
      : unit === 'bytes'
        ? bytes(value)
        : `${round(value)} ${unit}`;
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
  const because =
    goal === null
      ? `Change ${kept.changeId} was kept after trial ${kept.trialId}, and what it is for got better with it, by its figure as it is sampled all the time.`
      : `Change ${kept.changeId} was kept because trial ${kept.trialId} measured it as an improvement of "${goal}".`;
  return finding(
    {
      id: 'regression',
      severity: slip.lost >= 1 ? 'high' : 'medium',
      target: figure.target,
      subject: title,
      title: `A gain slipped back: ${title}`,
      detail: `${because} ${what} was ${said(slip.before)} while it held and is ${said(slip.since)} since about ${when} UTC. ${gone}. ${why}`,
      evidence: [
        { label: 'while the gain held, median', value: round(slip.before), unit },
        { label: 'since it slipped, median', value: round(slip.since), unit },
        { label: 'level changed', value: `${when} UTC, within one ${step}`, unit: '' },
        { label: 'p of no change (Pettitt)', value: round(slip.p), unit: '' },
        {
          label: goal === null ? 'gain as sampled, after ÷ before' : 'measured gain, after ÷ before',
          value: round(gain),
          unit: '×',
        },
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
