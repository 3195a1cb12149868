import { bytes, finding, severityByShare, shortSql } from '../../finding';
import { numberSetting } from '../../tables';
import type { PostgresContext, Rule } from '../../types';
import { statementsMissing } from './statements-missing';

const id = 'postgres/temp-spill';
const fewestCalls = 10;
const pageBytes = 8192;

/** Statements that sort or hash more than work_mem and write temporary files. */
export const tempSpill: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Statements that spill to temporary files',
    kind: 'postgres',
    needs: ['pg_stat_statements'],
    thresholds: [
      { name: 'temporary blocks written', value: 0, unit: '', source: 'pganalyze, PMM' },
      { name: 'calls', value: fewestCalls, unit: '', source: 'Ratchet' },
    ],
  },
  check({ target, snapshot, statements }) {
    if (snapshot.statements === null)
      return { findings: [], cannotCheck: [statementsMissing(id, target, snapshot)] };
    const findings = statements
      .filter(({ statement, counted }) => statement.tempBlksWritten > 0 && counted.calls >= fewestCalls)
      .map(({ statement: s, share, window }) => {
        const perCall = (s.tempBlksWritten * pageBytes) / s.calls;
        return finding(
          {
            id,
            severity: severityByShare(share),
            target,
            subject: shortSql(s.query, 80),
            title: `A statement writes ${bytes(perCall)} of temporary files on average: ${shortSql(s.query, 80)}`,
            detail: `It sorts or hashes more than work_mem holds. ${shortSql(s.query, 1_000)}`,
            evidence: [
              { label: 'temporary bytes per call', value: perCall, unit: 'bytes' },
              { label: 'work_mem', value: numberSetting(snapshot, 'work_mem', 0) * 1024, unit: 'bytes' },
              { label: 'calls', value: s.calls, unit: '' },
              { label: 'mean time', value: s.meanMs, unit: 'ms' },
              { label: 'share of database time', value: share, unit: 'ratio' },
              { label: 'counted', value: window, unit: '' },
            ],
            weight: share,
            facts: { statements: [s.queryId] },
          },
          `#${s.queryId}`,
        );
      });
    return { findings };
  },
};
