import http from 'node:http';
import http2 from 'node:http2';
import net, { type AddressInfo } from 'node:net';
import tls from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { LoadPlan, type LoadProbe, LoadProfile } from '../../contracts/load';
import type { StressLimit } from '../../contracts/load-record';
import { resolveOrigin } from '../wire/resolve';
import { Engine } from './engine';
import type { RawSecond } from './meter';

type Part = Partial<LoadProbe>;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** Listens, and closes with every connection after the test. */
async function listen(server: net.Server, scheme = 'http'): Promise<string> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(async () => {
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server that answers every request, told apart by its head, with these raw bytes (or does what it is told). */
const raw = (answer: (socket: net.Socket, nth: number) => string | undefined) => {
  let nth = 0;
  return net.createServer((socket) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1');
      for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
        text = text.slice(end + 4);
        const bytes = answer(socket, nth++);
        if (bytes !== undefined && !socket.destroyed) socket.write(bytes, 'latin1');
      }
    });
  });
};

interface Ran {
  count: number;
  errors: Record<string, number>;
  bytes: number;
  seconds: RawSecond[];
  outcome: string;
  firstError: string | null;
  limit: StressLimit | null;
}

async function run(
  baseUrl: string,
  profile: Partial<LoadProfile> = {},
  probes: Part[] = [{}],
  stopAfterMs?: number,
): Promise<Ran> {
  const plan = LoadPlan.parse({
    profile: LoadProfile.parse({
      kind: 'rate',
      model: 'open',
      stages: [
        { durationMs: 0, level: 80 },
        { durationMs: 250, level: 80 },
      ],
      requestTimeoutMs: 300,
      ...profile,
    }),
    target: { name: 'svc', baseUrl },
    probes: probes.map((p, i) => ({ name: `probe ${i}`, path: '/', ...p })),
  });
  const seconds: RawSecond[] = [];
  const origin = await resolveOrigin(baseUrl);
  const engine = new Engine({ plan, headers: {}, origin, onSecond: (s) => seconds.push(s) });
  if (stopAfterMs !== undefined) setTimeout(() => engine.stop('stopped', 'asked'), stopAfterMs);
  const end = await engine.run();
  const all = seconds.flatMap((s) => Object.values(s.endpoints));
  const errors: Record<string, number> = {};
  for (const e of all)
    for (const [kind, n] of Object.entries(e.errors)) errors[kind] = (errors[kind] ?? 0) + n;
  return {
    count: all.reduce((n, e) => n + e.count, 0),
    errors,
    bytes: all.reduce((n, e) => n + e.bytes, 0),
    seconds,
    outcome: end.outcome,
    firstError: end.firstError,
    limit: end.limit,
  };
}

const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';

describe('HTTP/1.1: what comes back is counted as what it is, and never hangs', () => {
  it.each<[string, (socket: net.Socket, nth: number) => string | undefined, Record<string, number>]>([
    ['a length', () => ok, {}],
    ['an empty body', () => 'HTTP/1.1 204 No Content\r\n\r\n', {}],
    [
      'chunks with a trailer',
      () =>
        'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3;x=1\r\nabc\r\n1\r\nd\r\n0\r\nx-t: 1\r\n\r\n',
      {},
    ],
    [
      'interim responses',
      () => `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n${ok}`,
      {},
    ],
    [
      'a body that ends with the connection',
      (s) => {
        s.end('HTTP/1.1 200 OK\r\n\r\nall of it');
        return undefined;
      },
      {},
    ],
    [
      'a redirect to itself',
      () => 'HTTP/1.1 302 Found\r\nlocation: /\r\ncontent-length: 0\r\n\r\n',
      { redirect: 20 },
    ],
    ['not found', () => 'HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n', { 'status-4xx': 20 }],
    ['unavailable', () => 'HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n', { 'status-5xx': 20 }],
    ['no HTTP', () => 'SSH-2.0-OpenSSH_9.2\r\n', { protocol: 20 }],
    ['a wrong length', () => 'HTTP/1.1 200 OK\r\ncontent-length: two\r\n\r\nok', { protocol: 20 }],
    ['a wrong chunk', () => 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n', { protocol: 20 }],
    ['a switch of protocols', () => 'HTTP/1.1 101 Switching Protocols\r\n\r\n', { protocol: 20 }],
    ['an endless head', () => `HTTP/1.1 200 OK\r\nx: ${'a'.repeat(70_000)}`, { protocol: 20 }],
    [
      'a reset',
      (s) => {
        s.resetAndDestroy();
        return undefined;
      },
      { reset: 20 },
    ],
    [
      'a close in the middle of the body',
      (s) => {
        s.end('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf');
        return undefined;
      },
      { reset: 20 },
    ],
    ['silence', () => undefined, { timeout: 20 }],
  ])('%s', async (_name, answer, errors) => {
    const ran = await run(await listen(raw(answer)));
    expect(ran.errors).toEqual(errors);
    expect(ran.count).toBe(20);
    expect(ran.outcome).toBe('completed');
  });

  it('ends a body that trickles at the timeout, and one that is huge at its bound', async () => {
    const slow = raw((socket) => {
      const drip = setInterval(() => (socket.destroyed ? clearInterval(drip) : socket.write('x')), 20);
      socket.on('close', () => clearInterval(drip));
      return 'HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n';
    });
    expect((await run(await listen(slow))).errors).toEqual({ timeout: 20 });
    const huge = http.createServer((_req, res) => res.end(Buffer.alloc(3_000_000)));
    const ran = await run(await listen(huge), { maxBodyBytes: 100_000, requestTimeoutMs: 5_000 });
    expect(ran.errors).toEqual({ 'body-too-large': 20 });
    expect(ran.bytes).toBeLessThan(20 * 1_500_000);
  });

  it('counts what cannot be reached, and a TLS handshake that fails', async () => {
    const url = await listen(raw(() => ok));
    const gone = closers.splice(0);
    const origin = await resolveOrigin(url);
    for (const close of gone) await close();
    const plan = LoadPlan.parse({
      profile: LoadProfile.parse({ kind: 'ramp', model: 'closed', stages: [{ durationMs: 300, level: 2 }] }),
      target: { name: 'svc', baseUrl: url },
      probes: [{ name: 'a', path: '/' }],
    });
    const seconds: RawSecond[] = [];
    await new Engine({ plan, headers: {}, origin, onSecond: (s) => seconds.push(s) }).run();
    const kinds = seconds.flatMap((s) => Object.values(s.endpoints).map((e) => e.errors));
    expect(kinds.every((k) => Object.keys(k).join() === 'connection')).toBe(true);
    // A user whose connection fails waits a moment, so a dead target is not hammered.
    expect(kinds.reduce((n, k) => n + (k.connection ?? 0), 0)).toBeLessThan(40);

    // Without a certificate there is no cipher to agree on.
    const secure = tls.createServer({});
    secure.on('tlsClientError', () => undefined);
    expect((await run(await listen(secure, 'https'))).errors).toEqual({ tls: 20 });
    expect((await run((await listen(http.createServer())).replace('http:', 'https:'))).errors).toEqual({
      tls: 20,
    });
  });

  it('uses connections again, or a new one for every request when told to', async () => {
    let connections = 0;
    const server = http.createServer((_req, res) => res.end('ok'));
    server.on('connection', () => connections++);
    const url = await listen(server);
    const before = connections + 1;
    await run(url, {
      model: 'closed',
      stages: [
        { durationMs: 0, level: 3 },
        { durationMs: 300, level: 3 },
      ],
    });
    expect(connections - before).toBeLessThanOrEqual(3);
    connections = 0;
    const ran = await run(url, { keepAlive: false });
    // One more looked whether anyone is there.
    expect(connections).toBe(ran.count + 1);
    expect(ran.errors).toEqual({});
  });

  it('checks status and body, compressed ones too, and fills in the rows', async () => {
    const urls: string[] = [];
    const bodies: string[] = [];
    const server = http.createServer(async (req, res) => {
      urls.push(req.url ?? '');
      for await (const chunk of req) bodies.push(String(chunk));
      res.writeHead(req.url === '/created' ? 201 : 200, { 'content-encoding': 'gzip' });
      res.end(gzipSync('{"state":"fine"}'));
    });
    const ran = await run(await listen(server), {}, [
      { path: '/created', expect: { status: [[200, 299]], bodyIncludes: 'fine' } },
      { path: '/a', expect: { status: [201] } },
      { path: '/b', expect: { bodyMatches: '^\\{"state":"broken"' } },
      { path: '/u/{id}?q=ä', method: 'POST', body: '{"id":"{id}"}', rows: [{ id: 'a b' }, { id: 'c"' }] },
    ]);
    expect(ran.errors).toEqual({ check: 10 });
    expect(new Set(urls)).toEqual(new Set(['/created', '/a', '/b', '/u/a%20b?q=%C3%A4', '/u/c%22?q=%C3%A4']));
    expect(new Set(bodies)).toEqual(new Set(['{"id":"a b"}', '{"id":"c\\""}']));
  });
});

describe('HTTP/2', () => {
  it('shares connections, counts statuses, resets and what never answers', async () => {
    let sessions = 0;
    const server = http2.createServer();
    server.on('session', () => sessions++);
    server.on('stream', (stream, headers) => {
      stream.on('error', () => undefined);
      const path = headers[':path'];
      if (path === '/reset') stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR);
      else if (path === '/busy') {
        stream.respond({ ':status': 503 });
        stream.end();
      } else if (path !== '/silent') {
        stream.respond({ ':status': 200 });
        stream.end('fine');
      }
    });
    const url = await listen(server);
    const ran = await run(url, { http: '2' }, [
      { path: '/', expect: { bodyIncludes: 'fine' } },
      { path: '/busy' },
      { path: '/reset' },
      { path: '/silent' },
    ]);
    expect(ran.errors).toEqual({ 'status-5xx': 5, reset: 5, timeout: 5 });
    expect(ran.count).toBe(20);
    expect(sessions).toBe(2);
  });

  it('counts a server that does not speak it', async () => {
    const ran = await run(await listen(raw(() => ok)), { http: '2' });
    expect(ran.count).toBe(20);
    expect(Object.values(ran.errors).reduce((a, b) => a + b, 0)).toBe(20);
  });
});

describe('the models', () => {
  it('offers what the plan says, second by second, and drops what would exceed the bound in flight', async () => {
    const url = await listen(http.createServer((_req, res) => setTimeout(() => res.end('ok'), 5)));
    const ran = await run(url, {
      stages: [
        { durationMs: 0, level: 100 },
        { durationMs: 2_000, level: 300 },
      ],
    });
    const offered = ran.seconds.reduce((n, s) => n + s.offered, 0);
    expect(offered).toBe(400);
    expect(Math.abs((ran.seconds[0]?.offered ?? 0) - 150)).toBeLessThanOrEqual(3);
    expect(ran.count).toBe(400);
    const stuck = await run(await listen(raw(() => undefined)), { maxInFlight: 5 });
    expect(stuck.seconds.reduce((n, s) => n + s.dropped, 0)).toBeGreaterThanOrEqual(10);
    expect(stuck.errors.timeout).toBe(stuck.count);
  });

  it('follows the number of users, with their pause', async () => {
    let most = 0;
    let now = 0;
    const server = http.createServer((_req, res) => {
      most = Math.max(most, ++now);
      setTimeout(() => {
        now--;
        res.end('ok');
      }, 20);
    });
    const url = await listen(server);
    const stages = [
      { durationMs: 0, level: 6 },
      { durationMs: 1_000, level: 6 },
      { durationMs: 0, level: 2 },
      { durationMs: 1_000, level: 2 },
    ];
    const ran = await run(url, { model: 'closed', stages, thinkTime: { minMs: 80, maxMs: 80 } });
    expect(most).toBe(6);
    const [first, second] = ran.seconds.map((s) => s.sent);
    // 6 users and 2, each 20 ms of waiting and 80 ms of pause: at most 60 and 20 a second.
    expect(first).toBeLessThanOrEqual(66);
    expect(second).toBeLessThanOrEqual(24);
    expect((first ?? 0) / (second ?? 1)).toBeGreaterThan(2);
    expect(ran.seconds[1]?.active).toBe(2);
  });

  it('stops soon when asked, keeping what was measured, whatever the server does', async () => {
    const url = await listen(raw((_socket, nth) => (nth < 10 ? ok : undefined)));
    const began = Date.now();
    const ran = await run(
      url,
      {
        stages: [
          { durationMs: 0, level: 40 },
          { durationMs: 60_000, level: 40 },
        ],
        requestTimeoutMs: 30_000,
      },
      [{}],
      600,
    );
    expect(Date.now() - began).toBeLessThan(10_000);
    expect(ran).toMatchObject({ outcome: 'stopped', count: 10, errors: {} });
  });

  it('stops when a threshold was broken for its hold', async () => {
    const url = await listen(http.createServer((_req, res) => setTimeout(() => res.end('ok'), 60)));
    const threshold = { metric: 'p95' as const, limit: 20, holdMs: 2_000, stop: true };
    const stages = [
      { durationMs: 0, level: 40 },
      { durationMs: 60_000, level: 40 },
    ];
    const ran = await run(url, { stages, thresholds: [threshold] });
    expect(ran.outcome).toBe('threshold');
    expect(ran.seconds.length).toBeLessThanOrEqual(4);
  });

  it('finds the step of a stress test at which the target gives out', async () => {
    // One request at a time, 10 ms each: 100 a second and no more.
    const waiting: http.ServerResponse[] = [];
    const serve = setInterval(() => waiting.shift()?.end('ok'), 10);
    closers.push(async () => clearInterval(serve));
    const url = await listen(http.createServer((_req, res) => void waiting.push(res)));
    const stress = { step: 2, stepMs: 1_000, maxLevel: 40, until: { errors: 0.01, growth: 0.1 } };
    const ran = await run(url, {
      kind: 'stress',
      model: 'closed',
      stages: [],
      stress,
      requestTimeoutMs: 5_000,
    });
    expect(ran.outcome).toBe('limit-found');
    expect(ran.limit).toMatchObject({ step: 2, level: 4, lastGoodLevel: 2, cause: 'throughput' });
    // Two users wait 20 ms each: within what a busy machine adds.
    expect(ran.limit?.throughput).toBeGreaterThan(30);
    expect(ran.limit?.throughput).toBeLessThan(110);
  });
});
