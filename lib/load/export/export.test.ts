import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import vm from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type LoadPlan, SECRET } from '../../contracts/load';
import { LoadRecord } from '../../contracts/load-record';
import { decodeSeconds, quantileMs, tally } from '../analysis/merged';
import { madeProfile, makeRecord } from '../testing/record';
import { loadCsv } from './csv';
import { hdrLog, readHdrLog } from './hdr-log';
import { readK6Result } from './k6-import';
import { endpointOfK6Name, k6Name } from './k6-name';
import { k6Script } from './k6-script';

describe('CSV', () => {
  it('has a row a second for all and for each endpoint, and quotes what needs it', () => {
    const record = makeRecord([
      { latencies: { 'GET /a,"b"': [10, 20], '=cmd': [30] }, errors: { '=cmd': { timeout: 1 } } },
    ]);
    const lines = loadCsv(record).trimEnd().split('\r\n');
    expect(lines).toHaveLength(4);
    expect(lines[1]).toMatch(/^0,\*,10,3,3,0,1,3,1,20\.\d*,/);
    expect(lines[1]).toMatch(/,timeout=1$/);
    expect(lines[2]).toMatch(/^0,"GET \/a,""b""",/);
    expect(lines[3]).toMatch(/^0,'=cmd,/);
  });
});

describe('HdrHistogram log', () => {
  it('comes back bucket by bucket, second by second', () => {
    const list = fc.array(fc.double({ min: 0, max: 60_000, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(fc.constantFrom('GET /a b', 'GET /a,b', 'x'), list), {
          minLength: 1,
          maxLength: 4,
        }),
        (made) => {
          fc.pre(made.some((s) => Object.keys(s).length > 0));
          const record = makeRecord(made.map((latencies) => ({ latencies })));
          const intervals = readHdrLog(hdrLog(record));
          const seconds = decodeSeconds(record);
          const wanted = seconds.flatMap((s) => [...s.endpoints.values()].map((e) => [s.t, e.buckets]));
          expect(
            intervals.map((i) => [
              i.start,
              i.buckets.map((b) => ({ low: b.low * 0.001, high: b.high * 0.001, count: b.count })),
            ]),
          ).toEqual(wanted);
          expect(new Set(intervals.map((i) => i.tag)).size).toBe(
            new Set(made.flatMap((m) => Object.keys(m))).size,
          );
        },
      ),
      { numRuns: 30 },
    );
  });

  it('has the head that other readers look for', () => {
    const text = hdrLog(makeRecord([{ latencies: { a: [5] } }]));
    expect(text).toMatch(
      /^#\[Histogram log format version 1\.3\]\n#\[StartTime: 1795460400\.000 \(seconds since epoch\)/,
    );
    expect(text).toMatch(/\nTag=a,0\.000,1\.000,5\.0\d\d,HISTFAAA/);
    expect(() => readHdrLog('nonsense,1')).toThrow(/line 1/);
  });
});

const plan: LoadPlan = {
  target: { name: 'svc', baseUrl: 'http://svc:8080/api/' },
  seed: 1,
  probes: [
    {
      name: 'GET /m/{m_id}',
      method: 'GET',
      path: '/m/{m_id}',
      headers: { authorization: SECRET, accept: 'a"b' },
      weight: 3,
      rows: [{ m_id: '1' }, { m_id: '2' }],
      expect: { status: [200, [300, 302]], bodyIncludes: '</script>', bodyMatches: '^\\{' },
    },
    { name: 'POST /c', method: 'POST', path: '/c', headers: {}, body: '{"a":"{x}"}', weight: 1, rows: [] },
  ],
  profile: {
    ...madeProfile,
    model: 'closed',
    kind: 'ramp',
    startLevel: 0,
    stages: [
      { durationMs: 30_000, level: 50 },
      { durationMs: 0, level: 10 },
      { durationMs: 1_500, level: 0 },
    ],
    thinkTime: { minMs: 100, maxMs: 300 },
    keepAlive: false,
    thresholds: [
      { metric: 'p95', limit: 200, holdMs: 10_000, stop: false },
      { metric: 'errors', limit: 0.01, holdMs: 5_000, stop: true },
      { metric: 'throughput', limit: 20, endpoint: 'GET /m/{m_id}', holdMs: 5_000, stop: false },
    ],
  },
};

/** The options of a script, evaluated without k6 (they use nothing of it). */
function optionsOf(script: string) {
  const [, text] = /export const options = (\{[\s\S]*?\n\});/.exec(script) ?? [];
  return JSON.parse(JSON.stringify(vm.runInNewContext(`(${text})`)));
}

describe('k6 script', () => {
  it('is JavaScript, with the stages, thresholds and secrets from the environment', () => {
    const script = k6Script(plan, 'A title\nwith a line');
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'ratchet-k6-'));
    const file = path.join(folder, 'script.mjs');
    fs.writeFileSync(file, script);
    execFileSync(process.execPath, ['--check', file]);
    fs.rmSync(folder, { recursive: true });
    const options = optionsOf(script);
    expect(options.scenarios.load).toEqual({
      executor: 'ramping-vus',
      startVUs: 0,
      gracefulRampDown: '0s',
      stages: [
        { duration: '30s', target: 50 },
        { duration: '0s', target: 10 },
        { duration: '1500ms', target: 0 },
      ],
    });
    expect(options.thresholds).toEqual({
      http_req_duration: ['p(95)<=200'],
      http_req_failed: [{ threshold: 'rate<=0.01', abortOnFail: true, delayAbortEval: '5000ms' }],
      'http_reqs{name:GET /m/:m_id}': ['rate>=20'],
    });
    expect(options.noConnectionReuse).toBe(true);
    expect(script).toContain('"authorization": __ENV.HEADER_AUTHORIZATION');
    expect(script).not.toContain(SECRET);
    expect(script).toContain('sleep((100 + Math.random() * 200) / 1000)');
    expect(script).toContain('k6 run -e HEADER_AUTHORIZATION=… --out json=result.json');
  });

  it('keeps rates that are no whole numbers, steps of a stress test, and the rhythm of a replay', () => {
    const open = { ...madeProfile, startLevel: 0.5, stages: [{ durationMs: 1_000, level: 1.5 }] };
    expect(optionsOf(k6Script({ ...plan, profile: open }, 't')).scenarios.load).toMatchObject({
      executor: 'ramping-arrival-rate',
      timeUnit: '1m',
      startRate: 30,
      stages: [{ duration: '1s', target: 90 }],
    });
    const stress = { step: 10, stepMs: 5_000, maxLevel: 30, until: { errors: 0.01, growth: 0.1 } };
    const stressed = { ...madeProfile, stages: [{ durationMs: 1_000, level: 10 }], stress };
    expect(
      optionsOf(k6Script({ ...plan, profile: stressed }, 't')).scenarios.load.stages.map(
        (s: { target: number }) => s.target,
      ),
    ).toEqual([10, 20, 20, 30, 30]);
    const arrivals: [number, number][] = [
      ...Array.from({ length: 50 }, (_, i): [number, number] => [i * 20, 0]),
      [2_500, 1],
    ];
    const replay = { ...madeProfile, kind: 'replay' as const, stages: [], startLevel: 0 };
    const { stages } = optionsOf(k6Script({ ...plan, profile: replay, arrivals }, 't')).scenarios.load;
    expect(
      stages
        .filter((s: { duration: string }) => s.duration === '1s')
        .map((s: { target: number }) => s.target),
    ).toEqual([50, 0, 1]);
  });

  it('names go to k6 and come back', () => {
    expect(endpointOfK6Name(k6Name('GET /m/{m_id}?page={page}'))).toBe('GET /m/{m_id}?page={page}');
    expect(endpointOfK6Name('GET http://x:80/a')).toBe('GET http://x:80/a');
  });
});

const when = { title: 'k6', file: 'result.json', endedAt: new Date('2026-11-23T19:00:10Z') };
const data = (file: string) => fs.readFileSync(path.join(import.meta.dirname, 'testdata', file), 'utf8');

describe('results of k6', () => {
  it('lines become a run with every request in its second', () => {
    const record = LoadRecord.parse(readK6Result(data('k6-lines.jsonl'), when));
    expect(record.source.tool).toBe('k6');
    expect(record.target.origin).toBe('http://127.0.0.1:8080');
    const seconds = decodeSeconds(record);
    const all = tally(seconds);
    expect([record.seconds.length, all.count, all.errors]).toEqual([3, 8, 4]);
    expect([...new Set(seconds.flatMap((s) => [...s.endpoints.keys()]))].sort()).toEqual([
      'GET /api/v1/models/{model_id}',
      'GET /health',
      'POST /api/v1/chat/',
    ]);
    expect(record.seconds.map((s) => s.active)).toEqual([2, 4, 4]);
    expect(record.seconds.map((s) => s.dropped)).toEqual([0, 3, 0]);
    const kinds = record.seconds.flatMap((s) =>
      Object.values(s.endpoints).flatMap((e) => Object.entries(e.errors)),
    );
    expect(Object.fromEntries(kinds)).toEqual({
      'status-5xx': 1,
      timeout: 1,
      connection: 1,
      'status-4xx': 1,
    });
    expect(quantileMs(all, 1)).toBeCloseTo(1500, 0);
  });

  it.each(['k6-summary-export.json', 'k6-handle-summary.json'])(
    '%s becomes figures, and nothing that it does not hold',
    (file) => {
      const record = LoadRecord.parse(readK6Result(data(file), when));
      expect(record.seconds).toEqual([]);
      expect(record.given?.durationMs).toBeCloseTo(10_000, 0);
      expect(record.given?.total).toMatchObject({
        count: 1_200,
        errors: 12,
        errorRate: 0.01,
        p50: 21.5,
        p95: 88.25,
        p99: null,
        max: 912.5,
      });
      expect(record.given?.total.rps).toBeCloseTo(120, 1);
      expect(record.given?.endpoints['GET /m/{m_id}']).toMatchObject({ count: 900, p95: 70.5 });
      expect(Math.abs(Date.parse(record.startedAt) - Date.parse('2026-11-23T19:00:00Z'))).toBeLessThan(2);
    },
  );

  it('a summary of k6 0.26: no rate of failures, true means broken, only what has a count is an endpoint', () => {
    const record = LoadRecord.parse(readK6Result(data('k6-summary-export-0.26.json'), when));
    expect(record.given?.durationMs).toBeCloseTo((300 / 14.875) * 1000, 3);
    expect(record.given?.total).toMatchObject({
      ...{ count: 300, rps: 14.875, bytes: 612_000, errorRate: null },
      ...{ average: 48.25, p50: 40.5, p90: 88.5, p95: 120.625, p99: null, max: 730.75 },
    });
    expect(record.given?.endpoints).toEqual({ login: expect.objectContaining({ count: 100, p95: 133.5 }) });
    expect(record.reason).toBe('k6 found 1 of 5 thresholds broken: http_req_duration: p(95)<100.');
  });

  it('a machine-readable summary: rates from the length, failures as matches, its own time and version', () => {
    const record = LoadRecord.parse(readK6Result(data('k6-summary-v1.json'), when));
    expect(record.source).toEqual({ tool: 'k6', version: '1.5.0' });
    expect([record.startedAt, record.endedAt]).toEqual([
      '2026-11-23T19:29:35.125Z',
      '2026-11-23T19:30:00.250Z',
    ]);
    expect(record.given).toMatchObject({
      durationMs: 25_125,
      total: { count: 500, errors: 5, errorRate: 0.01, p50: 28.75, p95: 79.5, p99: null, bytes: 1_004_000 },
      endpoints: { cart: { count: 200, errors: 2, p95: 82.75 } },
    });
    expect(record.given?.total.rps).toBeCloseTo(500 / 25.125, 9);
    expect(record.reason).toBeNull();
  });

  it('thresholds as handleSummary has them, statistics chosen by the script, nulls, and quoted names', () => {
    const trend = (values: object, more = {}) => ({ type: 'trend', contains: 'time', values, ...more });
    const summary = {
      metrics: {
        http_req_duration: trend(
          { 'p(50)': 5, 'p(99.0)': 70, 'p(99.9)': null, 'p(100)': 90, avg: null, count: 40 },
          { thresholds: { 'p(99)<50': { ok: false }, 'p(50)<9': { ok: true } } },
        ),
        'http_req_duration{name:"GET /a b"}': trend({ med: 4, count: 30 }),
        'http_req_duration{name:x,method:GET}': trend({ med: 4, count: 9 }),
        'http_req_duration{expected_response:true}': trend({ med: 4, count: 38 }),
        http_reqs: { type: 'counter', contains: 'default', values: { count: 40, rate: 4 } },
        http_req_failed: { type: 'rate', contains: 'default', values: { rate: 0.05, passes: 2, fails: 38 } },
        results: { type: 'gauge', contains: 'default', values: { value: null } },
      },
    };
    const record = LoadRecord.parse(readK6Result(JSON.stringify(summary), when));
    expect(record.given?.total).toMatchObject({
      p50: 5,
      p99: 70,
      max: 90,
      average: null,
      p95: null,
      errors: 2,
    });
    expect(record.given?.endpoints).toEqual({ 'GET /a b': expect.objectContaining({ count: 30, p50: 4 }) });
    expect(record.reason).toBe('k6 found 1 of 2 thresholds broken: http_req_duration: p(99)<50.');
  });

  it('lines of k6 0.26: type first, tags that are null, failed by status or error alone', () => {
    const record = LoadRecord.parse(readK6Result(data('k6-lines-0.26.jsonl'), when));
    expect(record.startedAt).toBe('2020-04-02T08:00:00.478Z');
    const seconds = decodeSeconds(record);
    expect(tally(seconds).count).toBe(4);
    const errors = record.seconds.flatMap((s) => Object.entries(s.endpoints).map(([n, e]) => [n, e.errors]));
    expect(errors).toEqual([
      ['GET /cart', { 'status-5xx': 1 }],
      ['GET /cart', { connection: 1 }],
      ['POST /orders/{}', {}],
    ]);
    expect(record.seconds.map((s) => s.active)).toEqual([3, 3]);
  });

  it('a status that was expected is no failure, although k6 gives it an error code', () => {
    const at = (tags: object) =>
      JSON.stringify({
        metric: 'http_req_duration',
        type: 'Point',
        data: { time: '2026-11-23T19:00:00Z', value: 5, tags: { name: 'a', ...tags }, metadata: { vu: '1' } },
      });
    const kinds = (tags: object) =>
      Object.keys(LoadRecord.parse(readK6Result(at(tags), when)).seconds[0]?.endpoints.a?.errors ?? {});
    expect(kinds({ status: '404', error_code: '1404', expected_response: 'true' })).toEqual([]);
    expect(kinds({ status: '404', error_code: '1404', expected_response: 'false' })).toEqual(['status-4xx']);
    expect(kinds({ status: '302', expected_response: 'false' })).toEqual(['redirect']);
    expect(kinds({ status: '0', error_code: '1211', expected_response: 'false' })).toEqual(['timeout']);
    expect(kinds({ status: '0', error_code: '1310', expected_response: 'false' })).toEqual(['tls']);
    expect(kinds({ status: '404', error_code: '1404' })).toEqual(['status-4xx']);
    expect(kinds({ status: '200' })).toEqual([]);
  });

  it('a summary export that k6 wrote in 2023: two of four thresholds broken, no failure', () => {
    const record = LoadRecord.parse(readK6Result(data('k6-run-2023-summary-export.json'), when));
    expect(record.given).toMatchObject({
      total: {
        ...{ count: 302, rps: 16.051857448734527, bytes: 242_354, errors: 0, errorRate: 0, p99: null },
        ...{ average: 398.788830023179, p50: 317.745566, p90: 595.2668039, p95: 865.0729589499999 },
        max: 2506.80739,
      },
    });
    // 100 iterations at 5.315 a second.
    expect(record.given?.durationMs).toBeCloseTo((100 / 5.315184585673685) * 1000, 0);
    expect(record.reason).toBe(
      'k6 found 2 of 4 thresholds broken: http_req_duration: p(90)<450, http_req_duration: avg<350.',
    );
  });

  it('a summary that handleSummary of k6 wrote: an overloaded service, and requests that were not sent', () => {
    const record = LoadRecord.parse(readK6Result(data('k6-run-handle-summary.json'), when));
    expect(record.given).toMatchObject({
      durationMs: 300_101.355,
      total: {
        ...{ count: 1_441_114, rps: 4802.09094690692, errors: 853_649, errorRate: 0.5923535542642706 },
        ...{ average: 158.13970745270754, p50: 1.231, p90: 539.0371000000001, p95: 964.729, max: 7650.013 },
      },
    });
    expect(record.reason).toBeNull();
  });

  it('the beginning of lines that k6 wrote in 2024: three requests, in the seconds in which they ended', () => {
    const record = LoadRecord.parse(readK6Result(data('k6-run-2024.jsonl'), when));
    const seconds = decodeSeconds(record);
    const all = tally(seconds);
    expect(all.count).toBe(3);
    expect(quantileMs(all, 1)).toBeCloseTo(13_944.753854, -2);
    expect(quantileMs(all, 0)).toBeCloseTo(5559.653981, -2);
    expect(Object.keys(record.seconds.flatMap((s) => Object.keys(s.endpoints)))).toHaveLength(3);
    expect(new Set(record.seconds.flatMap((s) => Object.keys(s.endpoints))).size).toBe(1);
    expect(Math.max(...record.seconds.map((s) => s.active ?? 0))).toBe(11);
  });

  it('says what is wrong with a file, and where', () => {
    expect(() => readK6Result('\u001f\ufffd\b', when)).toThrow(/result\.json: it is compressed/);
    expect(() => readK6Result('{"results":{"metrics":[]},"version":"1.0.0"}', when)).toThrow(
      /no HTTP request/,
    );
    expect(() => readK6Result('{"type":"Point","metric":"vus"}\n{"type":"Poi', when)).toThrow(
      /result\.json, line 2: .*cut off/,
    );
    expect(() => readK6Result('{"type":"Metric","metric":"vus","data":{}}\n', when)).toThrow(
      /no HTTP request/,
    );
    expect(() => readK6Result('{\n"metrics":{"vus":{"value":1}}}', when)).toThrow(
      /result\.json, line 2: .*--summary-export/,
    );
  });
});
