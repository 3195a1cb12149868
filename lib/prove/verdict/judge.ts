import type { Metric, TrialRecord } from '@/lib/contracts/trial-record';
import type { Effect, Outcome, Verdict } from '@/lib/contracts/verdict';
import type { Comparison } from './comparison';
import { whyNotTrusted } from './control-check';
import { effectOf } from './effect';
import { type EndpointInput, endpointVerdicts } from './endpoint-verdict';
import { adjustFamily } from './family';
import { goalValues } from './goal-values';
import { measureSegments } from './measure';
import { LEAST_ROUNDS, outcomeOf } from './outcome';
import { meanOfValues } from './round-values';
import { type Round, splitRounds } from './rounds';
import { roundsNeeded } from './rounds-needed';
import { sentenceOf } from './sentence';
import { type Subjects, subjectsOf } from './subjects';
import { type Table, tableOf } from './table';

/** Name under which the error-rate guard appears among the harmed. */
export const ERROR_GUARD = 'error rate';

/**
 * What a trial record shows, by the procedure in docs/method.md. Pure: the same record gives the same
 * verdict on any machine. AppError bad-input, naming the field, for a record that contradicts itself.
 */
export function judgeRecord(record: TrialRecord): Verdict {
  const subjects = subjectsOf(record);
  const separated = record.design === 'separated';
  const named = subjects.goal ?? subjects.only;
  const { counting, voided } = splitRounds(measureSegments(record), { separated, goal: named });
  const table = tableOf(record, counting);
  const metric = record.goal?.metric ?? 'p50';
  const goal = goalValues(table, subjects, metric);
  const goalComparison = table.compare(goal.values, metric, named ?? 'geometric mean') ?? nothing(metric);
  const guards = guardComparisons(table, subjects, metric);
  const errors = errorGuard(table, subjects, metric);
  const members = [...guards.map((g) => g.comparison), ...(errors ? [errors] : [])];
  const adjusted = adjustFamily(goalComparison, members, separated);
  const adjustedP = adjusted[0] ?? 1;

  const harmed = guards
    .filter((g, i) => outcomeOf(g.comparison, adjusted[i + 1] ?? 1, record.margin) === 'regressed')
    .map((g) => g.endpoint);
  const errorP = adjusted[members.length] ?? 1;
  if (errors && outcomeOf(errors, errorP, record.margin) === 'regressed') harmed.push(ERROR_GUARD);
  const lost = lostEndpoints(table, subjects, metric);
  const goalOutcome = outcomeOf(goalComparison, adjustedP, record.margin);
  const distrusted = separated
    ? whyNotTrusted(table, goal, record.control, goalOutcome, record.margin)
    : null;
  const outcome = decide({
    goalOutcome,
    enough: goalComparison.rounds >= LEAST_ROUNDS,
    harmed,
    lost,
    distrusted,
  });

  const effect = effectOf(goalComparison, adjustedP, goalOutcome);
  const inputs: EndpointInput[] = [
    ...(named === null
      ? []
      : [
          {
            endpoint: named,
            role: 'goal' as const,
            metric,
            decided: { comparison: goalComparison, adjustedP },
          },
        ]),
    ...guards.map((g, i) => ({
      endpoint: g.endpoint,
      role: 'guard' as const,
      metric: guardMetric(metric),
      decided: { comparison: g.comparison, adjustedP: adjusted[i + 1] ?? 1 },
    })),
    ...subjects.control.map((endpoint) => ({
      endpoint,
      role: 'control' as const,
      metric: guardMetric(metric),
      decided: null,
    })),
  ];
  const needed =
    outcome === 'inconclusive'
      ? roundsNeeded(goalComparison, { margin: record.margin, comparisons: members.length + 1, separated })
      : null;
  const facts = {
    outcome,
    metric,
    goal: named,
    over: goal.over.length,
    ...pick(effect),
    adjustedP,
    rounds: goalComparison.rounds,
    voidRounds: voided.length,
    voidWhy: voided[0]?.why ?? null,
    interleaved: !separated,
    margin: record.margin,
    goalOutcome,
    harmed,
    lost,
    distrusted,
    guards: guards.length,
    roundsNeeded: needed,
  };
  return {
    verdict: outcome,
    metric,
    goal: subjects.goal,
    ...pick(effect),
    adjustedP: effect.adjustedP,
    rounds: goalComparison.rounds,
    voidRounds: voided.length,
    margin: record.margin,
    interleaved: !separated,
    sentence: sentenceOf(facts),
    roundsNeeded: needed,
    harmed,
    ...(errors ? { errorGuard: effectOf(errors, errorP, outcomeOf(errors, errorP, record.margin)) } : {}),
    endpoints: endpointVerdicts(table, counting, inputs, record.margin),
  };
}

function pick({ ratio, low, high, p }: Effect) {
  return { ratio, low, high, p };
}

function decide(o: {
  goalOutcome: Outcome;
  enough: boolean;
  harmed: readonly string[];
  lost: readonly string[];
  distrusted: string | null;
}): Outcome {
  if (!o.enough) return 'inconclusive';
  // A shown harm outweighs everything the goal says, also that it hardly changed.
  if (o.harmed.length > 0) return 'regressed';
  if (o.distrusted !== null) return 'inconclusive';
  if (o.goalOutcome === 'improved' && o.lost.length > 0) return 'inconclusive';
  return o.goalOutcome;
}

/** Guards are watched on the goal's quantile; where the goal is throughput or errors, on the median. */
function guardMetric(goal: Metric): Metric {
  return goal === 'p95' ? 'p95' : 'p50';
}

function guardComparisons(table: Table, subjects: Subjects, goal: Metric) {
  const metric = guardMetric(goal);
  return subjects.guards.flatMap((endpoint) => {
    const comparison = table.compare(table.values(endpoint, metric), metric, endpoint);
    return comparison ? [{ endpoint, comparison }] : [];
  });
}

/**
 * The error rate as one guard: the mean over the endpoints of their rate difference, so that neither a
 * busier endpoint nor a shift of the mix hides one that began to fail. The goal's own rate is left out when it is the goal.
 */
function errorGuard(table: Table, subjects: Subjects, goal: Metric): Comparison | null {
  const watched = subjects.endpoints.filter(
    (name) =>
      !subjects.control.includes(name) && !(goal === 'errors' && name === (subjects.goal ?? subjects.only)),
  );
  const each = watched.map((endpoint) => table.values(endpoint, 'errors'));
  const most = Math.max(0, ...each.map((values) => table.coverage(values)));
  const measured = each.filter((values) => most > 0 && table.coverage(values) === most);
  if (measured.length === 0) return null;
  return table.compareRaw(meanOfValues(measured), 'errors', ERROR_GUARD);
}

/** Guards that were measured in enough rounds before the change and in too few after it. */
function lostEndpoints(table: Table, subjects: Subjects, goal: Metric): string[] {
  return subjects.guards.filter((endpoint) => {
    const values = table.values(endpoint, guardMetric(goal));
    const before = values.before.filter((value) => value !== null).length;
    return before >= LEAST_ROUNDS && table.coverage(values) < LEAST_ROUNDS;
  });
}

/** No round has both arms: no figure, and an interval without bounds. */
function nothing(metric: Metric): Comparison {
  const open = { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  return {
    metric,
    before: 0,
    after: 0,
    centre: 0,
    ...open,
    bootstrapLow: open.low,
    bootstrapHigh: open.high,
    p: 1,
    rounds: 0,
    informative: 0,
    spread: 0,
  };
}

export type { Round };
