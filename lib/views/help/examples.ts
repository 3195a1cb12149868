import type { TermId } from '@/lib/client/glossary';
import { mean } from '@/lib/stats/mean';
import { quantile } from '@/lib/stats/quantile';
import { signFlipTest } from '@/lib/stats/sign-flip-test';
import { tInterval } from '@/lib/stats/t-interval';

/** A drawing of a few stated values: dots, an optional range, and marks. The figures come from lib/stats. */
export interface Example {
  /** What the values are, with their unit. */
  inputs: string;
  values: readonly number[];
  marks: readonly { at: number; label: string }[];
  range?: { low: number; high: number; label: string };
  unit: string;
  /** What it shows, with the computed figures. */
  says: string;
}

/** Response times of twenty requests, ms. */
const times = [12, 13, 14, 14, 15, 15, 16, 16, 17, 18, 18, 19, 20, 21, 22, 24, 27, 31, 64, 118] as const;
/** After ÷ before of eight rounds. */
const ratios = [0.82, 0.91, 0.86, 0.95, 0.79, 0.88, 0.9, 0.84] as const;

const say = (x: number, digits = 3) => String(Number(x.toPrecision(digits)));

/** The example of a term, or null for one that needs none. */
export function exampleOf(id: TermId): Example | null {
  switch (id) {
    case 'percentile':
      return percentiles();
    case 'interval':
    case 'round':
      return interval();
    case 'p-value':
      return signs();
    case 'coordinated-omission':
      return stall();
    default:
      return null;
  }
}

function percentiles(): Example {
  const [p50, p95, average] = [quantile(times, 0.5), quantile(times, 0.95), mean(times)];
  return {
    inputs: `Twenty requests, ms: ${times.join(', ')}`,
    values: times,
    marks: [
      { at: p50, label: `p50 ${say(p50)}` },
      { at: average, label: `average ${say(average)}` },
      { at: p95, label: `p95 ${say(p95)}` },
    ],
    unit: 'ms',
    says: `The median is ${say(p50)} ms, the p95 ${say(p95)} ms. Two slow requests pull the average to ${say(average)} ms, more than ${times.filter((t) => t < average).length} of the twenty took.`,
  };
}

function interval(): Example {
  const logs = ratios.map(Math.log);
  const { low, high } = tInterval(logs);
  const [ratio, from, to] = [Math.exp(mean(logs)), Math.exp(low), Math.exp(high)];
  return {
    inputs: `After ÷ before of eight rounds: ${ratios.join(', ')}`,
    values: ratios,
    marks: [
      { at: 1, label: 'no change' },
      { at: ratio, label: `ratio ${say(ratio)}` },
    ],
    range: { low: from, high: to, label: `${say(from)} to ${say(to)}` },
    unit: '×',
    says: `The ratio is ${say(ratio)} with a 95 % interval from ${say(from)} to ${say(to)}: all of it below 1, so the times got shorter.`,
  };
}

function signs(): Example {
  const logs = ratios.map(Math.log);
  const p = signFlipTest(logs, 1);
  const patterns = 2 ** logs.length;
  return {
    inputs: `ln(after ÷ before) of eight rounds: ${logs.map((d) => d.toFixed(3)).join(', ')}`,
    values: logs,
    marks: [
      { at: 0, label: 'no change' },
      { at: mean(logs), label: `mean ${say(mean(logs))}` },
    ],
    unit: '',
    says: `All eight lie on one side. Of the ${patterns} ways to flip their signs ${say(p * patterns)} give a mean as far from zero: p = ${say(p * patterns)} ÷ ${patterns} = ${say(p)}.`,
  };
}

/** Requests due each 100 ms, each served in 10 ms, but for one stall of a second from the fifth on. */
function stall(): Example {
  const due = Array.from({ length: 30 }, (_, i) => i * 100);
  const [from, to] = [400, 1400];
  const waited = due.map((t) => (t >= from && t < to ? to - t + 10 : 10));
  const sent = [...due.filter((t) => t < from || t >= to).map(() => 10), to - from + 10];
  const at = (q: number) => (list: readonly number[]) =>
    quantile(
      list.toSorted((a, b) => a - b),
      q,
    );
  const [p80, p95] = [at(0.8), at(0.95)] as const;
  return {
    inputs:
      'Thirty requests due every 100 ms, 10 ms each, and one stall of 1,000 ms that begins as the fifth is due. Each dot is a time from when it was due',
    values: waited,
    marks: [
      { at: p80(sent), label: `p80 of a generator that waits ${say(p80(sent))}` },
      { at: p80(waited), label: `p80 from when due ${say(p80(waited))}` },
    ],
    unit: 'ms',
    says: `From when each was due, the p80 is ${say(p80(waited))} ms and the p95 ${say(p95(waited))} ms. A generator that waits sends ${sent.length} requests, of which one is slow: p80 ${say(p80(sent))} ms, p95 ${say(p95(sent))} ms.`,
  };
}
