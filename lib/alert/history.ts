import { AlertRuleInput, type Replay } from '@/lib/contracts/alert';
import type { MetricName, SeriesData } from '@/lib/contracts/metrics';
import { querySeries } from '@/lib/observe/series/query';
import type { Store } from '@/lib/store/client';
import { replay } from './replay';

const spanMs = 7 * 86_400_000;
/** Five-minute means: fine enough to see an incident, coarse enough to read a week at once. */
const points = spanMs / 300_000;

/**
 * Tries a rule on the last week of what is kept, before it is saved: when it would have fired, on which series.
 * The values are means over `step` seconds, as the store gives them for so long a time.
 */
export async function tryRule(store: Store, input: AlertRuleInput, now = Date.now()): Promise<Replay> {
  const rule = AlertRuleInput.parse(input);
  const from = new Date(now - spanMs);
  const to = new Date(now);
  const stacks = await store.db.stack.findMany({
    where: rule.stack === null ? {} : { name: rule.stack },
    select: { name: true },
  });
  const series: Replay['series'] = [];
  let step = 0;
  for (const { name: stack } of stacks) {
    const read = (metric: MetricName) =>
      querySeries(
        store,
        { stack, metric, from, to, points, ...(rule.target === null ? {} : { target: rule.target }) },
        now,
      );
    const main = await read(rule.metric);
    const divisors = rule.per === null ? null : await read(rule.per);
    for (const data of main) {
      const values = divisors === null ? data.points : divided(data, divisors);
      const measured = values.filter((p) => p.v !== null).length;
      step = Math.max(step, data.step);
      series.push({ target: data.target, label: data.label, values: measured, fired: replay(rule, values) });
    }
  }
  return { from: from.toISOString(), to: to.toISOString(), step, series };
}

function divided(data: SeriesData, divisors: readonly SeriesData[]): SeriesData['points'] {
  const by = divisors.find((d) => d.target === data.target && d.label === data.label);
  const at = new Map(by?.points.map((p) => [p.t, p.v]));
  return data.points.map(({ t, v }) => {
    const divisor = at.get(t) ?? null;
    return { t, v: v === null || divisor === null || divisor <= 0 ? null : v / divisor };
  });
}
