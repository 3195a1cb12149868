import type { ChangePlan } from '@/lib/contracts/change';
import type { CannotCheck, Finding } from '@/lib/contracts/finding';
import { shownShape } from '@/lib/targets/postgres/index-definition';
import { displayIdentifier } from '@/lib/targets/postgres/quote';
import { bytes, count, counted, finding, severityByShare, shortSql } from '../../finding';
import {
  leastMeanMs,
  leastShare,
  leastStatementSaving,
  leastWorkloadSaving,
} from '../../index-advice/advise';
import { fewestRows } from '../../index-advice/candidates';
import { leastCost } from '../../index-advice/costing';
import type { IndexAdvice, PostgresContext, Rule } from '../../types';

const id = 'postgres/missing-index';

/** Indexes that the workload of pg_stat_statements wants and the database has not. */
export const missingIndex: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Statements read whole tables for want of an index',
    kind: 'postgres',
    needs: ['pg_stat_statements'],
    thresholds: [
      {
        name: 'saving of a statement',
        value: leastStatementSaving,
        unit: 'ratio',
        source: 'Dexter, pganalyze',
      },
      {
        name: 'or saving of the workload',
        value: leastWorkloadSaving,
        unit: 'ratio',
        source: 'pganalyze, postgres-mcp',
      },
      {
        name: 'share of database time of such a statement',
        value: leastShare,
        unit: 'ratio',
        source: 'Ratchet',
      },
      { name: 'or its mean time', value: leastMeanMs, unit: 'ms', source: 'PgHero (slow query)' },
      {
        name: 'cost of the statement, planner units',
        value: leastCost,
        unit: '',
        source: 'Dexter (--min-cost)',
      },
      {
        name: 'rows of the table',
        value: fewestRows,
        unit: '',
        source: 'Ratchet: smaller tables are read whole at no cost',
      },
    ],
  },
  check(context) {
    const { advice, adviceMissing, target } = context;
    if (advice === null) return { findings: [], cannotCheck: [cannot(target, adviceMissing)] };
    return { findings: advice.indexes.map((a) => toFinding(context, a)) };
  },
};

function cannot(target: string, reason: string | null): CannotCheck {
  return {
    id,
    target,
    reason: reason ?? 'the statements of this database are not known',
    enable:
      reason ??
      "shared_preload_libraries = 'pg_stat_statements', restart, then CREATE EXTENSION pg_stat_statements;",
  };
}

function toFinding({ target, snapshot, statements }: PostgresContext, advice: IndexAdvice): Finding {
  const { schema, table, columns, expressions, method, gains } = advice;
  const subject = `${schema}.${table}`;
  const name = `${displayIdentifier(schema)}.${displayIdentifier(table)}`;
  const wanted = shownShape(advice);
  const share = Math.min(
    1,
    gains.reduce((sum, g) => sum + g.share, 0),
  );
  const gain = Math.min(
    1,
    gains.reduce((sum, g) => sum + g.share * g.saves, 0),
  );
  const facts = snapshot.tables.find((t) => t.schema === schema && t.name === table);
  const basis =
    advice.basis === 'hypopg'
      ? 'the planner with a hypothetical index (HypoPG)'
      : 'selectivity from pg_stats';
  const whole = !snapshot.indexes.some(
    (i) => i.schema === schema && i.table === table && i.columns[0] === columns[0],
  );
  const top = gains[0];
  const text = (queryId: string) => snapshot.statements?.find((s) => s.queryId === queryId)?.query ?? '';
  return finding(
    {
      id,
      severity: severityByShare(share),
      target,
      subject,
      title: `${name} is read ${whole ? 'whole' : 'far more than needed'} by ${counted(gains.length, 'statement')} for want of an index on ${wanted}`,
      detail:
        `The index would serve ${counted(gains.length, 'statement')} with ${(share * 100).toFixed(1)} % of all database time, on a table of ${count(facts?.rows ?? 0)} rows. ` +
        (top ? `The one that gains most: ${shortSql(text(top.queryId), 300)}` : ''),
      evidence: [
        { label: 'share of database time', value: share, unit: 'ratio' },
        { label: 'statements', value: gains.length, unit: '' },
        { label: 'calls', value: gains.reduce((sum, g) => sum + g.calls, 0), unit: '' },
        { label: 'counted', value: windowOf(statements, gains), unit: '' },
        ...(top ? [{ label: 'mean time of the first', value: top.meanMs, unit: 'ms' }] : []),
        { label: 'rows in the table', value: facts?.rows ?? 0, unit: '' },
        ...(facts && facts.seqScans > 0
          ? [{ label: 'rows read per sequential scan', value: facts.seqRows / facts.seqScans, unit: '' }]
          : []),
        ...(top
          ? [
              {
                label: 'rows returned per call of the first',
                value: rowsPerCall(snapshot, top.queryId),
                unit: '',
              },
            ]
          : []),
        ...(advice.writes.share === null
          ? []
          : [
              {
                label: 'share of row writes that must maintain it',
                value: advice.writes.share,
                unit: 'ratio',
              },
            ]),
        { label: 'write cost', value: advice.writes.words, unit: '' },
        ...advice.redundant.map((r) => ({
          label: 'makes redundant',
          value: `${displayIdentifier(r.schema)}.${displayIdentifier(r.name)} (${bytes(r.bytes)})`,
          unit: '',
        })),
        { label: 'estimated size', value: advice.sizeBytes, unit: 'bytes' },
        { label: 'estimated from', value: basis, unit: '' },
      ],
      weight: share,
      optimizations: ['postgres/create-index'],
      facts: {
        schema,
        table,
        method,
        columns,
        expressions,
        opclass: advice.opclass,
        include: advice.include,
        predicate: advice.predicate,
        unique: false,
        statements: gains.map((g) => g.queryId),
        gain,
        estimates: estimates(advice, gain, basis),
      },
    },
    distinctOf(advice),
  );
}

/** The times over which the statements that gain were counted, in words. */
function windowOf(statements: PostgresContext['statements'], gains: IndexAdvice['gains']): string {
  const gaining = new Set(gains.map((g) => g.queryId));
  return [...new Set(statements.flatMap((s) => (gaining.has(s.statement.queryId) ? s.window : [])))].join(
    '; where that holds too little, ',
  );
}

/** What tells two findings on one table apart; for a plain index its columns alone. */
function distinctOf({ columns, method, predicate }: IndexAdvice): string {
  const using = method === 'btree' ? '' : method;
  return `${using}(${columns.join(',')})${predicate === null ? '' : ` where ${predicate}`}`;
}

function estimates(advice: IndexAdvice, gain: number, basis: string): ChangePlan['estimates'] {
  const size = 'rows × (width of the columns + 12 bytes) ÷ fill factor 0.9, equal keys once';
  return [
    { label: 'size', value: advice.sizeBytes, unit: 'bytes', source: `${size}: ${bytes(advice.sizeBytes)}` },
    { label: 'saving of database time', value: gain, unit: 'ratio', source: basis },
  ];
}

function rowsPerCall(snapshot: PostgresContext['snapshot'], queryId: string): number {
  const statement = snapshot.statements?.find((s) => s.queryId === queryId);
  return statement ? statement.rows / Math.max(1, statement.calls) : 0;
}
