import type pg from 'pg';
import type { TrialRecord } from '@/lib/contracts/trial-record';
import type { Verdict } from '@/lib/contracts/verdict';
import { judgeRecord } from '@/lib/prove/verdict/judge';
import { geometricMean } from '@/lib/stats/geometric-mean';
import { seededRandom } from '@/lib/stats/random';
import { type Arm, inArm, planOf, timed } from './advise-arms';

export interface TimedStatement {
  name: string;
  sql: string;
  /** Longer runs are ended and count with this, ms. */
  limitMs: number;
}

/** All statements once in one arm. */
interface Segment {
  round: number;
  order: number;
  /** Place of the arm among those that were timed. */
  arm: number;
  startedAt: string;
  durationMs: number;
  ms: Record<string, number>;
}

/** As many as a trial has by default: fewer cannot show the harm of one statement among 22 (Holm). */
export const rounds = 12;
/** What is slower or faster by less is no difference. */
const margin = 0.1;

/**
 * Times the statements in several arms. Each round holds every arm twice: in an order drawn anew, and then in its
 * reverse, so that a steady drift of the machine cancels.
 */
export async function timeRounds(
  client: pg.Client,
  o: {
    statements: readonly TimedStatement[];
    all: Arm;
    arms: readonly Arm[];
    rounds?: number;
    seed: number;
  },
): Promise<Segment[]> {
  const random = seededRandom(o.seed);
  const segments: Segment[] = [];
  for (let round = 0; round < (o.rounds ?? rounds); round++) {
    const places = o.arms.map((_, i) => i);
    for (let i = places.length - 1; i > 0; i--) {
      const j = random.below(i + 1);
      [places[i], places[j]] = [places[j] ?? 0, places[i] ?? 0];
    }
    for (const arm of [...places, ...places.toReversed()]) {
      const startedAt = new Date().toISOString();
      const since = performance.now();
      const ms = await segmentOf(client, o.statements, o.all, o.arms[arm] ?? o.all);
      const durationMs = performance.now() - since;
      segments.push({ round, order: segments.length, arm, startedAt, durationMs, ms });
    }
  }
  return segments;
}

async function segmentOf(
  client: pg.Client,
  statements: readonly TimedStatement[],
  all: Arm,
  arm: Arm,
): Promise<Record<string, number>> {
  return inArm(client, all, arm, async () => {
    // The catalogue is read again after a drop: not part of what a statement takes.
    for (const { sql } of statements) await planOf(client, sql);
    const ms: Record<string, number> = {};
    for (const s of statements) ms[s.name] = await timed(client, s.sql, s.limitMs);
    return ms;
  });
}

/** The verdict that Ratchet reaches on one arm against another: each statement is a guard, the goal is their geometric mean. */
export function judged(segments: readonly Segment[], before: number, after: number, seed: number): Verdict {
  const record: TrialRecord = {
    schema: 1,
    margin,
    seed,
    design: 'interleaved',
    control: [],
    segments: segments
      .filter((s) => s.arm === before || s.arm === after)
      .map(({ round, order, arm, startedAt, durationMs, ms }) => ({
        round,
        order,
        arm: arm === before ? ('before' as const) : ('after' as const),
        startedAt,
        durationMs,
        endpoints: Object.fromEntries(
          Object.entries(ms).map(([name, value]) => [name, { errors: 0, latenciesMs: [value] }]),
        ),
      })),
  };
  return judgeRecord(record);
}

/** Times of a statement in an arm, ms. */
export function timesOf(segments: readonly Segment[], arm: number, name: string): number[] {
  return segments.flatMap((s) => (s.arm === arm ? (s.ms[name] ?? []) : []));
}

/** A statement that takes longer than this as it was is timed once in each arm, ms. */
const slowMs = 3_000;
/** One that takes longer than this is ended, and counts with this, ms. */
const longestMs = 300_000;

export interface Measured {
  name: string;
  /** Mean (geometric, over rounds) in each arm, ms. */
  ms: number[];
  /** Of how many times faster the last arm is than the first; empty for what was timed once. */
  interval: string;
  verdict: string;
}

/** The time of every statement in every arm; the last arm is judged against the first. */
export async function measureAll(
  client: pg.Client,
  sqls: readonly string[],
  all: Arm,
  arms: readonly Arm[],
): Promise<Measured[]> {
  const statements = sqls.map((sql, i) => ({ name: `Q${i + 1}`, sql, limitMs: longestMs }));
  const [first = all] = arms;
  const once = await segmentOf(client, statements, all, first);
  const isSlow = ({ name }: { name: string }) => (once[name] ?? 0) > slowMs;
  const o = { all, arms, seed: 1_000 };
  const fast = await timeRounds(client, { ...o, statements: statements.filter((s) => !isSlow(s)) });
  const slow = [once];
  for (const arm of arms.slice(1)) slow.push(await segmentOf(client, statements.filter(isSlow), all, arm));
  const verdict = judged(fast, 0, arms.length - 1, o.seed);
  return statements.map(({ name }) => {
    const ms = arms.map((_, arm) =>
      isSlow({ name }) ? (slow[arm]?.[name] ?? longestMs) : geometricMean(timesOf(fast, arm, name)),
    );
    const row = verdict.endpoints.find((e) => e.endpoint === name);
    const interval = row ? `${(1 / row.p50.high).toFixed(2)}–${(1 / row.p50.low).toFixed(2)}` : '';
    return { name, ms, interval, verdict: row?.verdict ?? 'timed once' };
  });
}
