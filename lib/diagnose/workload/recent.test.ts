import { expect, it } from 'vitest';
import type { PgStatementBaseline, PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { pgSnapshot, pgStatement } from '@/test/postgres-facts';
import { judgedStatements, recentStatements } from './recent';

const since = '2026-11-20T14:03:12.000Z';
const statement = (queryId: string, calls: number, totalMs: number, rows = calls) =>
  pgStatement(`select ${queryId}`, { queryId, calls, totalMs, rows, meanMs: totalMs / calls, maxMs: 900 });
const snapshot = (
  statements: PostgresSnapshot['statements'],
  statementsTotalMs: number,
): PostgresSnapshot => ({
  ...pgSnapshot(),
  takenAt: '2026-11-24T10:58:00.000Z',
  statementsSince: since,
  statementsTotalMs,
  statements,
});
const baseline = (
  statements: PgStatementBaseline['statements'],
  totalMs: number,
  over: Partial<PgStatementBaseline> = {},
): PgStatementBaseline => ({ takenAt: '2026-11-24T10:00:00.000Z', since, totalMs, statements, ...over });

const said = (now: PostgresSnapshot, before: PgStatementBaseline | null) =>
  Object.fromEntries(
    judgedStatements(now, recentStatements(now, before)).map((s) => [
      s.statement.queryId,
      [s.statement.calls, s.statement.meanMs, s.share, s.window],
    ]),
  );
const lately = 'in the last 58 minutes';
const inAll = 'since the statistics were reset on 2026-11-20 14:03 UTC';

it('judges by the difference where it holds a hundred calls or a minute, else by all that was counted', () => {
  const now = snapshot(
    [
      statement('mended', 10_200, 1_000_400),
      statement('rare', 150, 90_000),
      statement('long', 20, 200_000),
      statement('new', 500, 5_000),
      statement('again', 50, 100),
    ],
    2_000_000,
  );
  const before = baseline(
    [
      statement('mended', 10_000, 1_000_000),
      statement('rare', 51, 40_000),
      statement('long', 12, 100_000),
      statement('again', 80, 800),
    ],
    1_600_000,
  );
  expect(said(now, before)).toEqual({
    mended: [200, 2, 400 / 400_000, lately],
    rare: [150, 600, 0.045, inAll],
    long: [8, 12_500, 0.25, lately],
    // Not there before, and forgotten in between: what is counted of them began later than the window can tell.
    new: [500, 10, 0.0025, inAll],
    again: [50, 2, 0.00005, inAll],
  });
});

it('orders by share, and no share is above one although the server forgot other statements', () => {
  const now = snapshot([statement('a', 1_000, 1_000_000), statement('b', 900, 9_000)], 1_000_000);
  const before = baseline([statement('a', 900, 999_000), statement('b', 100, 1_000)], 1_200_000);
  const judged = judgedStatements(now, recentStatements(now, before));
  expect(judged.map((s) => [s.statement.queryId, s.share])).toEqual([
    ['b', 8_000 / 9_000],
    ['a', 1_000 / 9_000],
  ]);
  expect(judged[1]).toMatchObject({
    counted: { calls: 1_000 },
    statement: { calls: 100, meanMs: 10, maxMs: 900 },
  });
});

it('does not compare across a reset, and goes by all without a baseline', () => {
  const now = snapshot([statement('a', 1_000, 50_000)], 100_000);
  const before = baseline([statement('a', 500, 10_000)], 20_000, { since: '2026-11-19T00:00:00.000Z' });
  for (const none of [null, before]) expect(said(now, none)).toEqual({ a: [1_000, 50, 0.5, inAll] });
  expect(said({ ...now, statementsSince: null }, null)).toEqual({
    a: [1_000, 50, 0.5, 'since the statistics were last reset'],
  });
  const old = baseline([statement('a', 500, 10_000)], 20_000, { takenAt: '2026-11-24T04:58:00.000Z' });
  expect(said(now, old).a?.[3]).toBe('in the last 6 hours');
});
