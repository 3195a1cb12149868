import type { Metric } from '@/lib/contracts/trial-record';
import type { Effect } from '@/lib/contracts/verdict';
import { plain } from '@/lib/prove/verdict/format';

/** From a fifth on a factor is easier to read than a share. */
const factorFrom = 1.2;
/** A bound beyond this says only that there is none. */
const unbounded = 1e6;

/** A value with its unit, times from a second on in seconds. */
export function amount(value: number, metric: Metric): string {
  if (metric === 'errors') return `${plain(value * 100)} %`;
  if (metric === 'throughput') return `${plain(value)} requests per second`;
  return value >= 1000 ? `${plain(value / 1000)} s` : `${plain(value)} ms`;
}

/** What a metric is, for somebody who does not know its name. */
export const metricInWords: Record<Metric, string> = {
  p50: 'half of the calls take less',
  p95: '95 of 100 calls take less',
  throughput: 'calls answered',
  errors: 'calls that failed',
};

/**
 * An effect in plain words, with its interval and nothing else: "between 2.1 and 2.6 times as fast", "between 3 % and 8 %
 * less time", "between 1 % less and 4 % more time". Ratios are after ÷ before, of errors a difference of rates.
 */
export function gainText(metric: Metric, { low, high }: Pick<Effect, 'low' | 'high'>): string {
  if (metric === 'errors') return errorText(low, high);
  const [less, more] = metric === 'throughput' ? ['fewer calls', 'more calls'] : ['less time', 'more time'];
  if (high < 1) {
    const faster = metric !== 'throughput' && 1 / high >= factorFrom;
    return faster ? `${span(1 / high, 1 / low)} times as fast` : `${shares(1 - high, 1 - low)} ${less}`;
  }
  if (low > 1) {
    const factor = metric === 'throughput' ? 'times as many calls' : 'times as long';
    return low >= factorFrom ? `${span(low, high)} ${factor}` : `${shares(low - 1, high - 1)} ${more}`;
  }
  const most = high > unbounded ? 'without a bound' : share(high - 1);
  return `between ${share(1 - low)} ${less} and ${most} ${more}`;
}

/** Differences of rates, of a hundred calls: percentage points. */
function errorText(low: number, high: number): string {
  const points = (x: number) => plain(Math.abs(x) * 100, 2);
  if (high < 0) return `between ${points(high)} and ${points(low)} percentage points fewer failures`;
  if (low > 0) return `between ${points(low)} and ${points(high)} percentage points more failures`;
  return `between ${points(low)} percentage points fewer and ${points(high)} more failures`;
}

/** "between 2.1 and 2.6", with as many digits as keep the two apart. */
function span(from: number, to: number): string {
  if (to > unbounded) return `at least ${plain(from, digits(from))}`;
  for (let more = 0; more < 4; more++) {
    const [a, b] = [plain(from, digits(from) + more), plain(to, digits(to) + more)];
    if (a !== b) return `between ${a} and ${b}`;
  }
  return plain(from, digits(from));
}

function shares(from: number, to: number): string {
  if (to > unbounded) return `at least ${share(from)}`;
  for (let more = 2; more < 6; more++) {
    const [a, b] = [plain(from * 100, more), plain(to * 100, more)];
    if (a !== b) return `between ${a} % and ${b} %`;
  }
  return share(from);
}

const digits = (x: number) => (x < 10 ? 2 : 3);
const share = (x: number) => `${plain(x * 100, 2)} %`;
