import { describe, expect, it } from 'vitest';
import type { StackMark } from '@/lib/contracts/marks';
import { seededRandom } from '@/lib/stats/random';
import { causeNear } from './cause';
import { gainOf, slipOf } from './detect';
import { keyFigureOf } from './key-figures';

/** A figure with 10 % noise, `factor` times as high from `from` to `until`. */
function figure(o: { seed: number; n: number; from?: number; until?: number; factor?: number }): number[] {
  const random = seededRandom(o.seed);
  return Array.from({ length: o.n }, (_, i) => {
    const raised = i >= (o.from ?? o.n) && i < (o.until ?? o.n);
    return 10 * Math.exp(0.1 * random.normal()) * (raised ? (o.factor ?? 1) : 1);
  });
}

describe('a gain that slips back', () => {
  it('is seen when half of it is gone for good, with the share', () => {
    const slip = slipOf(figure({ seed: 1, n: 60, from: 40, factor: 4 }), 0.25, 'lower');
    expect(slip?.at).toBeGreaterThan(38);
    expect(slip?.at).toBeLessThan(42);
    expect(slip?.lost).toBeCloseTo(1, 1);
    expect(slipOf(figure({ seed: 1, n: 60, from: 40, factor: 1.5 }), 0.25, 'lower')).toBeNull();
  });

  it('is none when it came back, when it is better, or when little was measured', () => {
    expect(slipOf(figure({ seed: 2, n: 60, from: 20, until: 50, factor: 4 }), 0.25, 'lower')).toBeNull();
    expect(slipOf(figure({ seed: 2, n: 60, from: 40, factor: 0.25 }), 0.25, 'lower')).toBeNull();
    expect(slipOf(figure({ seed: 2, n: 60, from: 40, factor: 0.25 }), 4, 'higher')?.lost).toBeCloseTo(1, 1);
    expect(slipOf(figure({ seed: 2, n: 23, from: 10, factor: 4 }), 0.25, 'lower')).toBeNull();
    expect(slipOf(figure({ seed: 2, n: 60, from: 56, factor: 4 }), 0.25, 'lower')).toBeNull();
  });

  it('is claimed in at most 1 % of figures that stay as they are', () => {
    let wrong = 0;
    for (let seed = 0; seed < 1_000; seed++) if (slipOf(figure({ seed, n: 48 }), 0.97, 'lower')) wrong++;
    expect(wrong).toBeLessThanOrEqual(10);
  });
});

describe('the likely cause', () => {
  const hour = 3_600_000;
  const at = Date.parse('2026-03-01T12:00:00Z');
  const mark = (kind: StackMark['kind'], hours: number, path: string, length = 0): StackMark => ({
    kind,
    at: new Date(at + hours * hour).toISOString(),
    to: length > 0 ? new Date(at + (hours + length) * hour).toISOString() : null,
    running: false,
    title: path,
    note: '',
    path,
  });
  const own = ['/changes/1', '/trials/1'];
  const near = (...marks: StackMark[]) => causeNear(at, hour, marks, own)?.path ?? null;

  it('is the nearest thing that was changed, and not further than two steps away', () => {
    expect(near()).toBeNull();
    expect(near(mark('applied', 0.5, '/changes/2'), mark('applied', -1.5, '/changes/3'))).toBe('/changes/2');
    expect(near(mark('applied', -2.5, '/changes/3'), mark('applied', 3.5, '/changes/2'))).toBeNull();
    expect(near(mark('load-test', 0, '/load/1', 1), mark('rolled-back', 0.2, '/changes/2'))).toBe(
      '/changes/2',
    );
    expect(near(mark('load-test', 0, '/load/1', 1))).toBe('/load/1');
  });

  it('is no alert, nor the gain itself, but may be its own rollback', () => {
    expect(
      near(mark('alert', 0, '/alerts'), mark('applied', 0, '/changes/1'), mark('trial', 0, '/trials/1')),
    ).toBeNull();
    expect(near(mark('rolled-back', 0, '/changes/1'))).toBe('/changes/1');
  });
});

describe('the key figure of a change', () => {
  const of = (optimization: string, subject: string, purpose: string | null = null) =>
    keyFigureOf({ optimization, target: 't', subject, purpose });
  it.each([
    ['docker/update-container', 'web-1', 'to reserve less memory', 'docker.memory_limit', 'web-1'],
    ['postgres/change-settings', 'shared_buffers, work_mem', null, 'pg.hit_ratio', ''],
    ['postgres/change-settings', 'work_mem', null, 'pg.temp_bytes', ''],
    ['postgres/restart-settings', 'shared_buffers', null, 'pg.hit_ratio', ''],
    ['postgres/change-settings', 'random_page_cost', null, 'pg.statement_mean', ''],
    ['redis/set-config', 'maxmemory-policy', null, 'redis.hit_ratio', ''],
    ['redis/set-ttl', 'session:', null, 'redis.memory', ''],
    ['service/set-knobs', 'cache_ttl', null, 'http.cache_hit_ratio', ''],
  ])('%s of %s', (optimization, subject, purpose, metric, label) => {
    expect(of(optimization, subject, purpose)).toMatchObject({ target: 't', metric, label });
  });

  it('is none where nothing is sampled of what the change is for', () => {
    expect(of('postgres/vacuum', 'public.orders')).toBeNull();
    expect(of('docker/update-container', 'web-1')).toBeNull();
    expect(of('redis/set-config', 'hash-max-listpack-entries')).toBeNull();
  });

  it('gained what its medians differ by, and nothing when that is little or little was measured', () => {
    expect(gainOf(Array(8).fill(30), Array(8).fill(10), 'lower')).toBeCloseTo(1 / 3, 12);
    expect(gainOf(Array(8).fill(10), Array(8).fill(30), 'higher')).toBeCloseTo(3, 12);
    expect(gainOf(Array(8).fill(10), Array(8).fill(30), 'lower')).toBeNull();
    expect(gainOf(Array(8).fill(10), Array(8).fill(9.8), 'lower')).toBeNull();
    expect(gainOf(Array(5).fill(30), Array(8).fill(10), 'lower')).toBeNull();
  });
});
