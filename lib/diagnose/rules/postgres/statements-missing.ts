import type { CannotCheck } from '@/lib/contracts/finding';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';

/** What a rule says that needs the statements of a database which does not show them. */
export function statementsMissing(id: string, target: string, snapshot: PostgresSnapshot): CannotCheck {
  const enable = snapshot.statementsMissing ?? 'CREATE EXTENSION pg_stat_statements;';
  return {
    id,
    target,
    reason: 'The statements of this database are not known: pg_stat_statements does not show them.',
    enable,
  };
}
