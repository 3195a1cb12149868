import { finding, severityByShare, shortSql } from '../../finding';
import { shown, tableOf } from '../../tables';
import type { PostgresContext, Rule, WorkloadStatement } from '../../types';
import { statementsMissing } from './statements-missing';

const id = 'postgres/materialized-view-candidate';
const slowMs = 50;
const leastShare = 0.05;
const fewestCalls = 5;
const readsPerWrite = 10;

/** Whether a statement is one whose result might be kept: costly, and it joins and aggregates. */
export function isCandidate({ statement, analysis, share = 0 }: WorkloadStatement): boolean {
  return (
    analysis?.verb === 'select' &&
    analysis.hasAggregate &&
    analysis.tables.length >= 2 &&
    statement.meanMs >= slowMs &&
    statement.calls >= fewestCalls &&
    share >= leastShare
  );
}

/** Costly aggregates over joins of tables that are read far more than written. */
export const materializedViewCandidate: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Costly aggregates over tables that change little',
    kind: 'postgres',
    needs: ['pg_stat_statements'],
    thresholds: [
      { name: 'mean time', value: slowMs, unit: 'ms', source: 'Ratchet' },
      { name: 'share of database time', value: leastShare, unit: 'ratio', source: 'Ratchet' },
      { name: 'calls', value: fewestCalls, unit: '', source: 'Ratchet' },
      { name: 'rows read for each row written', value: readsPerWrite, unit: '', source: 'Ratchet' },
    ],
  },
  check(context) {
    const { snapshot, target, statements, workload, views } = context;
    if (snapshot.statements === null)
      return { findings: [], cannotCheck: [statementsMissing(id, target, snapshot)] };
    const windows = new Map(statements.map((s) => [s.statement.queryId, s.window]));
    const findings = workload.flatMap((item) => {
      const { statement, analysis, share = 0 } = item;
      if (!analysis || !isCandidate(item)) return [];
      const tables = analysis.tables.flatMap((t) => tableOf(snapshot, t.schema, t.name) ?? []);
      const read = tables.reduce((sum, t) => sum + t.seqRows + t.indexScans, 0);
      const written = tables.reduce((sum, t) => sum + t.inserted + t.updated + t.deleted, 0);
      if (tables.some((t) => t.kind === 'm' || t.kind === 'v') || read < readsPerWrite * written) return [];
      const result = views.get(statement.queryId);
      const draft = result?.draft ?? null;
      const names = [...new Set(tables.map((t) => shown(t.schema, t.name)))].join(', ');
      return finding(
        {
          id,
          severity: severityByShare(share / 2),
          target,
          subject: shortSql(statement.query, 80),
          title: `An aggregate over ${names} is worked out anew ${statement.calls} times, ${statement.meanMs.toFixed(0)} ms each`,
          detail: `Its tables are read far more than they are written, so its result could be kept in a materialized view and refreshed from time to time. Answers from it are as old as the last refresh. ${
            draft
              ? 'The application must then send another statement; the change shows it.'
              : `No view is proposed: ${result?.why ?? 'the statement was not looked at'}.`
          } ${shortSql(statement.query, 1_000)}`,
          evidence: [
            { label: 'share of database time', value: share, unit: 'ratio' },
            { label: 'mean time', value: statement.meanMs, unit: 'ms' },
            { label: 'calls', value: statement.calls, unit: '' },
            { label: 'rows returned per call', value: statement.rows / statement.calls, unit: '' },
            { label: 'calls and times counted', value: windows.get(statement.queryId) ?? '', unit: '' },
            { label: 'rows and index entries read since the statistics began', value: read, unit: '' },
            { label: 'rows written in that time', value: written, unit: '' },
          ],
          weight: share,
          optimizations: draft ? ['postgres/create-materialized-view'] : [],
          facts: {
            // Reading some rows of a result that is there costs next to nothing beside working it out.
            ...(draft ? { view: draft, statement: statement.query, gain: share } : {}),
            statements: [statement.queryId],
          },
        },
        `#${statement.queryId}`,
      );
    });
    return { findings };
  },
};
