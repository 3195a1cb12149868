import { describe, expect, it } from 'vitest';
import { CreateLoadTestInput } from '@/lib/contracts/load-api';
import {
  curveOf,
  emptyForm,
  emptyRequest,
  extentOf,
  inputOf,
  type LoadForm,
  mixOf,
  parseHeaders,
  parseStatuses,
  presetRows,
  profileOf,
  sourceRows,
} from './load-form';

const form = (over: Partial<LoadForm> = {}): LoadForm => ({
  ...emptyForm,
  target: 'api',
  requests: [{ ...emptyRequest, path: '/health' }],
  ...over,
});

describe('the form of a load test', () => {
  it('sends whose certificate is accepted where that is chosen, and asks for the authority', () => {
    const tls = (over: Partial<LoadForm>) => {
      const input = inputOf(form(over), 'demo');
      return typeof input === 'string' ? input : input.tls;
    };
    const pem = '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----';
    expect(tls({ authority: pem })).toBeUndefined();
    expect(tls({ certificate: 'unchecked' })).toEqual({ certificate: 'unchecked' });
    expect(tls({ certificate: 'authority', authority: ` ${pem}\n` })).toEqual({
      certificate: 'authority',
      pem,
    });
    expect(tls({ certificate: 'authority' })).toMatch(/^Paste the certificate/);
  });

  it.each(['ramp', 'spike', 'stress', 'endurance', 'rate'] as const)('%s can be sent as it is', (kind) => {
    const input = inputOf(form(presetRows(kind)), 'demo');
    expect(CreateLoadTestInput.parse(input)).toMatchObject({
      stack: 'demo',
      target: 'api',
      workload: { from: 'mix', mix: { requests: [{ name: 'GET /health', path: '/health' }] } },
    });
  });

  it('a source goes in and comes out the same', () => {
    const mix = {
      requests: [
        {
          name: 'POST /c',
          method: 'POST' as const,
          path: '/c/{id}',
          headers: { accept: 'a: b' },
          body: '{"a":1}',
          weight: 2.5,
          expect: { status: [200, [300, 304] as [number, number]], bodyIncludes: 'x', bodyMatches: '^y' },
        },
      ],
      parameters: { id: { values: ['1', 'two'] }, t: { target: 'db', sql: 'select 1' } },
    };
    const rows = sourceRows({ mix, notes: [], leftOut: [], replay: null });
    expect(mixOf(form(rows))).toEqual(mix);
  });

  it('the mix of the target is named, not copied, until it is changed', () => {
    expect(inputOf(form({ fromTarget: true }), 's')).toMatchObject({ workload: { from: 'target' } });
    expect(inputOf(form({ fromTarget: true, edited: true }), 's')).toMatchObject({
      workload: { from: 'mix' },
    });
  });

  it.each<[Partial<LoadForm>, RegExp]>([
    [{ target: '' }, /Choose a target/],
    [{ stages: [{ seconds: 'x', level: '1' }] }, /Stage 1: the length/],
    [{ stages: [{ seconds: '0', level: '1' }] }, /needs a stage with a length/],
    [{ thinkMin: '5', thinkMax: '1' }, /Think time/],
    [{ objectiveMs: '0' }, /objective/],
    [
      { thresholds: [{ endpoint: '', metric: 'errors', limit: '101', stop: false, holdSeconds: '10' }] },
      /Threshold 1/,
    ],
    [{ requests: [] }, /no endpoint yet/],
    [{ requests: [{ ...emptyRequest, path: 'x' }] }, /begins with a slash/],
    [{ requests: [{ ...emptyRequest, headers: 'nonsense' }] }, /name: value/],
    [{ requests: [emptyRequest, emptyRequest] }, /two endpoints/],
    [{ kind: 'replay' }, /access log or a HAR/],
  ])('says what is wrong (%#)', (over, why) => expect(inputOf(form(over), 's')).toMatch(why));

  it('reads statuses, headers and percentages', () => {
    expect(parseStatuses('200-299, 304')).toEqual([[200, 299], 304]);
    expect(parseStatuses('2xx')).toBeNull();
    expect(parseHeaders('a: b: c\n\nd:e')).toEqual({ a: 'b: c', d: 'e' });
    const profile = profileOf(
      form({ thresholds: [{ endpoint: '', metric: 'errors', limit: '1', stop: true, holdSeconds: '5' }] }),
    );
    expect(profile).toMatchObject({
      thresholds: [{ metric: 'errors', limit: 0.01, stop: true, holdMs: 5_000 }],
    });
  });

  it('draws what was planned, and knows how much that is', () => {
    expect(curveOf(form(presetRows('spike')))).toEqual([
      [0, 0],
      [0, 100],
      [10, 100],
    ]);
    expect(extentOf(form(presetRows('spike')))).toEqual({ level: 100, seconds: 10 });
    expect(curveOf(form(presetRows('stress'))).slice(0, 4)).toEqual([
      [0, 0],
      [0, 25],
      [10, 25],
      [10, 50],
    ]);
    expect(extentOf(form(presetRows('stress')))).toEqual({ level: 3_000, seconds: null });
  });
});
