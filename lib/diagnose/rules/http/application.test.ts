import { expect, it } from 'vitest';
import { HttpSnapshot } from '@/lib/contracts/http-snapshot';
import { noLocalLevel } from './no-local-level';
import { poolWaits } from './pool-waits';
import type { ApplicationWindow } from './types';

const spread = (mean: number, peak = mean) => ({ p99: peak, peak, mean, seconds: 600 });

function context(knobs: Record<string, boolean | number>, application: ApplicationWindow) {
  const snapshot = HttpSnapshot.parse({
    takenAt: '2026-11-24T12:00:00Z',
    probe: null,
    histogram: 'h',
    metricsMissing: null,
    windowSeconds: 60,
    routes: [{ name: 'GET /items', requests: 9, perSecond: 1, p50: 5, p95: 9, p99: 9, errors: 0 }],
    knobs: Object.entries(knobs).map(([name, value]) =>
      typeof value === 'boolean'
        ? { name, type: 'boolean', value }
        : { name, type: 'integer', value, minimum: 1, maximum: 80 },
    ),
  });
  return { target: 'api', snapshot, views: [], planning: [], application };
}

const full = { poolWaiting: spread(0.2, 3), poolInUse: spread(9, 20) };
it.each<[string, Record<string, boolean | number>, ApplicationWindow, number | null]>([
  ['a pool that was used up', { pooling: true, pool_size: 20 }, full, 40],
  ['at most as large as the knob goes', { pool_size: 50 }, { ...full, poolInUse: spread(50) }, 80],
  ['as large as it can be', { pool_size: 80 }, { ...full, poolInUse: spread(80) }, null],
  ['nobody waited', { pool_size: 20 }, { ...full, poolWaiting: spread(0) }, null],
  ['made larger since', { pool_size: 40 }, full, null],
  ['no pool', { pooling: false, pool_size: 20 }, full, null],
  ['no samples', { pool_size: 20 }, {}, null],
  ['no such knob', { pooling: true }, full, null],
])('pool: %s', (_, knobs, application, size) => {
  const found = poolWaits.check(context(knobs, application)).findings.map((f) => f.facts);
  expect(found).toEqual(size === null ? [] : [{ values: { pool_size: size }, endpoints: ['GET /items'] }]);
});

const remote = { lookups: spread(20), hitRatio: spread(0.9), localRatio: spread(0.1) };
it.each<[string, Record<string, boolean | number>, ApplicationWindow, boolean]>([
  ['most lookups go to Redis', { cache: true, local_level: false }, remote, true],
  ['half of them', { local_level: false }, { ...remote, localRatio: spread(0.4) }, true],
  ['fewer', { local_level: false }, { ...remote, localRatio: spread(0.45) }, false],
  ['misses are no hits of Redis', { local_level: false }, { ...remote, hitRatio: spread(0.3) }, false],
  ['hardly a lookup', { local_level: false }, { ...remote, lookups: spread(0.9) }, false],
  ['on already', { cache: true, local_level: true }, remote, false],
  ['no cache', { cache: false, local_level: false }, remote, false],
  ['no samples', { cache: true, local_level: false }, {}, false],
])('local level: %s', (_, knobs, application, is) => {
  const found = noLocalLevel.check(context(knobs, application)).findings.map((f) => f.facts.values);
  expect(found).toEqual(is ? [{ local_level: true }] : []);
});
