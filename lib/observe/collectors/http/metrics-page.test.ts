import { describe, expect, it } from 'vitest';
import { MetricsPage } from './metrics-page';

interface Line {
  route: string;
  method?: string;
  status?: string;
  /** Requests within 10 ms, 100 ms, and in all. */
  counts: [number, number, number];
}

function page(lines: Line[], started = 1): string {
  const text = ['# TYPE http_request_duration_seconds histogram', `process_start_time_seconds ${started}`];
  for (const { route, method = 'GET', status = '200', counts } of lines) {
    ['0.01', '0.1', '+Inf'].forEach((le, i) => {
      text.push(
        `http_request_duration_seconds_bucket{le="${le}",method="${method}",route="${route}",status="${status}"} ${counts[i]}`,
      );
    });
  }
  return text.join('\n');
}

function follow(paths = { metricsPath: '/metrics', probePath: '/health' }) {
  const metrics = new MetricsPage(paths);
  let at = 0;
  return (text: string, probes = 0) => {
    at += 5_000;
    return metrics.next({ text, startedAt: at, endedAt: at, probes });
  };
}

describe('MetricsPage', () => {
  it('gives throughput, quantiles and errors of the time between two scrapes, by route and in total', () => {
    const next = follow();
    expect(next(page([{ route: '/a', counts: [1000, 2000, 2000] }]))).toBeNull();
    const routes = next(
      page([
        { route: '/a', counts: [1050, 2090, 2090] },
        { route: '/a', status: '503', counts: [0, 10, 10] },
        { route: '/b', method: 'post', counts: [100, 100, 100] },
      ]),
    );
    expect(routes?.map((r) => [r.name, r.requests, r.perSecond, r.errors])).toEqual([
      ['', 200, 40, 0.05],
      ['GET /a', 100, 20, 0.1],
      ['POST /b', 100, 20, 0],
    ]);
    // /a: 50 within 10 ms and 50 more within 100 ms. p50 is at 10 ms, p95 nine tenths on.
    expect(routes?.[1]?.p50).toBeCloseTo(10, 9);
    expect(routes?.[1]?.p95).toBeCloseTo(10 + 0.9 * 90, 9);
    expect(routes?.[2]?.p99).toBeCloseTo(9.9, 9);
  });

  it('measures nothing in an interval without requests, but that there were none', () => {
    const next = follow();
    next(page([{ route: '/a', counts: [1, 2, 2] }]));
    expect(next(page([{ route: '/a', counts: [1, 2, 2] }]))?.[0]).toEqual({
      name: '',
      requests: 0,
      perSecond: 0,
      p50: null,
      p95: null,
      p99: null,
      errors: null,
    });
  });

  it('starts anew after a restart, whether its counters went back or a clock says so', () => {
    const next = follow();
    next(page([{ route: '/a', counts: [100, 100, 100] }]));
    expect(next(page([{ route: '/a', counts: [1, 1, 1] }]))).toBeNull();
    expect(next(page([{ route: '/a', counts: [900_000, 900_000, 900_000] }], 2))).toBeNull();
    expect(next(page([], 2))).toBeNull();
    expect(next(page([{ route: '/a', counts: [5, 5, 5] }], 2))?.[0]?.perSecond).toBe(1);
  });

  it("leaves out the metrics page, and Ratchet's own probes", () => {
    const next = follow();
    next(
      page([
        { route: '/health', counts: [10, 10, 10] },
        { route: '/metrics', counts: [3, 3, 3] },
      ]),
      10,
    );
    const quiet = next(
      page([
        { route: '/health', counts: [11, 11, 11] },
        { route: '/metrics', counts: [4, 4, 4] },
      ]),
      11,
    );
    expect(quiet?.map((r) => [r.name, r.requests])).toEqual([['', 0]]);
    const busy = next(
      page([
        { route: '/health', counts: [22, 22, 22] },
        { route: '/metrics', counts: [5, 5, 5] },
      ]),
      12,
    );
    expect(busy?.map((r) => [r.name, r.requests])).toEqual([
      ['', 10],
      ['GET /health', 10],
    ]);
  });

  it('does not call errors zero where the histogram has no status', () => {
    const text = (n: number) =>
      `# TYPE http_server_duration_milliseconds histogram
http_server_duration_milliseconds_bucket{le="5",http_route="/x"} ${n}
http_server_duration_milliseconds_bucket{le="+Inf",http_route="/x"} ${n}`;
    const next = follow();
    next(text(0));
    expect(next(text(10))?.[1]).toMatchObject({ name: '/x', p50: 2.5, errors: null });
  });

  it('a page without such a histogram measures nothing', () => {
    const next = follow();
    expect(next('up 1')).toBeNull();
    expect(next('up 1')).toBeNull();
  });

  it('a snapshot covers the time since the last one, at first since the start', () => {
    const metrics = new MetricsPage({});
    const at = (t: number, n: number) =>
      metrics.snapshot({
        text: page([{ route: '/a', counts: [n, n, n] }]),
        startedAt: t,
        endedAt: t,
        probes: 0,
      });
    expect(at(0, 500)).toMatchObject({
      windowSeconds: null,
      routes: [{ requests: 500, perSecond: null }, {}],
    });
    expect(at(60_000, 620)).toMatchObject({
      windowSeconds: 60,
      routes: [{ requests: 120, perSecond: 2 }, {}],
    });
  });
});
