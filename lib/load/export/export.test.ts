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

  it('says what is wrong with a file, and where', () => {
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
