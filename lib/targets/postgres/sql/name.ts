import { createHash } from 'node:crypto';
import type { StatementAnalysis } from '@/lib/contracts/statement';

/**
 * A short readable label for a statement, stable for the same text (a queryid is not: see textKey): `tasks by user_id #3fa1`,
 * `update pgbench_accounts by aid #91c2`. Adds digits of the hash until it is not among `taken`.
 */
export function probeName(analysis: StatementAnalysis, queryId: string, taken: ReadonlySet<string>): string {
  const label = [verb(analysis), tables(analysis), by(analysis)].filter((s) => s !== '').join(' ');
  const hash = analysis.fingerprint ?? createHash('sha256').update(queryId).digest('hex');
  for (let digits = 4; digits < hash.length; digits += 2) {
    const name = `${label} #${hash.slice(0, digits)}`;
    if (!taken.has(name)) return name;
  }
  return `${label} #${hash}`;
}

function verb(a: StatementAnalysis): string {
  return a.verb === 'select' ? (a.hasAggregate ? 'aggregate' : '') : a.verb;
}

function tables(a: StatementAnalysis): string {
  const names = [...new Set(a.tables.map((t) => shorten(t.name)))];
  const rest = names.length - 2;
  return names.slice(0, 2).join(' + ') + (rest > 0 ? ` + ${rest} more` : '');
}

function by(a: StatementAnalysis): string {
  if (a.verb === 'insert') return '';
  const filters = [...a.predicates].sort((x, y) => Number(y.conjunctive) - Number(x.conjunctive));
  const columns = [...new Set(filters.map((p) => shorten(p.column)))];
  if (columns.length > 0) return `by ${columns.slice(0, 3).join(', ')}${columns.length > 3 ? ', …' : ''}`;
  const order = a.orderBy[0];
  return order ? `ordered by ${shorten(order.column)}` : '';
}

function shorten(name: string): string {
  return name.length > 30 ? `${name.slice(0, 29)}…` : name;
}
