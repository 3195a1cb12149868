import type { StatementRow, StatementsView } from '@/lib/contracts/database';
import type { ObserveQuery } from '@/lib/contracts/observe';
import { type PgStatement, PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { shortSql } from '@/lib/diagnose/finding';
import { mostStatements } from '@/lib/observe/collectors/postgres/history';
import type { Store } from '@/lib/store/client';
import { observed } from '../observed';

/** The statements of a database, those with most total time first. @throws AppError not-found */
export async function databaseStatements(store: Store, query: ObserveQuery): Promise<StatementsView> {
  const { target, takenAt, snapshot, findingsOn } = await observed(
    store,
    'postgres',
    PostgresSnapshot,
    query,
  );
  const totalMs = snapshot?.statementsTotalMs ?? 0;
  const blockBytes = Number(snapshot?.settings.find((s) => s.name === 'block_size')?.value ?? 8192);
  return {
    target,
    takenAt,
    missing: snapshot?.statementsMissing ?? null,
    since: snapshot?.statementsSince ?? null,
    totalMs,
    historyOf: mostStatements,
    statements: (snapshot?.statements ?? []).map((s) => ({
      ...statementRow(s, totalMs, blockBytes),
      findings: findingsOn(shortSql(s.query, 80)),
    })),
  };
}

/** A statement with what follows from its counters. */
export function statementRow(
  s: PgStatement,
  totalMs: number,
  blockBytes: number,
): Omit<StatementRow, 'findings'> {
  const blocks = s.sharedBlksHit + s.sharedBlksRead;
  return {
    queryId: s.queryId,
    query: s.query,
    truncated: s.truncated,
    calls: s.calls,
    meanMs: s.meanMs,
    stddevMs: s.stddevMs,
    minMs: s.minMs,
    maxMs: s.maxMs,
    totalMs: s.totalMs,
    share: totalMs > 0 ? Math.min(1, s.totalMs / totalMs) : 0,
    rows: s.rows,
    rowsPerCall: s.calls > 0 ? s.rows / s.calls : 0,
    hitRatio: blocks > 0 ? s.sharedBlksHit / blocks : null,
    tempBytes: s.tempBlksWritten * blockBytes,
    walBytes: s.walBytes,
  };
}
