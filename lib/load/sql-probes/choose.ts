import type { PgStatement, PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';

/** Statements below this share of the total time are only taken while among the first `alwaysFirst`. */
const minShare = 0.01;
const alwaysFirst = 8;

/**
 * The statements worth probing, dearest first: those with at least 1 % of the database's statement time, and
 * the first 8 whatever their share. The caller stops when it has enough probes.
 */
export function chooseStatements(snapshot: PostgresSnapshot): PgStatement[] {
  const sorted = [...(snapshot.statements ?? [])].sort((a, b) => b.totalMs - a.totalMs);
  const total = Math.max(snapshot.statementsTotalMs, Number.MIN_VALUE);
  return sorted.filter((s, rank) => rank < alwaysFirst || s.totalMs / total >= minShare);
}

/**
 * How often each probe runs in the mix: proportional to the square root of its statement's calls, and at least a
 * tenth of the largest weight. The root keeps a statement called a million times from leaving no rounds to one
 * called a hundred times; the floor keeps every probe measured. Weights sum to about 1.
 */
export function weightsOf(calls: readonly number[]): number[] {
  const roots = calls.map((c) => Math.sqrt(Math.max(c, 0)));
  const floor = Math.max(...roots, 1) / 10;
  const bounded = roots.map((r) => Math.max(r, floor));
  const sum = bounded.reduce((a, b) => a + b, 0);
  return bounded.map((r) => Number((r / sum).toPrecision(4)));
}
