import type { Metric } from '@/lib/contracts/trial-record';
import type { Effect, EndpointVerdict } from '@/lib/contracts/verdict';
import { benjaminiHochberg } from '@/lib/stats/benjamini-hochberg';
import { roundSignificant } from '@/lib/stats/round-significant';
import type { Comparison } from './comparison';
import { effectOf } from './effect';
import type { EndpointMeasure } from './measure';
import { outcomeOf } from './outcome';
import type { Round } from './rounds';
import { mergeSamples, quantileMs } from './samples';
import type { Table } from './table';

export const metrics = ['p50', 'p95', 'throughput', 'errors'] as const satisfies readonly Metric[];

export interface Decided {
  comparison: Comparison;
  adjustedP: number;
}

export interface EndpointInput {
  endpoint: string;
  role: EndpointVerdict['role'];
  /** The metric it is decided on. */
  metric: Metric;
  /** Its comparison in the decision; null for a control. */
  decided: Decided | null;
}

/**
 * The row of each endpoint. The metric it is decided on has its Holm-adjusted p; all others are exploration
 * and are adjusted together by Benjamini–Hochberg. An endpoint without a round that has both arms is left out.
 */
export function endpointVerdicts(
  table: Table,
  rounds: readonly Round[],
  inputs: readonly EndpointInput[],
  margin: number,
): EndpointVerdict[] {
  const all = inputs.map((input) => ({ input, comparisons: comparisonsOf(table, input) }));
  const explored = all.flatMap(({ comparisons }) => Object.values(comparisons).filter((c) => c.explored));
  const adjusted = benjaminiHochberg(explored.map((c) => c.comparison.p));
  explored.forEach((c, i) => {
    c.adjustedP = adjusted[i] ?? 1;
  });
  return all.flatMap(({ input, comparisons }) => {
    const { p50, p95, throughput, errors } = comparisons;
    if (!p50 || !p95 || !throughput || !errors) return [];
    const effects = {
      p50: show(p50, margin),
      p95: show(p95, margin),
      throughput: show(throughput, margin),
      errors: show(errors, margin),
    };
    const { endpoint, role, metric } = input;
    return [
      { endpoint, role, metric, verdict: effects[metric].verdict, ...totals(rounds, endpoint), ...effects },
    ];
  });
}

interface Entry extends Decided {
  explored: boolean;
}

function comparisonsOf(table: Table, input: EndpointInput): Partial<Record<Metric, Entry>> {
  const result: Partial<Record<Metric, Entry>> = {};
  for (const metric of metrics) {
    if (input.decided && metric === input.metric) {
      result[metric] = { ...input.decided, explored: false };
      continue;
    }
    const compare = input.role === 'control' ? table.compareRaw : table.compare;
    const comparison = compare(table.values(input.endpoint, metric), metric, input.endpoint);
    if (comparison) result[metric] = { comparison, adjustedP: 1, explored: true };
  }
  return result;
}

function show({ comparison, adjustedP }: Entry, margin: number): Effect {
  return effectOf(comparison, adjustedP, outcomeOf(comparison, adjustedP, margin));
}

function totals(rounds: readonly Round[], endpoint: string) {
  const of = (arm: 'before' | 'after') => {
    const found: EndpointMeasure[] = [];
    for (const round of rounds) {
      for (const segment of round[arm]) {
        const measure = segment.endpoints.get(endpoint);
        if (measure && measure.requests > 0) found.push(measure);
      }
    }
    return {
      requests: found.reduce((sum, m) => sum + m.requests, 0),
      errors: found.reduce((sum, m) => sum + m.errors, 0),
      p99: roundSignificant(quantileMs(mergeSamples(found.map((m) => m.samples)), 0.99)),
    };
  };
  const before = of('before');
  const after = of('after');
  return {
    requestsBefore: before.requests,
    requestsAfter: after.requests,
    errorsBefore: before.errors,
    errorsAfter: after.errors,
    p99Before: before.p99,
    p99After: after.p99,
  };
}
