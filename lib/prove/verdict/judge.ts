import type { TrialRecord } from '@/lib/contracts/trial-record';
import type { Effect, Outcome, Verdict } from '@/lib/contracts/verdict';
import { type Comparison, nothingCompared } from './comparison';
import { controlCheck } from './control-check';
import { effectOf } from './effect';
import { type EndpointInput, endpointVerdicts } from './endpoint-verdict';
import { adjustFamily } from './family';
import { goalValues } from './goal-values';
import { ERROR_GUARD, errorGuardOf, guardMetric, guardsOf, lostGuards } from './guards';
import { measureSegments } from './measure';
import { LEAST_ROUNDS, outcomeOf } from './outcome';
import { splitRounds } from './rounds';
import { roundsNeeded } from './rounds-needed';
import { sentenceOf } from './sentence';
import { subjectsOf } from './subjects';
import { tableOf } from './table';

export { ERROR_GUARD } from './guards';

/**
 * What a trial record shows, by the procedure in docs/method.md. Pure: the same record gives the same verdict on
 * any machine. AppError bad-input, naming the field, for a record that contradicts itself.
 */
export function judgeRecord(record: TrialRecord): Verdict {
  const { margin } = record;
  const metric = record.goal?.metric ?? 'p50';
  const separated = record.design === 'separated';
  const subjects = subjectsOf(record);
  const named = subjects.goal ?? subjects.only;
  const { counting, voided } = splitRounds(measureSegments(record), { separated, goal: named });
  const table = tableOf(record, counting);

  const goal = goalValues(table, subjects, metric);
  const compared = table.compare(goal.values, metric, named ?? 'geometric mean') ?? nothingCompared(metric);
  const guards = guardsOf(table, subjects, metric);
  const errors = errorGuardOf(table, subjects, metric);
  const members = [...guards.map((g) => g.comparison), ...(errors ? [errors] : [])];
  const [goalP = 1, ...memberPs] = adjustFamily(compared, members, separated);
  const guardP = (i: number) => memberPs[i] ?? 1;
  const errorOutcome = errors ? outcomeOf(errors, guardP(guards.length), margin) : null;

  const doubt = separated ? controlCheck(table, record.control, margin) : () => null;
  const goalOutcome = outcomeOf(compared, goalP, margin);
  const distrusted = doubt(compared, goal.values, goalOutcome);
  const harmed = guards
    .filter((guard, i) => {
      const outcome = outcomeOf(guard.comparison, guardP(i), margin);
      return outcome === 'regressed' && doubt(guard.comparison, guard.values, outcome) === null;
    })
    .map((guard) => guard.endpoint);
  if (errorOutcome === 'regressed') harmed.push(ERROR_GUARD);
  const lost = lostGuards(table, subjects, metric);
  const outcome = decide({ compared, goalOutcome, harmed, lost, distrusted });

  const effect = effectOf(compared, goalP, goalOutcome);
  const needed =
    outcome === 'inconclusive' && distrusted === null && lost.length === 0
      ? roundsNeeded(compared, { margin, comparisons: members.length + 1, separated })
      : null;
  const common = {
    ...figuresOf(effect),
    metric,
    rounds: compared.rounds,
    voidRounds: voided.length,
    margin,
    interleaved: !separated,
    roundsNeeded: needed,
    harmed,
  };
  const onGuard = { role: 'guard' as const, metric: guardMetric(metric) };
  const inputs: EndpointInput[] = [
    ...(named === null
      ? []
      : [
          {
            endpoint: named,
            role: 'goal' as const,
            metric,
            decided: { comparison: compared, adjustedP: goalP },
          },
        ]),
    ...guards.map(({ endpoint, comparison }, i) => ({
      ...onGuard,
      endpoint,
      decided: { comparison, adjustedP: guardP(i) },
    })),
    ...subjects.control.map((endpoint) => ({
      ...onGuard,
      role: 'control' as const,
      endpoint,
      decided: null,
    })),
  ];
  return {
    ...common,
    verdict: outcome,
    goal: subjects.goal,
    sentence: sentenceOf({
      ...common,
      outcome,
      goal: named,
      over: goal.over.length,
      intervalsDisagree: effect.intervalsDisagree,
      voidWhy: voided[0]?.why ?? null,
      unchanged: record.unchanged === true,
      goalOutcome,
      lost,
      distrusted,
      guards: guards.length,
    }),
    ...(errors && errorOutcome ? { errorGuard: effectOf(errors, guardP(guards.length), errorOutcome) } : {}),
    endpoints: endpointVerdicts(table, counting, inputs, margin),
  };
}

function figuresOf({ ratio, low, high, p, adjustedP }: Effect) {
  return { ratio, low, high, p, adjustedP };
}

function decide(o: {
  compared: Comparison;
  goalOutcome: Outcome;
  harmed: readonly string[];
  lost: readonly string[];
  distrusted: string | null;
}): Outcome {
  if (o.compared.rounds < LEAST_ROUNDS) return 'inconclusive';
  // A shown harm outweighs everything the goal says, also that it hardly changed.
  if (o.harmed.length > 0) return 'regressed';
  if (o.distrusted !== null) return 'inconclusive';
  if (o.goalOutcome === 'improved' && o.lost.length > 0) return 'inconclusive';
  return o.goalOutcome;
}
