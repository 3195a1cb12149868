import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../contracts/error';
import { logTime, readAccessLog } from './access-log';
import { readHar } from './har';
import { readMixFile } from './mix-file';
import { readOpenApi } from './openapi';
import { cutReplay, scaleReplay } from './pace';
import { readSourceFile, recogniseFile } from './read-file';
import { sourceOfRoutes } from './routes';

const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    if (error instanceof AppError) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error('it did not throw');
};

const entry = (url: string, over: Record<string, unknown> = {}, at = 0) => ({
  startedDateTime: new Date(Date.UTC(2026, 10, 23) + at).toISOString(),
  request: { method: 'GET', url, headers: [], ...over },
  response: { status: 200 },
});
const har = (...entries: unknown[]) => JSON.stringify({ log: { version: '1.2', entries } });

describe('HAR', () => {
  it('lets no secret through, whatever it is and wherever it stands', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9]{12,30}$/).map((s) => `S3CRET${s}`);
    const name = fc.constantFrom('Cookie', 'authorization', 'X-Api-Key', 'x-auth-token', 'X-CSRF-Token');
    const key = fc.constantFrom('access_token', 'apikey', 'sid', 'session_id', 'sessionToken', 'password');
    fc.assert(
      fc.property(secret, name, key, (value, header, field) => {
        const source = readHar(
          'a.har',
          har(
            entry(`https://s.example/list?${field}=${value}&page=2`, { headers: [{ name: header, value }] }),
            entry('https://s.example/login', {
              method: 'POST',
              postData: { mimeType: 'application/json', text: JSON.stringify({ user: 'a', [field]: value }) },
            }),
            entry('https://s.example/form', {
              method: 'POST',
              postData: { mimeType: 'application/x-www-form-urlencoded', params: [{ name: field, value }] },
            }),
          ),
        );
        expect(JSON.stringify(source)).not.toContain(value);
        expect(source.mix.requests.map((r) => r.path)).toEqual(['/list?page=2']);
        expect(source.notes.join()).toContain(header.toLowerCase());
        expect(source.leftOut.map((l) => l.what)).toEqual([
          'POST https://s.example/login',
          'POST https://s.example/form',
        ]);
      }),
      { numRuns: 100 },
    );
  });

  it('takes one origin, the base path off, browser noise out, and keeps the rhythm', () => {
    const source = readHar(
      'a.har',
      har(
        entry('http://svc:8080/api/models/1', {
          headers: [
            { name: 'Accept', value: 'application/json' },
            { name: 'sec-fetch-mode', value: 'cors' },
          ],
        }),
        entry('https://cdn.example/x.js'),
        entry('http://svc:8080/other'),
        entry('http://svc:8080/api/models/2', { method: 'OPTIONS' }),
        entry(
          'http://svc:8080/api/models/2',
          { headers: [{ name: 'Accept', value: 'application/json' }] },
          1_500,
        ),
      ),
      { baseUrl: 'http://svc:8080/api/' },
    );
    expect(source.mix.requests).toMatchObject([
      { path: '/models/{model_id}', headers: { accept: 'application/json' }, weight: 2 },
    ]);
    expect(source.leftOut.map((l) => l.why)).toEqual([
      'it goes to another origin',
      'it lies outside of the base path of the target',
      'it is the preflight of a browser',
    ]);
    expect(source.replay?.arrivals).toEqual([
      [0, 0],
      [1_500, 0],
    ]);
    expect(source.replay?.durationMs).toBe(1_500);
  });

  it('says which file, which line and what to do', () => {
    expect(messageOf(() => readHar('a.har', '{"log":\n{"entries": [,]}}'))).toMatch(
      /^bad-input: a\.har, line 2: .*valid JSON\. Export/,
    );
    expect(
      messageOf(() => readHar('a.har', '{"log":{"entries":[\n{"request":{"method":"GET",\n"url":7}}]}}')),
    ).toMatch(/a\.har, line 3: log\.entries\.0\.request\.url: .*Export/);
    expect(messageOf(() => readHar('a.har', har()))).toMatch(/no request that could be sent/);
  });
});

const line = (second: number, request: string, status = 200) =>
  `203.0.113.9 - - [23/Nov/2026:19:30:${String(second).padStart(2, '0')} +0100] "${request}" ${status} 512 "-" "curl/8 \\"x\\""`;

describe('access log', () => {
  it('reads the time with its zone', () => {
    expect(logTime('10/Oct/2000:13:55:36 -0700')).toBe(971211336000);
    expect(logTime('10/Okt/2000:13:55:36 -0700')).toBeNull();
  });

  it('groups, weighs, drops secrets, lists what it leaves out, and spreads a second evenly', () => {
    const source = readAccessLog(
      '/var/log/access.log',
      [
        line(0, 'GET /models/1?page=1&token=abc HTTP/1.1'),
        line(0, 'GET /models/2?page=2 HTTP/1.1'),
        line(2, 'GET http://svc/health HTTP/1.0'),
        line(2, 'POST /chat HTTP/1.1'),
        line(2, '\\x16\\x03\\x01', 400),
        'nonsense',
      ].join('\n'),
    );
    expect(source.mix.requests.map((r) => [r.name, r.path, r.weight])).toEqual([
      ['GET /models/{model_id}', '/models/{model_id}?page={page}', 2],
      ['GET /health', '/health', 1],
    ]);
    expect(source.leftOut.map((l) => l.what).sort()).toEqual(['POST /chat', 'a line']);
    expect(source.notes.join('\n')).toMatch(/1 of 6 lines were not understood; the first is line 6/);
    expect(source.notes.join('\n')).toMatch(/token \(1×\)/);
    expect(source.replay?.arrivals).toEqual([
      [0, 0],
      [500, 0],
      [2_250, 1],
    ]);
  });

  it('says which line is none of the format', () => {
    expect(messageOf(() => readAccessLog('a.log', '\n{"level":"info"}\n'))).toMatch(
      /^bad-input: a\.log, line 2: .*combined/,
    );
    expect(messageOf(() => readAccessLog('a.log', ''))).toMatch(/a\.log is empty/);
  });

  it('is scaled to a multiple of the requests over the same time, its rhythm kept', () => {
    const seconds = fc.array(fc.integer({ min: 0, max: 59 }), { minLength: 2, maxLength: 80 });
    fc.assert(
      fc.property(seconds, fc.double({ min: 0.1, max: 5, noNaN: true }), (at, factor) => {
        fc.pre(new Set(at).size > 1);
        const text = at
          .toSorted((a, b) => a - b)
          .map((s, i) => line(s, `GET /m/${i} HTTP/1.1`))
          .join('\n');
        const replay = readAccessLog('a.log', text).replay;
        if (!replay) throw new Error('a log has times');
        const scaled = scaleReplay(replay, factor);
        expect(Math.abs(scaled.arrivals.length - at.length * factor)).toBeLessThanOrEqual(1);
        expect(scaled.arrivals.map(([t]) => t)).toEqual(
          scaled.arrivals.map(([t]) => t).toSorted((a, b) => a - b),
        );
        expect(scaled.arrivals.every(([t]) => t >= 0 && t <= replay.durationMs)).toBe(true);
        expect(scaled.probes.reduce((sum, p) => sum + p.rows.length, 0)).toBe(scaled.arrivals.length);
        // Rhythm: half of the requests lie before the same time, to within a request of the record.
        const middle = replay.arrivals[Math.floor(at.length / 2)]?.[0] ?? 0;
        const earlier = (r: typeof replay) => r.arrivals.filter(([t]) => t < middle).length;
        expect(Math.abs(earlier(scaled) - earlier(replay) * factor)).toBeLessThanOrEqual(
          Math.max(1, factor) + 1e-6,
        );
        expect(cutReplay(scaled, 500).arrivals.every(([t]) => t < 500)).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});

const api = {
  openapi: '3.1.0',
  servers: [{ url: 'https://svc.example/api' }],
  paths: {
    '/models': {
      get: { parameters: [{ name: 'sort', in: 'query', required: true, schema: { enum: ['up', 'down'] } }] },
    },
    '/models/{model-id}': {
      parameters: [{ $ref: '#/components/parameters/Model' }],
      get: {},
      delete: {},
    },
    '/users/{id}': {
      get: {
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer', minimum: 1 } }],
      },
    },
    '/chat': {
      post: {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Chat' } } },
        },
      },
      get: { parameters: [{ name: 'X-Api-Key', in: 'header', required: true, example: 'k' }] },
    },
    '/circle': {
      post: {
        requestBody: {
          required: true,
          content: { 'application/json': { schema: { $ref: '#/components/schemas/Loop' } } },
        },
      },
    },
  },
  components: {
    parameters: {
      Model: {
        name: 'model-id',
        in: 'path',
        required: true,
        examples: { a: { value: 'm1' }, b: { value: 2 } },
      },
    },
    schemas: {
      Chat: {
        type: 'object',
        required: ['message'],
        properties: { message: { type: 'string', example: 'Hi "you"' }, n: { default: 3 } },
      },
      Loop: { $ref: '#/components/schemas/Loop' },
    },
  },
};

describe('OpenAPI', () => {
  it('fills in what the document gives, and lists what it does not', () => {
    const source = readOpenApi('openapi.json', JSON.stringify(api), { writes: true });
    expect(source.mix.requests.map((r) => [r.name, r.path, r.body])).toEqual([
      ['GET /models', '/api/models?sort={sort}', undefined],
      ['GET /models/{model-id}', '/api/models/{model_id}', undefined],
      ['DELETE /models/{model-id}', '/api/models/{model_id}', undefined],
      ['POST /chat', '/api/chat', '{"message":"Hi \\"you\\"","n":3}'],
    ]);
    expect(source.mix.parameters).toEqual({
      sort: { values: ['up', 'down'] },
      model_id: { values: ['m1', '2'] },
    });
    expect(source.leftOut).toEqual([
      { what: 'GET /users/{id}', requests: 1, why: 'its path parameter id has no example, enum or default' },
      { what: 'GET /chat', requests: 1, why: 'it needs the header X-Api-Key, which holds a secret' },
      { what: 'POST /circle', requests: 1, why: 'its body has no example' },
    ]);
  });

  it('leaves out what changes data unless asked, and takes the base path off', () => {
    const source = readOpenApi('openapi.json', JSON.stringify(api), { baseUrl: 'http://127.0.0.1:8080/api' });
    expect(source.mix.requests.map((r) => r.path)).toEqual(['/models?sort={sort}', '/models/{model_id}']);
    expect(source.leftOut.filter((l) => l.why === 'it changes data')).toHaveLength(3);
  });

  it('refuses other documents with the line', () => {
    expect(messageOf(() => readOpenApi('a.json', '{\n"openapi":\n"2.0","paths":{}}'))).toMatch(
      /a\.json, line 3: openapi: this is not OpenAPI 3/,
    );
  });

  const inYaml = `# A document as people write it
info: { title: Shop, version: 1.0.0 }
openapi: 3.1
servers: [{ url: https://shop.example/api/ }]
x-day: &day
  name: day
  in: query
  required: true
  schema: { type: string, format: date }
paths:
  /orders:
    get:
      parameters:
        - <<: *day
          example: 2026-11-24
        - { name: open, in: query, schema: { enum: [yes, no] }, required: true }
    post:
      requestBody:
        content:
          application/json:
            example:
              note: |
                two
                lines
              count: 0o17
`;

  it('reads YAML: dates and words stay text, merge keys and comments count for what they are', () => {
    const { mix, leftOut } = readSourceFile('shop.yaml', inYaml, { writes: true });
    expect(mix.requests.map((r) => [r.name, r.path, r.body])).toEqual([
      ['GET /orders', '/api/orders?day={day}&open={open}', undefined],
      ['POST /orders', '/api/orders', '{"note":"two\\nlines\\n","count":15}'],
    ]);
    expect(mix.parameters).toEqual({ day: { values: ['2026-11-24'] }, open: { values: ['yes', 'no'] } });
    expect(leftOut).toEqual([]);
    expect(recogniseFile(inYaml)).toBe('openapi');
    expect(recogniseFile('# one line', 'a.yml')).toBe('openapi');
    // JSON in a file that is called YAML is YAML.
    expect(readOpenApi('a.yaml', JSON.stringify(api)).mix).toEqual(readOpenApi('a', JSON.stringify(api)).mix);
  });

  it('says where YAML is wrong', () => {
    const said = (text: string) => messageOf(() => readSourceFile('a.yaml', text));
    expect(said('openapi: 3.1.0\npaths:\n  /a: {get: [}\n')).toMatch(
      /a\.yaml, line 3: this is not valid YAML/,
    );
    expect(said('openapi: 3.1.0\npaths:\n\t/a: {}\n')).toMatch(/a\.yaml, line 3: .*YAML \(/);
    expect(said('openapi: 3.1.0\npaths: *none\n')).toMatch(/line 2: .*unidentified alias/);
    expect(said('openapi: 3.1.0\npaths: {}\npaths: {}\n')).toMatch(/line 3: .*duplicated/);
    expect(said('info: {}\nswagger: "2.0"\npaths: {}\n')).toMatch(/line 1: openapi: this is not OpenAPI 3/);
    expect(said('openapi: 3.1.0\n"paths": [1]\n')).toMatch(/line 2: paths: /);
    expect(said('a: 1\n---\nb: 2\n')).toMatch(/a\.yaml.*single document/);
    expect(said(`openapi: 3.1.0\npaths: ${'['.repeat(5_000)}\n`)).toMatch(/line 2: .*nesting/);
    expect(said(' '.repeat(17 * 1024 * 1024))).toMatch(/too long/);
  });

  it('a value that aliases or references multiply is left out, and costs no time', () => {
    const levels = Array.from(
      { length: 40 },
      (_, n) => `  l${n + 1}: &l${n + 1} [${Array(10).fill(`*l${n}`).join(', ')}]`,
    );
    const bomb = [
      'openapi: 3.1.0',
      'x:',
      '  l0: &l0 [lol]',
      ...levels,
      '  self: &self { inner: *self }',
      'paths:',
      '  /small: { get: { parameters: [{ name: a, in: query, required: true, example: *l2 }] } }',
      '  /bomb: { get: { parameters: [{ name: a, in: query, required: true, example: *l40 }] } }',
      '  /self: { post: { requestBody: { content: { application/json: { example: *self } } } } }',
    ].join('\n');
    const source = readOpenApi('bomb.yaml', bomb, { writes: true });
    expect(source.mix.requests.map((r) => r.name)).toEqual(['GET /small']);
    expect(source.leftOut.map((l) => [l.what, l.why])).toEqual([
      ['GET /bomb', expect.stringMatching(/too large/)],
      ['POST /self', expect.stringMatching(/too large/)],
    ]);
    const odd = { openapi: '3.0.0', paths: { '/a': { $ref: '#/paths/%zz' }, '/b': { get: {} } } };
    expect(readOpenApi('odd.json', JSON.stringify(odd)).mix.requests.map((r) => r.name)).toEqual(['GET /b']);
    const merges = `openapi: 3.1.0\nx: &x {${Array.from({ length: 200 }, (_, n) => `k${n}: 1`).join(', ')}}\npaths:\n${Array.from({ length: 100 }, (_, n) => `  /p${n}: { <<: *x }\n`).join('')}`;
    expect(messageOf(() => readOpenApi('m.yaml', merges))).toMatch(/m\.yaml, line \d+: .*merge keys/);
    // The same with $ref, in JSON: each schema has ten properties of the next one.
    const schemas = Object.fromEntries(
      Array.from({ length: 12 }, (_, n) => [
        `s${n}`,
        {
          properties: Object.fromEntries(
            Array.from({ length: 10 }, (_, p) => [`p${p}`, { $ref: `#/components/schemas/s${n + 1}` }]),
          ),
        },
      ]),
    );
    const content = { 'application/json': { schema: { $ref: '#/components/schemas/s0' } } };
    const paths = { '/deep': { post: { requestBody: { required: true, content } } } };
    const document = {
      openapi: '3.1.0',
      components: { schemas: { ...schemas, s12: { example: 'x' } } },
      paths,
    };
    expect(messageOf(() => readOpenApi('refs.json', JSON.stringify(document), { writes: true }))).toMatch(
      /too large/,
    );
  });
});

describe('other sources', () => {
  it('a mix file comes back as it is, or says where it is wrong', () => {
    const mix = { requests: [{ name: 'a', path: '/a', expect: { status: [200, [300, 399]] } }] };
    expect(readMixFile('m.json', JSON.stringify(mix)).mix.requests[0]).toMatchObject({
      path: '/a',
      method: 'GET',
      weight: 1,
    });
    expect(messageOf(() => readMixFile('m.json', '{"requests":[\n{"name":"a","path":"a"}]}'))).toMatch(
      /m\.json, line 2: requests\.0\.path/,
    );
    expect(
      messageOf(() =>
        readMixFile('m.json', '{"requests":[\n{"name":"a","path":"/a"},\n{"name":"a","path":"/b"}]}'),
      ),
    ).toMatch(/m\.json, line 3: "a" is used twice/);
  });

  it('routes of a metrics page are taken as they are called, and none is guessed', () => {
    const route = (name: string, requests: number) => ({
      name,
      requests,
      perSecond: null,
      p50: null,
      p95: null,
      p99: null,
      errors: null,
    });
    const source = sourceOfRoutes([
      route('', 9),
      route('GET /health', 6),
      route('GET /m/:id', 2),
      route('POST /chat', 1),
    ]);
    expect(source?.mix.requests.map((r) => [r.path, r.weight])).toEqual([['/health', 6]]);
    expect(source?.leftOut.map((l) => l.what)).toEqual(['GET /m/:id', 'POST /chat']);
    expect(sourceOfRoutes([route('GET /m/{id}', 2)])).toBeNull();
  });

  it('files are told apart by their content', () => {
    expect(recogniseFile(har())).toBe('har');
    expect(recogniseFile(JSON.stringify(api))).toBe('openapi');
    expect(recogniseFile('{"requests":[]}')).toBe('mix');
    expect(recogniseFile(line(1, 'GET / HTTP/1.1'))).toBe('access-log');
  });

  it('whatever the text, a reader answers or says why, and never fails otherwise', () => {
    const broken = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.json(),
      fc.json().map((j) => `{"log":{"entries":${j}}}`),
      fc.json().map((j) => `{"openapi":"3.0.0","paths":${j}}`),
      fc.string({ unit: 'grapheme' }).map((t) => `openapi: 3.0.0\npaths: ${t}`),
    );
    fc.assert(
      fc.property(broken, (textOf) => {
        try {
          readSourceFile('f', textOf, { writes: true });
        } catch (error) {
          if (!(error instanceof AppError)) throw error;
          expect(error.message).toMatch(/^f/);
        }
      }),
      { numRuns: 500 },
    );
  });
});
