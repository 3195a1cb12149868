import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fill, jsonEscape } from '../template';
import { looksLikeId } from './path-id';
import { groupRequests, type Seen } from './templates';

const text = fc.string({ minLength: 0, maxLength: 12, unit: 'grapheme' });
const segment = fc.oneof(
  fc.constantFrom('models', 'users', 'v1', 'categories', 'a{b}c', 'x%20y'),
  fc.nat(99_999).map(String),
  fc.uuid(),
  text.map(encodeURIComponent),
);
const json = fc.dictionary(
  fc.constantFrom('id', 'name', 'n', 'ok'),
  fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)),
);
const request: fc.Arbitrary<Seen> = fc.record({
  method: fc.constantFrom('GET' as const, 'POST' as const),
  path: fc.array(segment, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
  query: fc.array(fc.tuple(fc.constantFrom('q', 'page', 'a b'), text), { maxLength: 2 }),
  headers: fc.constant({}),
  body: json.map((j) => JSON.stringify(j)),
});

/** What the generator sends for the n-th turn of a probe, read as a server reads it. */
function sent(probe: ReturnType<typeof groupRequests>['probes'][number], turn: number) {
  const row = probe.rows[turn % Math.max(1, probe.rows.length)] ?? {};
  const url = new URL(`http://x${fill(probe.path, row, encodeURIComponent)}`);
  return {
    path: url.pathname.split('/').map(decodeURIComponent),
    query: [...url.searchParams],
    body: probe.body === undefined ? null : JSON.parse(fill(probe.body, row, jsonEscape)),
  };
}

describe('grouping requests into templates', () => {
  it('loses nothing: turn by turn, the templates send what was recorded', () => {
    fc.assert(
      fc.property(fc.array(request, { minLength: 1, maxLength: 60 }), (requests) => {
        const { mix, probes, of } = groupRequests(requests);
        const turns = probes.map(() => 0);
        requests.forEach((r, i) => {
          const probe = probes[of[i] ?? -1];
          if (!probe) throw new Error('no template');
          const got = sent(probe, turns[of[i]!]!++);
          const url = new URL(`http://x${r.path.replaceAll('{', '%7B').replaceAll('}', '%7D')}`);
          expect(got.path).toEqual(url.pathname.split('/').map(decodeURIComponent));
          expect(got.query).toEqual(r.query.map(([n, v]) => [n, v]));
          expect(got.body).toEqual(JSON.parse(r.body ?? 'null'));
        });
        expect(mix.requests.reduce((sum, m) => sum + m.weight, 0)).toBe(requests.length);
        expect(new Set(mix.requests.map((m) => m.name)).size).toBe(mix.requests.length);
      }),
      { numRuns: 200 },
    );
  });

  const get = (path: string, query: [string, string][] = []): Seen => ({
    method: 'GET',
    path,
    query,
    headers: {},
  });

  it('makes one template of ids and of many names, and keeps what is fixed', () => {
    const { mix } = groupRequests([
      ...['1', '22', '333'].map((id) => get(`/api/v1/models/${id}`)),
      ...Array.from({ length: 25 }, (_, i) => get(`/api/v1/tags/name-${String.fromCharCode(97 + i)}`)),
      get('/api/v1/models'),
    ]);
    expect(mix.requests.map((r) => [r.path, r.weight])).toEqual([
      ['/api/v1/models/{model_id}', 3],
      ['/api/v1/tags/{tag_name}', 25],
      ['/api/v1/models', 1],
    ]);
    expect(mix.parameters.model_id).toEqual({ values: ['1', '22', '333'] });
  });

  it('keeps frequent values frequent where there are more rows than a mix holds', () => {
    const ids = Array.from({ length: 4_000 }, (_, i) => (i % 4 === 0 ? String(1_000 + i) : '7'));
    const { mix, probes } = groupRequests(ids.map((id) => get(`/m/${id}`)));
    const source = mix.parameters.m_id;
    const values = source && 'values' in source ? source.values : [];
    expect(values).toHaveLength(200);
    expect(probes[0]?.rows).toHaveLength(4_000);
    const share = values.filter((v) => v === '7').length / values.length;
    expect(share === 0 || share > 0.5).toBe(true);
  });

  it('values that were sent together stay together', () => {
    const { probes } = groupRequests(['1', '2'].map((id) => get(`/u/${id}`, [['name', `n${id}`]])));
    expect(probes[0]?.rows).toEqual([
      { u_id: '1', name: 'n1' },
      { u_id: '2', name: 'n2' },
    ]);
  });

  it.each([
    ['42', true],
    ['3fa85f64-5717-4562-b3fc-2c963f66afa6', true],
    ['deadbeef01', true],
    ['01ARZ3NDEKTSV4RRFFQ69G5FAV', true],
    ['2026-11-23', true],
    ['v1', false],
    ['index.html', false],
    ['decade', false],
    ['chat-completions', false],
  ])('%s is an id: %s', (value, id) => expect(looksLikeId(value)).toBe(id));
});
