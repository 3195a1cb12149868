import { describe, expect, it } from 'vitest';
import { LoadProfile } from '@/lib/contracts/load';
import { analyseLoad } from '@/lib/load/analysis/analyse';
import { profileOf } from '@/lib/load/profiles';
import { summaryOf } from '@/lib/load/summary';
import { makeRecord } from '@/lib/load/testing/record';
import { encodeHistogram, newHistogram, recordMs } from '@/lib/stats/histogram';
import { seededRandom } from '@/lib/stats/random';
import { reportFacts } from '@/test/report-facts';
import { loadTestOf } from '@/test/report-loads';
import { freezeReport } from '../freeze';
import { leadView } from '../lead/lead';
import { verifyReport } from '../verify';
import { evidenceOf } from './evidence';
import { comparability, loadFigures } from './figures';
import { endpointName, redactLoadTest } from './redact';
import { stagesText } from './stages';

/** 20 seconds of random requests at three endpoints. */
function record(over: Parameters<typeof makeRecord>[1] = {}) {
  const random = seededRandom(7);
  const some = (n: number) => Array.from({ length: n }, () => 5 * Math.exp(2 * random.normal()));
  const seconds = Array.from({ length: 20 }, (_, t) => ({
    latencies: { 'GET /a': some(30), 'GET /b': some(8 + t), ...(t % 3 === 0 ? { 'POST /c': some(4) } : {}) },
    errors: { 'GET /b': { 'status-5xx': 1, timeout: t > 10 ? 1 : 0 } },
    level: 10 + t,
    dropped: t > 15 ? 2 : 0,
  }));
  return makeRecord(seconds, over);
}
const stalls = (() => {
  const histogram = newHistogram();
  for (let i = 0; i < 500; i++) recordMs(histogram, i < 400 ? 20 : 900);
  const endpoint = { intervalMs: 10, histogram: encodeHistogram(histogram) };
  return {
    stalls: [[3, 1_200]] as [number, number][],
    endpoints: { 'GET /b': endpoint, 'GET /a': endpoint },
  };
})();

describe('the figures of a load test in a report', () => {
  it.each([
    ['an open run', {}],
    ['a run with stalls', { coordinatedOmission: stalls }],
    ['a run that the generator limited', { generatorLimited: { from: 9, why: 'CPU' } }],
  ])('of %s are those of its whole record', (_, over) => {
    const whole = record(over);
    const figures = loadFigures(evidenceOf(whole));
    const { total, endpoints, corrected, durationMs, offered, dropped } = summaryOf(whole);
    const { grade, exhausted } = analyseLoad(whole);
    expect(figures).toMatchObject({ total, endpoints, corrected, durationMs, dropped, grade, exhausted });
    expect(figures.offeredRps).toBeCloseTo((offered * 1_000) / durationMs, 9);
  });

  it('come without the requests, the address and the seconds of each endpoint', () => {
    const text = JSON.stringify(evidenceOf(record()));
    expect(text).not.toContain('127.0.0.1');
    expect(text).not.toContain('probes');
    expect(text.length).toBeLessThan(JSON.stringify(record()).length * 0.7);
  });

  it('are held against the first test of the same target', () => {
    const test = (id: number, target: string, over = {}) => ({ ...loadTestOf(id, record(over)), target });
    const none = { ...test(1, 'api'), evidence: null };
    const [a, b, c, d] = comparability([
      none,
      test(2, 'api'),
      test(3, 'other'),
      test(4, 'api', { workloadHash: 'x' }),
    ]);
    expect([a, b, c]).toEqual([null, null, null]);
    expect(d?.id).toBe(2);
    expect(d?.notComparable.join()).toContain('another workload');
  });
});

describe('verify', () => {
  const document = () => structuredClone(freezeReport(reportFacts()));
  const paths = (edited: ReturnType<typeof document>) => verifyReport(edited).problems.map((p) => p.path);

  it('names a figure that was made better, and a grade', () => {
    const edited = document();
    edited.loadTests![0]!.figures!.total.p95 = 1;
    edited.loadTests![0]!.figures!.grade.letter = 'A+';
    expect(paths(edited)).toEqual(
      expect.arrayContaining(['loadTests[0].figures.total.p95', 'loadTests[0].figures.grade.letter']),
    );
  });

  it('computes from the histograms: digests made anew do not hide seconds that were taken out', () => {
    const facts = reportFacts();
    const honest = freezeReport(facts);
    const slow = facts.loadTests![0]!.evidence!.seconds;
    slow.splice(2, 2);
    const forged = freezeReport(facts);
    forged.loadTests = forged.loadTests!.map((t, i) => ({ ...t, figures: honest.loadTests![i]!.figures }));
    expect(paths(forged)).toContain('loadTests[0].figures.total.count');
    // And with figures to fit: the endpoints hold the requests that are missing.
    expect(paths(freezeReport(facts))).toEqual(['loadTests[0].evidence.endpoints.count']);
  });

  it('names a histogram that cannot be read, a count that is not its own, and figures without evidence', () => {
    const broken = document();
    broken.loadTests![1]!.evidence!.seconds[2]!.requests!.histogram.base64 = 'SElTVA==';
    expect(paths(broken)).toContain('loadTests[1].evidence.seconds[2].requests.histogram');
    const more = document();
    more.loadTests![0]!.evidence!.endpoints['GET /orders']!.count += 1;
    expect(paths(more)).toContain('loadTests[0].evidence.endpoints["GET /orders"].count');
    const none = document();
    none.loadTests![0]!.evidence = null;
    expect(paths(none)).toContain('loadTests[0].figures');
  });
});

describe('redaction of a load test', () => {
  it.each([
    ['GET /orders/{id}', 'GET /orders/{id}'],
    ['GET /orders/4711?token=hunter2&page={page}', 'GET /orders/…?token=…&page={page}'],
    ['GET https://api.example.net:8443/a/ann@mail.example', 'GET /a/…'],
    ['GET http://api.example.net', 'GET '],
    ['POST /v1/login', 'POST /v1/login'],
  ])('%s: %s', (name, shown) => expect(endpointName(name)).toBe(shown));

  it('takes values, hosts and paths out of every text, adds up what reads the same, and stays verifiable', () => {
    const histogramOf = (ms: number) => new Array<number>(60).fill(ms);
    const secret = 'GET /orders/4711?token=hunter2param';
    const planted = loadTestOf(
      9,
      makeRecord(
        [
          {
            latencies: { [secret]: histogramOf(20), 'GET /orders/4712?token=hunter2other': histogramOf(40) },
          },
        ],
        {
          title: 'Load of db1.example.net from /home/hunter2home/access.log',
          reason: 'postgres://u:hunter2url@db1.example.net/x failed',
          generatorLimited: { from: 0, why: 'busy at /root/hunter2root' },
          coordinatedOmission: { ...stalls, endpoints: { [secret]: stalls.endpoints['GET /a'] } },
          limit: {
            ...{ step: 1, level: 5, lastGoodLevel: null, throughput: null, cause: 'errors' },
            why: 'db1.example.net refused',
          },
        },
      ),
    );
    const clean = redactLoadTest(planted, ['db1.example.net']);
    const document = freezeReport({ ...reportFacts(), loadTests: [clean] });
    const text = JSON.stringify([document, leadView(document)]);
    for (const word of ['hunter2', '4711', 'db1.example.net', '127.0.0.1']) expect(text).not.toContain(word);
    expect(document.loadTests?.[0]?.figures?.endpoints).toMatchObject({
      'GET /orders/…?token=…': { count: 120 },
    });
    expect(verifyReport(document)).toEqual({ ok: true, problems: [] });
  });
});

describe('the shape of a load in words', () => {
  const profile = (over: object) => LoadProfile.parse({ ...profileOf('ramp'), ...over });
  it.each([
    ['ramp', profileOf('ramp'), 'from 0 to 50 users over 30 s'],
    ['spike', profileOf('spike'), '100 users for 10 s'],
    ['endurance', profileOf('endurance'), '20 users for 5 min'],
    ['rate', profileOf('rate'), '50 requests/s for 60 s'],
    ['stress', profileOf('stress'), '25 users more every 10 s until a limit is found, at most 3000'],
    [
      'thinking users',
      profile({ thinkTime: { minMs: 500, maxMs: 2_000 } }),
      'from 0 to 50 users over 30 s, each user pausing 500 ms to 2 s after a response',
    ],
    [
      'many stages',
      profile({ stages: Array.from({ length: 8 }, (_, i) => ({ durationMs: 15_000, level: 10 + i })) }),
      '8 stages between 0 and 17 users, 2 min in all',
    ],
    ['replay', profileOf('replay'), 'requests at the times at which a log holds them'],
  ])('of a %s', (_, of, words) => expect(stagesText(of)).toBe(words));
});
