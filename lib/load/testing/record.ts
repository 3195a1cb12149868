import type { LoadProfile } from '../../contracts/load';
import type { ErrorCounts, LoadRecord, LoadSecond } from '../../contracts/load-record';
import { encodeHistogram, newHistogram, recordMs } from '../../stats/histogram';

/** What one second of a made record holds. */
export interface MadeSecond {
  /** By endpoint, ms. */
  latencies: Record<string, readonly number[]>;
  errors?: Record<string, ErrorCounts>;
  level?: number;
  dropped?: number;
}

export const madeProfile: LoadProfile = {
  kind: 'rate',
  model: 'open',
  startLevel: 10,
  stages: [{ durationMs: 10_000, level: 10 }],
  thinkTime: { minMs: 0, maxMs: 0 },
  thresholds: [],
  requestTimeoutMs: 30_000,
  keepAlive: true,
  http: '1.1',
  maxInFlight: 2_000,
  maxBodyBytes: 1_000_000,
  slo: { latencyMs: 200 },
};

/** A record of known latencies, for tests. */
export function makeRecord(seconds: readonly MadeSecond[], over: Partial<LoadRecord> = {}): LoadRecord {
  return {
    schema: 'ratchet.load/1',
    title: 'made',
    source: { tool: 'ratchet' },
    startedAt: '2026-11-23T19:00:00.000Z',
    endedAt: '2026-11-23T19:10:00.000Z',
    outcome: 'completed',
    reason: null,
    target: { name: 'svc', origin: 'http://127.0.0.1:8080' },
    model: 'open',
    plan: {
      target: { name: 'svc', baseUrl: 'http://127.0.0.1:8080' },
      probes: [{ name: 'GET /a', method: 'GET', path: '/a', headers: {}, weight: 1, rows: [] }],
      seed: 1,
      profile: madeProfile,
    },
    workloadHash: 'w',
    machine: { cores: 2, cpuModel: 'cpu', memoryBytes: 1, os: 'linux', node: 'v20' },
    seconds: seconds.map(madeSecond),
    resources: [],
    limit: null,
    coordinatedOmission: null,
    generatorLimited: null,
    ...over,
  };
}

function madeSecond({ latencies, errors = {}, level = 10, dropped = 0 }: MadeSecond, t: number): LoadSecond {
  const endpoints = Object.fromEntries(
    Object.entries(latencies).map(([name, list]) => {
      const histogram = newHistogram();
      for (const ms of list) recordMs(histogram, ms);
      return [
        name,
        { count: list.length, errors: errors[name] ?? {}, bytes: 10, histogram: encodeHistogram(histogram) },
      ];
    }),
  );
  const sent = Object.values(latencies).reduce((sum, list) => sum + list.length, 0);
  return {
    t,
    durationMs: 1000,
    level,
    offered: sent + dropped,
    sent,
    dropped,
    active: 1,
    longestGapMs: 0,
    endpoints,
    generator: { cpuShare: 0.1, loopDelayP99Ms: 1, lateSends: 0 },
  };
}
