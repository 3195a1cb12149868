import { AppError } from '@/lib/contracts/error';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { analyseStatement, catalogueOf } from '@/lib/targets/postgres/sql/analyse';
import { splitStatements } from '@/lib/targets/postgres/sql/split';
import type { WorkloadStatement } from '../types';

/** Statements read from a file at most. */
const mostStatements = 1_000;

/** A statement of a file that is no part of the workload, and why. */
export interface Skipped {
  line: number;
  text: string;
  reason: string;
}

export interface FileWorkload {
  workload: (WorkloadStatement & { line: number })[];
  skipped: Skipped[];
}

/**
 * A workload out of a file of SQL statements separated by `;`. How often each runs is not known: all count once.
 * A statement that cannot be parsed, or that has no plan to improve, is skipped with the reason.
 * @throws AppError 'bad-input' with the line where a quote or comment is not closed, or when there is no statement.
 */
export async function readWorkload(
  text: string,
  file: string,
  snapshot: PostgresSnapshot,
): Promise<FileWorkload> {
  const catalogue = catalogueOf(snapshot);
  const statements = splitStatements(text, file);
  if (statements.length === 0) throw new AppError('bad-input', `${file}: holds no SQL statement.`);
  const workload: FileWorkload['workload'] = [];
  const skipped: Skipped[] = [];
  for (const [i, { line, sql }] of statements.entries()) {
    const skip = (reason: string) => skipped.push({ line, text: sql, reason });
    if (i >= mostStatements) {
      skip(`The file holds more than ${mostStatements} statements.`);
      continue;
    }
    try {
      const analysis = await analyseStatement(sql, catalogue);
      const statement = {
        queryId: `line ${line}`,
        query: sql,
        truncated: false,
        calls: 1,
        totalMs: 0,
        meanMs: 0,
        stddevMs: 0,
        minMs: 0,
        maxMs: 0,
        rows: 0,
        sharedBlksHit: 0,
        sharedBlksRead: 0,
        tempBlksWritten: 0,
        walBytes: 0,
      };
      workload.push({ statement, analysis, unsupported: null, line });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      skip(error.message);
    }
  }
  return { workload, skipped };
}
