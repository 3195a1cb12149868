import { describe, expect, it } from 'vitest';
import type { GatheredTarget, OpenFinding } from '@/lib/configure/gather';
import { pgSnapshot, pgStatement } from '@/test/postgres-facts';
import { evaluate, type Mark, recommendRules } from './evaluate';
import { transportOf } from './gather';
import { shareOfReads } from './rules/load';
import type { LoadFacts, RecommendFacts, TrafficFacts } from './types';

const at = '2026-11-23T12:00:00.000Z';
const target = (
  name: string,
  kind: GatheredTarget['kind'],
  o: Partial<GatheredTarget> = {},
): GatheredTarget => ({
  ...{ name, kind, address: 'x', memoryBytes: undefined, applied: [], memory: new Map(), connections: {} },
  ...{ postgres: null, redis: null, docker: null, http: null, cpu: new Map(), remade: new Map() },
  ...o,
});
const select = pgStatement('select * from item where id = $1', {
  queryId: '7',
  calls: 600,
  rows: 600,
  totalMs: 900,
});
const update = pgStatement('update item set n = $1', { queryId: '8', calls: 10, rows: 10, totalMs: 100 });

/** A stack at rest: one database, one service, one Redis. */
function facts(
  o: Partial<RecommendFacts> & { findings?: OpenFinding[]; db?: Partial<GatheredTarget> } = {},
): RecommendFacts {
  const { findings = [], db = {}, ...rest } = o;
  const postgres = pgSnapshot({
    statements: [select, update],
    settings: [
      {
        name: 'max_connections',
        value: '100',
        unit: null,
        context: 'postmaster',
        source: 'default',
        pendingRestart: false,
      },
    ],
  });
  return {
    gathered: {
      stack: 'shop',
      targets: [
        target('db', 'postgres', { postgres, ...db }),
        target('api', 'http'),
        target('cache', 'redis'),
      ],
      findings,
      rules: [],
    },
    readAt: new Map(['db', 'api', 'cache'].map((n) => [n, at])),
    muted: [],
    notChecked: [],
    transports: [],
    load: null,
    traffic: null,
    trafficMissing: 'No requests were counted in the last hour.',
    ...rest,
  };
}

const finding = (
  id: string,
  of: string,
  subject = 's',
  evidence: OpenFinding['evidence'] = [],
): OpenFinding => ({
  ...{ key: `${id}:${of}:${subject}`, id, target: of, subject, title: `${id} on ${of}`, evidence },
});
const load = (o: Partial<LoadFacts> = {}): LoadFacts => ({
  ...{
    id: 3,
    title: 'Stress',
    target: 'api',
    finishedAt: at,
    exhausted: [],
    cpus: 2,
    databaseTime: new Map(),
  },
  ...o,
});
const traffic = (o: Partial<TrafficFacts> = {}): TrafficFacts => ({
  ...{ service: 'api', database: 'db', requests: 10, medianMs: 300, databaseTime: 0.5, calls: new Map(), at },
  ...o,
});
const reached = (...what: LoadFacts['exhausted'][number]['what'][]) =>
  what.map((w) => ({ at: 12, what: w, said: `${w} reached` }));
const asked = (of: RecommendFacts) => evaluate(of, []).items.map((i) => i.rule);
const why = (of: RecommendFacts, rule: string) =>
  evaluate(of, []).notEvaluated.find((n) => n.rule === rule)?.why;

describe('each rule, with its evidence and without', () => {
  it('a stack at rest asks for nothing', () => {
    expect(asked(facts())).toEqual([]);
  });

  it.each([
    ['redis-password', finding('redis/no-password', 'cache')],
    ['cache-headers', finding('http/no-cache-headers', 'api')],
    ['compression', finding('http/no-compression', 'api')],
    ['keep-alive', finding('http/no-keepalive', 'api')],
    ['circuit-breaker', finding('http/error-rate', 'api')],
    ['connection-pool', finding('postgres/connection-churn', 'db')],
  ])('%s follows from its finding', (rule, given) => {
    const { items } = evaluate(facts({ findings: [given] }), []);
    expect(items.map((i) => i.rule)).toEqual([rule]);
    expect(items[0]?.evidence[0]).toMatchObject({ from: 'finding', id: given.id });
  });

  it('restart-window: settings that wait for a restart, not those of a reload', () => {
    const setting = (effect: string) =>
      finding('postgres/settings', 'db', 'shared_buffers', [
        { label: 'current', value: '128MB', unit: '' },
        { label: 'proposed', value: '1GB', unit: '' },
        { label: 'formula', value: 'memory ÷ 4', unit: '' },
        { label: 'takes effect at a', value: effect, unit: '' },
      ]);
    expect(asked(facts({ findings: [setting('restart')] }))).toEqual(['restart-window']);
    expect(asked(facts({ findings: [setting('reload')] }))).toEqual([]);
  });

  it('tls: remote targets without it', () => {
    const way = (remote: boolean, encrypted: boolean) =>
      facts({ transports: [{ target: 'db', kind: 'postgres', remote, encrypted, said: 'no sslmode' }] });
    expect(asked(way(true, false))).toEqual(['tls']);
    expect(asked(way(true, true))).toEqual([]);
    expect(asked(way(false, false))).toEqual([]);
  });

  it('connection-pool: a peak from 60 % of max_connections on', () => {
    const peak = (n: number) =>
      facts({ db: { connections: { 'pg.connections': { p99: n, peak: n, seconds: 600 } } } });
    expect(asked(peak(60))).toEqual(['connection-pool']);
    expect(asked(peak(59))).toEqual([]);
  });

  it('rate-limiting, scale-out: what gave out in a load test, unless the generator did', () => {
    expect(asked(facts({ load: load({ exhausted: reached('errors') }) }))).toEqual(['rate-limiting']);
    expect(asked(facts({ load: load({ exhausted: reached('cpu') }) }))).toEqual(['scale-out']);
    const limited = facts({ load: load({ exhausted: reached('generator', 'errors', 'cpu') }) });
    expect(asked(limited)).toEqual([]);
    expect(why(limited, 'scale-out')).toContain('the generator');
    expect(why(facts(), 'scale-out')).toContain('No load test');
  });

  it('read-replicas: reads dominate and the processors are busy in statements', () => {
    const busy = (time: number) =>
      facts({ load: load({ exhausted: reached('cpu'), databaseTime: new Map([['db', time]]) }) });
    expect(asked(busy(1))).toEqual(['scale-out', 'read-replicas']);
    expect(asked(busy(0.9))).toEqual(['scale-out']);
    expect(shareOfReads([select, update])).toBeCloseTo(0.9);
    expect(
      shareOfReads([pgStatement('with x as (delete from t returning 1) select 1', { totalMs: 5 })]),
    ).toBe(0);
    expect(shareOfReads([])).toBeNull();
  });

  it('batching: from 5 calls of a statement for each request on', () => {
    const calls = (rate: number) => facts({ traffic: traffic({ calls: new Map([['7', rate]]) }) });
    expect(asked(calls(50))).toEqual(['batching']);
    expect(asked(calls(49))).toEqual([]);
    expect(why(facts(), 'batching')).toBe('No requests were counted in the last hour.');
    expect(why(facts({ traffic: traffic({ requests: 0.05 }) }), 'batching')).toContain('Fewer than 0.1');
  });

  it('tracing: a slow route whose time is not spent in the database', () => {
    const slow = (databaseTime: number | null) =>
      facts({ findings: [finding('http/slow-endpoint', 'api')], traffic: traffic({ databaseTime }) });
    // 0.5 s/s over 10 requests/s: 50 of 300 ms.
    expect(asked(slow(0.5))).toEqual(['tracing']);
    expect(asked(slow(1.5))).toEqual([]);
    expect(why(slow(null), 'tracing')).toContain('not measured');
    expect(asked(facts({ traffic: traffic() }))).toEqual([]);
  });
});

it('reads the way to a target from its address', () => {
  const pg = (url: string) => transportOf({ kind: 'postgres', url });
  expect(pg('postgres://u:p@db.example/x')).toMatchObject({
    remote: true,
    encrypted: false,
    said: 'no sslmode',
  });
  expect(pg('postgres://u:p@db.example/x?sslmode=verify-full')).toMatchObject({
    remote: true,
    encrypted: true,
  });
  expect(pg('postgres://u:p@127.0.0.1/x')).toMatchObject({ remote: false });
  expect(transportOf({ kind: 'redis', url: 'rediss://c.example' })).toMatchObject({
    remote: true,
    encrypted: true,
  });
  expect(transportOf({ kind: 'docker', socket: 'tcp://h.example:2375' })).toMatchObject({
    remote: true,
    encrypted: false,
  });
  expect(transportOf({ kind: 'docker', socket: '/var/run/docker.sock' })).toMatchObject({ remote: false });
  expect(transportOf({ kind: 'http', baseUrl: 'http://[::1]:80', headers: {} })).toMatchObject({
    remote: false,
  });
});

describe('what is marked', () => {
  const open = facts({ findings: [finding('http/no-cache-headers', 'api')] });
  const [item] = evaluate(open, []).items;
  if (!item) throw new Error('nothing is recommended');
  const { key, rule, horizon, target: of, title, detail, evidence, threshold } = item;
  const was = { rule, horizon, target: of, title, detail, evidence, threshold };
  const mark = (minutes: number, state: Mark['state'] = 'done'): Mark => ({
    ...{ key, state, by: 'Ann', note: null, was },
    at: new Date(Date.parse(at) + minutes * 60_000).toISOString(),
  });
  const checkOf = (f: RecommendFacts, m: Mark) => evaluate(f, [m]).items.map((i) => [i.state, i.check]);

  it.each([
    ['done, and still there', open, mark(-5), ['done', 'there']],
    ['done, and gone when next read', facts(), mark(-5), ['done', 'gone']],
    ['done after the newest reading', facts(), mark(5), ['done', 'not-checked']],
    ['planned, and gone', facts(), mark(-5, 'planned'), ['planned', 'gone']],
    ['never read', facts({ readAt: new Map() }), mark(-5), ['done', 'not-checked']],
    [
      'its rule cannot run',
      facts({ notChecked: [{ id: 'http/no-cache-headers', target: 'api', reason: 'no path' }] }),
      mark(-5),
      ['done', 'not-checked'],
    ],
  ])('%s', (_, given, marked, expected) => {
    expect(checkOf(given, marked)).toEqual([expected]);
  });
});

it('has each rule once', () => {
  const ids = recommendRules.map((r) => r.id);
  expect(new Set(ids).size).toBe(ids.length);
});
