import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HttpSnapshot } from '@/lib/contracts/http-snapshot';
import { testHttp } from '@/lib/targets/http/capabilities';
import { maxBodyBytes } from '@/lib/targets/http/connect';
import type { Collector } from '../../collector-types';
import { openHttp } from './collector';

/** A small service that counts its own requests in a Prometheus histogram, as a real one does. */
const counts = new Map<string, number>();
let connections = 0;
const server = http.createServer((request, response) => {
  const path = request.url ?? '';
  const status = path === '/fail' ? 503 : 200;
  if (path === '/metrics') response.end(metricsPage());
  else if (path === '/html') response.end('<!doctype html><p>hello');
  else if (path === '/redirect') response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
  else if (path === '/huge') response.end(Buffer.alloc(maxBodyBytes + 1));
  else if (path !== '/hang')
    response.writeHead(status, { 'cache-control': 'no-store' }).end('{"status":"ok"}');
  const key = `method="GET",route="${path}",status="${status}"`;
  counts.set(key, (counts.get(key) ?? 0) + 1);
});
server.on('connection', () => {
  connections += 1;
});
let base = '';

function metricsPage(): string {
  const lines = ['# TYPE http_request_duration_seconds histogram'];
  for (const [labels, n] of counts)
    for (const le of ['0.05', '+Inf'])
      lines.push(`http_request_duration_seconds_bucket{${labels},le="${le}"} ${n}`);
  return lines.join('\n');
}

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const connection = () => ({ kind: 'http' as const, baseUrl: base, headers: {} });
const signal = new AbortController().signal;
const read = async (collector: Collector) => {
  const { values, problem } = await collector.vitals(signal);
  return {
    problem,
    ...Object.fromEntries(values.map((v) => [`${v.metric} ${v.label ?? ''}`.trim(), v.value])),
  };
};
const aWhile = () => new Promise((resolve) => setTimeout(resolve, 150));
const call = async (path: string, times: number) => {
  for (let i = 0; i < times; i++) await (await fetch(base + path)).text();
};

describe('HTTP collector', () => {
  it('measures what users do from the metrics page, over one kept-alive connection', async () => {
    const collector = await openHttp(connection(), { metricsPath: '/metrics', probePath: '/health' });
    const before = connections;
    try {
      expect(await read(collector)).toEqual({ problem: undefined, 'http.probe': expect.any(Number) });
      await aWhile();
      expect(await read(collector)).toMatchObject({ 'http.requests': 0 });
      await aWhile();
      const own = connections - before;
      await call('/items', 30);
      await call('/fail', 10);
      const busy: Record<string, unknown> = await read(collector);
      expect(own).toBe(1);
      expect(busy['http.errors']).toBe(0.25);
      expect(busy['http.errors GET /items']).toBe(0);
      expect(busy['http.errors GET /fail']).toBe(1);
      expect(busy['http.p50']).toBeCloseTo(25, 9);
      expect(busy['http.requests']).toBeCloseTo((busy['http.requests GET /items'] as number) / 0.75, 6);
      expect(Object.keys(busy).filter((k) => /health|metrics/.test(k))).toEqual([]);
      const snapshot = HttpSnapshot.parse(await collector.snapshot(signal));
      expect(snapshot.probe).toMatchObject({
        path: '/health',
        status: 200,
        bytes: 15,
        headers: { 'cache-control': 'no-store' },
      });
      expect(snapshot).toMatchObject({
        histogram: 'http_request_duration_seconds',
        metricsMissing: null,
        windowSeconds: null,
      });
      expect(snapshot.routes.find((r) => r.name === 'GET /items')).toMatchObject({
        requests: 30,
        errors: 0,
        perSecond: null,
      });
    } finally {
      await collector.close();
    }
  });

  it('without a metrics page only the probe is measured', async () => {
    const collector = await openHttp(connection(), {});
    try {
      expect(await read(collector)).toEqual({ problem: undefined, 'http.probe': expect.any(Number) });
      expect(HttpSnapshot.parse(await collector.snapshot(signal))).toMatchObject({
        metricsMissing: expect.stringContaining('metricsPath'),
        routes: [],
      });
    } finally {
      await collector.close();
    }
  });

  it.each([
    [{ probePath: '/fail' }, /status 503/, false],
    [{ probePath: '/health', metricsPath: '/html' }, /Line 1 is not in Prometheus/, true],
    [{ probePath: '/health', metricsPath: '/fail' }, /status 503, not with metrics/, true],
  ])('says that a service answers, but not as it should: %o', async (options, problem, probed) => {
    const collector = await openHttp(connection(), options);
    try {
      const found = await read(collector);
      expect(found.problem).toMatch(problem);
      expect('http.probe' in found).toBe(probed);
    } finally {
      await collector.close();
    }
  });

  it.each([
    ['/hang', 'timeout'],
    ['/huge', 'unsupported'],
  ])('gives up on %s', async (probePath, code) => {
    const collector = await openHttp(connection(), { probePath });
    await expect(collector.vitals(signal)).rejects.toMatchObject({ code });
    await collector.close();
  });

  it('follows no redirect', async () => {
    const collector = await openHttp(connection(), { probePath: '/redirect' });
    expect(await read(collector)).toMatchObject({ problem: undefined, 'http.probe': expect.any(Number) });
    await collector.close();
  });

  it('tells what a service offers', async () => {
    const found = await testHttp(connection());
    expect(found.checks).toMatchObject([{ ok: true }, { name: 'Prometheus metrics', ok: true }]);
    const without = await testHttp(connection(), { metricsPath: '/html' });
    expect(without.checks[1]).toMatchObject({ ok: false, enable: expect.stringContaining('histogram') });
    await expect(testHttp({ ...connection(), baseUrl: 'http://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'unreachable',
    });
  });
});
