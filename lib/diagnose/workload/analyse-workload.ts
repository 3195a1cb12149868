import { AppError } from '@/lib/contracts/error';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { analyseStatement, catalogueOf } from '@/lib/targets/postgres/sql/analyse';
import type { WorkloadStatement } from '../types';

/** Statements parsed at most, those with most total time. */
export const mostStatements = 200;

/**
 * Parses the statements of a snapshot, costliest first. One that cannot be parsed (cut off, utility command)
 * carries the reason instead; it does not stop the others.
 */
export async function analyseWorkload(snapshot: PostgresSnapshot): Promise<WorkloadStatement[]> {
  const catalogue = catalogueOf(snapshot);
  const statements = [...(snapshot.statements ?? [])]
    .sort((a, b) => b.totalMs - a.totalMs)
    .slice(0, mostStatements);
  const analysed: WorkloadStatement[] = [];
  for (const statement of statements) {
    if (statement.truncated) {
      analysed.push({
        statement,
        analysis: null,
        unsupported: 'the text is cut off by track_activity_query_size',
      });
      continue;
    }
    try {
      analysed.push({
        statement,
        analysis: await analyseStatement(statement.query, catalogue),
        unsupported: null,
      });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      analysed.push({ statement, analysis: null, unsupported: error.message });
    }
  }
  return analysed;
}
