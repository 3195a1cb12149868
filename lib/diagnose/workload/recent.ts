import type { PgStatement, PgStatementBaseline, PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import type { JudgedStatement } from '../types';

/** From so many calls or so much time on, the recent past says how a statement is now. */
const enoughCalls = 100;
const enoughMs = 60_000;

/** What the statements of a database did since a baseline. */
export interface RecentStatements {
  /** `in the last 58 minutes`. */
  said: string;
  /** Database time of all statements in it, ms. */
  totalMs: number;
  /** Those that were counted at both ends, by queryid. Least, longest and deviation stay those of the whole count. */
  statements: ReadonlyMap<string, PgStatement>;
}

/** The difference between a snapshot and a baseline; null when they are not of one count. */
export function recentStatements(
  snapshot: PostgresSnapshot,
  baseline: PgStatementBaseline | null,
): RecentStatements | null {
  if (baseline === null || snapshot.statements === null || baseline.since !== snapshot.statementsSince)
    return null;
  const before = new Map(baseline.statements.map((s) => [s.queryId, s]));
  const statements = new Map<string, PgStatement>();
  for (const s of snapshot.statements) {
    const b = before.get(s.queryId);
    const since = b && difference(s, b);
    if (since) statements.set(s.queryId, since);
  }
  // What the server has forgotten of other statements may make the total too small.
  const least = [...statements.values()].reduce((sum, s) => sum + s.totalMs, 0);
  const seconds = Math.round((Date.parse(snapshot.takenAt) - Date.parse(baseline.takenAt)) / 1_000);
  return {
    said: `in the last ${duration(seconds)}`,
    totalMs: Math.max(least, snapshot.statementsTotalMs - baseline.totalMs),
    statements,
  };
}

/** Null when a counter went back: the server forgot the statement, and counts it anew. */
function difference(s: PgStatement, b: PgStatementBaseline['statements'][number]): PgStatement | null {
  const calls = s.calls - b.calls;
  const totalMs = s.totalMs - b.totalMs;
  const parts = {
    rows: s.rows - b.rows,
    sharedBlksHit: s.sharedBlksHit - b.sharedBlksHit,
    sharedBlksRead: s.sharedBlksRead - b.sharedBlksRead,
    tempBlksWritten: s.tempBlksWritten - b.tempBlksWritten,
    walBytes: s.walBytes - b.walBytes,
  };
  if (calls < 0 || totalMs < 0 || Object.values(parts).some((v) => v < 0)) return null;
  return { ...s, ...parts, calls, totalMs, meanMs: totalMs / Math.max(1, calls) };
}

function duration(seconds: number): string {
  if (seconds < 120) return `${seconds} seconds`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 180) return `${minutes} minutes`;
  return minutes < 2 * 24 * 60
    ? `${Math.round(minutes / 60)} hours`
    : `${Math.round(minutes / (24 * 60))} days`;
}

/** Since when the statements are counted, in words. */
export function sinceReset({ statementsSince }: PostgresSnapshot): string {
  return statementsSince === null
    ? 'since the statistics were last reset'
    : `since the statistics were reset on ${statementsSince.slice(0, 16).replace('T', ' ')} UTC`;
}

/**
 * The statements of a database as they are to be judged, those with the largest share of its time first: by the recent past
 * where it holds enough calls or time of the statement, so that what was mended an hour ago counts as mended, else by all
 * that was counted.
 */
export function judgedStatements(
  snapshot: PostgresSnapshot,
  recent: RecentStatements | null,
): JudgedStatement[] {
  const whole = sinceReset(snapshot);
  const shareOf = (ms: number, of: number) => Math.min(1, ms / Math.max(of, 1e-9));
  return (snapshot.statements ?? [])
    .map((s): JudgedStatement => {
      const now = recent?.statements.get(s.queryId);
      return recent && now && (now.calls >= enoughCalls || now.totalMs >= enoughMs)
        ? { statement: now, counted: s, share: shareOf(now.totalMs, recent.totalMs), window: recent.said }
        : { statement: s, counted: s, share: shareOf(s.totalMs, snapshot.statementsTotalMs), window: whole };
    })
    .sort((a, b) => b.share - a.share);
}
