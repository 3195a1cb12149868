import type { Goal, RecordSegment, TrialRecord } from '@/lib/contracts/trial-record';
import { type Random, seededRandom } from '@/lib/stats/random';

export interface SimulationOptions {
  seed: number;
  rounds: number;
  /** True ratio after ÷ before of every latency; 1 is an A/A. */
  effect?: number;
  endpoints?: number;
  requestsPerSegment?: number;
  goal?: Goal;
  margin?: number;
  /** Share of requests that fail, in both arms. */
  errorRate?: number;
  /** Share of the load that is the endpoint's own instead of common to all, 0…1. */
  ownLoad?: number;
}

/** Latency of a request = exp(base + load + drift + burst + own noise); all in logarithms of ms. */
const noise = {
  own: 0.3,
  load: 0.145,
  persistence: 0.98,
  drift: 0.25,
  burst: 0.3,
  burstsPerTrial: 6,
  burstLength: 60,
};

/** Name of the i-th simulated endpoint. */
export const endpointName = (i: number) => `GET /e${i}`;

/**
 * A trial on a machine as machines are: load that remembers itself (AR(1) from request to request), a drift
 * over the trial that bends once, bursts in which everything is slower, and lognormal requests.
 * The after arm differs by `effect` and by nothing else.
 */
export function simulateRecord(o: SimulationOptions): TrialRecord {
  const random = seededRandom(o.seed, 77);
  const perSegment = o.requestsPerSegment ?? 50;
  const names = Array.from({ length: o.endpoints ?? 1 }, (_, i) => endpointName(i));
  const orders = Array.from({ length: o.rounds }, () => (random.next() < 0.5 ? 'ABBA' : 'BAAB'));
  const total = o.rounds * 4 * perSegment;
  const machine = machineLoad(random, total);
  const own = names.map(() => machineLoad(random, total));
  const share = o.ownLoad ?? 0.3;
  const base = names.map(() => 1 + random.next() * 2);
  const segments: RecordSegment[] = [];
  let at = 0;
  let clock = 1_767_225_600_000;
  orders.forEach((order, round) => {
    for (const letter of order) {
      const arm = letter === 'A' ? 'before' : 'after';
      const shift = arm === 'after' ? Math.log(o.effect ?? 1) : 0;
      let busy = 0;
      const endpoints: RecordSegment['endpoints'] = {};
      names.forEach((name, e) => {
        const latenciesMs: number[] = [];
        let errors = 0;
        for (let i = 0; i < perSegment; i++) {
          const level = (1 - share) * (machine[at + i] ?? 0) + share * (own[e]?.[at + i] ?? 0);
          const ms = Math.exp((base[e] ?? 1) + level + shift + noise.own * random.normal());
          latenciesMs.push(Number(ms.toFixed(4)));
          busy += ms;
          if (random.next() < (o.errorRate ?? 0)) errors++;
        }
        endpoints[name] = { errors, latenciesMs };
      });
      at += perSegment;
      const durationMs = Math.max(1, busy / 4);
      segments.push({
        round,
        order: segments.length,
        arm,
        startedAt: new Date(clock).toISOString(),
        durationMs,
        endpoints,
      });
      clock += Math.round(durationMs);
    }
  });
  return {
    schema: 1,
    margin: o.margin ?? 0.05,
    seed: o.seed,
    design: 'interleaved',
    control: [],
    ...(o.goal ? { goal: o.goal } : {}),
    segments,
  };
}

/** Load of the machine at each of `n` requests in a row, in logarithms. */
function machineLoad(random: Random, n: number): Float64Array {
  const load = new Float64Array(n);
  const step = noise.load * Math.sqrt(1 - noise.persistence ** 2);
  let level = noise.load * random.normal();
  const bend = random.next();
  const slopes = [noise.drift * random.normal(), noise.drift * random.normal()];
  let drift = 0;
  let burst = 0;
  for (let i = 0; i < n; i++) {
    level = noise.persistence * level + step * random.normal();
    drift += (slopes[i / n < bend ? 0 : 1] ?? 0) / n;
    if (burst === 0 && random.next() < noise.burstsPerTrial / n)
      burst = 1 + random.below(2 * noise.burstLength);
    load[i] = level + drift + (burst > 0 ? noise.burst : 0);
    if (burst > 0) burst--;
  }
  return load;
}
