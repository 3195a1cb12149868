import { AppError } from '../contracts/error';
import { LoadMetric, type LoadThreshold } from '../contracts/load';

const form =
  /^(?:(.+):\s+)?(p50|p90|p95|p99|average|errors|throughput)\s*(<=?|>=?)\s*(\d+(?:\.\d+)?)\s*(ms|s|%|\/s)?(?:\s+for\s+(\d+)\s*s)?(\s+stop)?$/;

/**
 * A threshold as it is written on a command line: `p95<200`, `errors<1%`, `throughput>100`, `GET /x: p99<1.5s`,
 * `p95<500 for 10s stop`. Throws AppError('bad-input') that shows how.
 */
export function parseThreshold(text: string): LoadThreshold {
  const wrong = (why: string) =>
    new AppError(
      'bad-input',
      `The threshold "${text}" ${why}. Write for example p95<200, errors<1%, throughput>100, "GET /x: p99<1.5s" or "p95<500 for 10s stop".`,
    );
  const found = form.exec(text.trim());
  if (!found) throw wrong('is not understood');
  const [, endpoint, name, sign = '', number, unit = '', hold, stop] = found;
  const metric = LoadMetric.parse(name);
  if ((metric === 'throughput') !== sign.startsWith('>'))
    throw wrong(metric === 'throughput' ? 'needs a lower bound' : 'needs an upper bound');
  const allowed = metric === 'errors' ? ['%', ''] : metric === 'throughput' ? ['/s', ''] : ['ms', 's', ''];
  if (!allowed.includes(unit)) throw wrong(`cannot be in ${unit}`);
  const factor = unit === '%' ? 0.01 : unit === 's' ? 1_000 : 1;
  const holdMs = hold === undefined ? 10_000 : Number(hold) * 1_000;
  if (holdMs < 1_000) throw wrong('must hold for at least 1 s');
  const limit = Number(number) * factor;
  if (metric === 'errors' && limit > 1) throw wrong('is over 100 %; write errors<1% or errors<0.01');
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    metric,
    limit,
    holdMs,
    stop: stop !== undefined,
  };
}
