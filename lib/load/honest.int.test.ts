import net, { type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { LoadProfile } from '../contracts/load';
import type { LoadFigures } from '../contracts/load-record';
import { profileOf } from './profiles';
import { runLoad } from './run-load';
import { summaryOf } from './summary';

// Long enough that a busy machine does not matter; `npm run bench -- load` has 1 s in 5 s at 500/s.
const serviceMs = 200;
const periodMs = 10_000;
const stallMs = 2_000;
const answer = Buffer.from('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
let server: net.Server;
let url = '';

beforeAll(async () => {
  // Answers after 200 ms, but nothing for the first two of every ten seconds; the first request comes four before those.
  let began: number | null = null;
  server = net.createServer((socket) => {
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.on('data', () => {
      began ??= performance.now() - (periodMs - 4_000);
      const phase = (performance.now() - began) % periodMs;
      // As cheap as can be: after a stall some hundred are answered at once.
      setTimeout(() => socket.write(answer), serviceMs + Math.max(0, stallMs - phase));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

const run = async (profile: LoadProfile) => {
  const record = await runLoad({
    plan: {
      profile,
      seed: 1,
      target: { name: 'svc', baseUrl: url },
      probes: [{ name: 'GET /', method: 'GET', path: '/', headers: {}, weight: 1, rows: [] }],
    },
    title: 'honest',
    allowedOrigins: [url],
    allowRemote: false,
  });
  return { record, summary: summaryOf(record) };
};

/** Of requests that come evenly, a share of stall ÷ period waits, for a time spread evenly over the stall. */
const truth = (q: number) => serviceMs + Math.max(0, q - (1 - stallMs / periodMs)) * periodMs;
const quantiles = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;
/** Largest relative distance of a quantile from the truth. */
const furthest = (of: Pick<LoadFigures, keyof typeof quantiles>) =>
  Math.max(
    ...Object.entries(quantiles).map(([name, q]) =>
      Math.abs((of[name as keyof typeof quantiles] ?? 0) / truth(q) - 1),
    ),
  );

it('tells the tails of a server that stalls, and of what users who waited did not send', async () => {
  const [open, closed] = await Promise.all([
    run(profileOf('rate', { rate: 200, seconds: 10 })),
    run(profileOf('endurance', { users: 4, seconds: 10 })),
  ]);
  expect(furthest(open.summary.total)).toBeLessThan(0.05);
  expect(open.summary.total.count).toBe(2_000);
  for (const second of open.record.seconds.slice(0, 10))
    expect(Math.abs(second.offered - 200)).toBeLessThanOrEqual(2);
  expect(open.record.coordinatedOmission).toBeNull();

  // Four users wait out a stall with one request each.
  const { total, corrected } = closed.summary;
  expect(total.p95).toBeLessThan(truth(0.95) / 2);
  expect(closed.record.coordinatedOmission?.stalls.length).toBeGreaterThanOrEqual(1);
  expect(corrected).not.toBeNull();
  if (corrected) expect(furthest(corrected)).toBeLessThan(0.15);
});

it('says when the generator and not the target was the limit, and then nothing of the target', async () => {
  const { record } = await run({
    // More than one thread can send; and so much room that the target, slow as it is, is not what ends it.
    ...profileOf('rate', { rate: 400_000, seconds: 5 }),
    maxInFlight: 20_000,
    requestTimeoutMs: 2_000,
  });
  expect(record.outcome).toBe('generator-limited');
  expect(record.generatorLimited?.from).toBeLessThanOrEqual(2);
});
