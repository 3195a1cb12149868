import type { Exhausted } from '../../contracts/load-analysis';
import type { LoadRecord, LoadResource } from '../../contracts/load-record';
import { type DecodedSecond, quantileMs, tally } from './merged';

/** A bound counts as reached when so many seconds in a row are beyond it: one slow second is not saturation. */
const secondsInARow = 3;
/** As the default alert on errors. */
const errorShare = 0.01;
/** Share of a limit at which nothing is left to give. */
const full = 0.95;
/** Share of the CPU periods in which a container is held back that counts as its limit reached. Source: as the finding docker/cpu-throttled, high. */
const throttledShare = 0.25;

/**
 * What reached its bound during a run, first one first, from nothing but what the record holds. That something came first
 * does not prove that it was the cause, but what came later was not.
 */
export function exhaustedOf(record: LoadRecord, seconds: readonly DecodedSecond[]): Exhausted[] {
  const found: Exhausted[] = [];
  if (record.generatorLimited) {
    found.push({ at: record.generatorLimited.from, what: 'generator', said: record.generatorLimited.why });
  }
  found.push(...failing(seconds), ...slow(seconds, record.plan?.profile.slo.latencyMs ?? null));
  found.push(
    ...ratio(record, 'connections', 'pg.connections', 'pg.connections_max', 'connections of max_connections'),
    ...ratio(record, 'memory', 'docker.memory', 'docker.memory_limit', 'bytes of the memory limit'),
    ...ratio(record, 'cache-memory', 'redis.memory', 'redis.memory_max', 'bytes of maxmemory'),
    ...locks(record),
    ...cpu(record),
    ...throttled(record),
  );
  return found.sort((a, b) => a.at - b.at);
}

/** The first second from which `beyond` holds for several in a row. */
function firstRun(
  seconds: readonly DecodedSecond[],
  beyond: (s: DecodedSecond) => boolean,
): DecodedSecond | null {
  let run = 0;
  for (const [i, second] of seconds.entries()) {
    run = beyond(second) ? run + 1 : 0;
    if (run === secondsInARow) return seconds[i - secondsInARow + 1] ?? null;
  }
  return null;
}

const number = (value: number, digits = 3) =>
  new Intl.NumberFormat('en', { maximumSignificantDigits: digits }).format(value);

function failing(seconds: readonly DecodedSecond[]): Exhausted[] {
  const share = (s: DecodedSecond) => {
    const { count, errors } = tally([s]);
    return count > 0 ? errors / count : 0;
  };
  const at = firstRun(seconds, (s) => share(s) > errorShare);
  if (!at) return [];
  return [
    {
      at: at.t,
      what: 'errors',
      said: `${number(share(at) * 100)}% of the requests failed, at a load of ${number(at.level)}; the bound is ${errorShare * 100}%`,
    },
  ];
}

function slow(seconds: readonly DecodedSecond[], objectiveMs: number | null): Exhausted[] {
  if (objectiveMs === null) return [];
  const p95 = (s: DecodedSecond) => quantileMs(tally([s]), 0.95) ?? 0;
  const at = firstRun(seconds, (s) => p95(s) > objectiveMs);
  if (!at) return [];
  return [
    {
      at: at.t,
      what: 'latency',
      said: `p95 was ${number(p95(at))} ms, at a load of ${number(at.level)}; the objective is ${number(objectiveMs)} ms`,
    },
  ];
}

const named = (r: LoadResource) => (r.label === '' ? r.target : `${r.target} ${r.label}`);

/** A gauge against its own limit, read in the same run. */
function ratio(
  { resources }: LoadRecord,
  what: Exhausted['what'],
  used: LoadResource['metric'],
  limit: LoadResource['metric'],
  words: string,
): Exhausted[] {
  return resources.flatMap((r) => {
    if (r.metric !== used) return [];
    const bound = resources.find((l) => l.metric === limit && l.target === r.target && l.label === r.label);
    const most = bound?.points.at(-1)?.[1] ?? 0;
    const at = most > 0 ? r.points.find(([, v]) => v >= full * most) : undefined;
    if (!at) return [];
    return [
      {
        at: at[0],
        what,
        said: `${named(r)}: ${number(at[1])} of ${number(most)} ${words} (${number((at[1] / most) * 100)}%)`,
      },
    ];
  });
}

function locks({ resources }: LoadRecord): Exhausted[] {
  return resources.flatMap((r) => {
    const at = r.metric === 'pg.connections_waiting' ? r.points.find(([, v]) => v >= 1) : undefined;
    return at
      ? [
          {
            at: at[0],
            what: 'locks' as const,
            said: `${named(r)}: ${number(at[1])} connections waited for a lock`,
          },
        ]
      : [];
  });
}

function throttled({ resources }: LoadRecord): Exhausted[] {
  return resources.flatMap((r) => {
    const at = r.metric === 'docker.throttled' ? r.points.find(([, v]) => v > throttledShare) : undefined;
    return at
      ? [
          {
            at: at[0],
            what: 'cpu-limit' as const,
            said: `${named(r)}: held back by its CPU limit in ${number(at[1] * 100)}% of the periods`,
          },
        ]
      : [];
  });
}

/** CPU of all containers of an engine against the cores of the machine, where generator and target share it. */
function cpu({ resources, machine, target }: LoadRecord): Exhausted[] {
  if (!machine || !/^(localhost|127\.|\[?::1)/.test(new URL(target.origin).hostname)) return [];
  const sums = new Map<number, number>();
  for (const r of resources) {
    if (r.metric !== 'docker.cpu') continue;
    for (const [t, v] of r.points) sums.set(Math.round(t), (sums.get(Math.round(t)) ?? 0) + v);
  }
  const at = [...sums].sort((a, b) => a[0] - b[0]).find(([, cores]) => cores >= full * machine.cores);
  if (!at) return [];
  return [{ at: at[0], what: 'cpu', said: `the containers used ${number(at[1])} of ${machine.cores} cores` }];
}
