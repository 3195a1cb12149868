import { expect, it } from 'vitest';
import { parseThreshold } from './threshold-text';

it.each([
  ['p95<200', { metric: 'p95', limit: 200, holdMs: 10_000, stop: false }],
  ['errors < 1%', { metric: 'errors', limit: 0.01 }],
  ['errors<=0.5', { metric: 'errors', limit: 0.5 }],
  ['throughput>100/s', { metric: 'throughput', limit: 100 }],
  ['GET /a:b?x=1: p99<1.5s', { endpoint: 'GET /a:b?x=1', metric: 'p99', limit: 1_500 }],
  ['average<80ms for 30s stop', { metric: 'average', limit: 80, holdMs: 30_000, stop: true }],
])('%s', (text, expected) => {
  expect(parseThreshold(text)).toMatchObject(expected);
});

it.each(['', 'p96<1', 'p95>200', 'throughput<5', 'p95<200%', 'errors<5', 'p95<200 for 0s', 'p95<-1'])(
  'refuses %j and shows how',
  (text) => {
    expect(() => parseThreshold(text)).toThrow('for example p95<200');
  },
);
