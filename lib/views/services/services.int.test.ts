import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openCollector } from '@/lib/observe/collector';
import { observeOnce } from '@/lib/observe/observe-once';
import { saveSnapshot } from '@/lib/observe/save-snapshot';
import { actor } from '@/lib/optimize/testing/fixture';
import type { Store } from '@/lib/store/client';
import { addTarget, loadTarget } from '@/lib/targets/registry';
import { startTestStore } from '@/test/store';
import { serviceView } from './services';

/** Bounds, s, and the durations that each route's requests have taken. */
const bounds = [0.01, 0.1, 1];
const taken = new Map<string, { status: number; seconds: number[] }>();

function metricsPage(): string {
  if (taken.size === 0) return '# TYPE up gauge\nup 1';
  const lines = ['# TYPE http_request_duration_seconds histogram'];
  for (const [route, { status, seconds }] of taken)
    for (const le of [...bounds, Number.POSITIVE_INFINITY]) {
      const n = seconds.filter((s) => s <= le).length;
      const bound = Number.isFinite(le) ? le : '+Inf';
      lines.push(
        `http_request_duration_seconds_bucket{method="GET",route="${route}",status="${status}",le="${bound}"} ${n}`,
      );
    }
  return lines.join('\n');
}

const server = http.createServer((request, response) => {
  response.writeHead(200, { 'cache-control': 'no-store' });
  response.end(request.url === '/metrics' ? metricsPage() : 'ok');
});
let store: Store;
let stop: () => Promise<void>;
let targetId = 0;
const query = { stack: 'shop' };
const signal = new AbortController().signal;

beforeAll(async () => {
  ({ store, stop } = await startTestStore());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  targetId = await addTarget(store, actor, {
    stack: 'shop',
    name: 'api',
    connection: { kind: 'http', baseUrl: `http://127.0.0.1:${port}`, headers: {} },
    options: { metricsPath: '/metrics', probePath: '/health' },
  });
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await stop?.();
});

it('has no endpoints before the first reading, and says why there are none without requests', async () => {
  expect(await serviceView(store, query)).toMatchObject({ takenAt: null, endpoints: [], total: null });
  await observeOnce(store, targetId);
  expect(await serviceView(store, query)).toMatchObject({
    histogram: null,
    missing: expect.stringContaining('no histogram'),
    probe: { path: '/health', status: 200 },
  });
});

it('computes quantiles within the buckets, for the window between two readings, by endpoint and in all', async () => {
  taken.set('/slow', { status: 200, seconds: Array.from({ length: 40 }, () => 0.5) });
  const collector = await openCollector(await loadTarget(store, targetId), signal);
  try {
    await collector.snapshot(signal);
    // What is asked for: 100 requests of which 90 in (0.01, 0.1] and 10 in (0.1, 1]; and 100 that fail at once.
    const fast = [...Array.from({ length: 90 }, () => 0.05), ...Array.from({ length: 10 }, () => 0.5)];
    taken.set('/list', { status: 200, seconds: fast });
    taken.set('/fail', { status: 503, seconds: Array.from({ length: 100 }, () => 0.001) });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await saveSnapshot(store, targetId, 'http', new Date(), await collector.snapshot(signal));
  } finally {
    await collector.close();
  }
  const view = await serviceView(store, query);
  const of = (name: string) => view.endpoints.find((e) => e.name === name);
  // The 40 slow ones were before the window.
  expect(of('GET /slow')?.requests ?? 0).toBe(0);
  expect(of('GET /list')).toMatchObject({ requests: 100, errors: 0 });
  // Linear within the bucket, as histogram_quantile() does: rank 50 of 90 in (10, 100] ms, rank 95 is 5 of 10 in (100, 1000].
  expect(of('GET /list')?.p50).toBeCloseTo(10 + (90 * 50) / 90);
  expect(of('GET /list')?.p95).toBeCloseTo(100 + (900 * 5) / 10);
  expect(of('GET /fail')).toMatchObject({ requests: 100, errors: 1 });
  expect(view.total).toMatchObject({ requests: 200, errors: 0.5, share: 1 });
  expect(of('GET /list')?.share).toBeCloseTo(0.5);
  expect(view.windowSeconds).toBeGreaterThan(0.2);
});
