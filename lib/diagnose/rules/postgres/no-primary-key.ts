import { finding } from '../../finding';
import { shown } from '../../tables';
import type { PostgresContext, Rule } from '../../types';

const id = 'postgres/no-primary-key';

/** Ordinary tables without a primary key. */
export const noPrimaryKey: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Tables without a primary key',
    kind: 'postgres',
    needs: [],
    thresholds: [{ name: 'tables without a primary key', value: 0, unit: '', source: 'splinter 0004' }],
  },
  check({ target, snapshot }) {
    const tables = snapshot.tables.filter(
      (t) => (t.kind === 'r' || t.kind === 'p') && !t.isPartition && !t.hasPrimaryKey,
    );
    return {
      findings: tables.map((t) =>
        finding({
          id,
          severity: 'low',
          target,
          subject: `${t.schema}.${t.name}`,
          title: `${shown(t.schema, t.name)} has no primary key`,
          detail:
            'A row cannot be named for certain: logical replication of updates needs a key, and nothing keeps a row from being there twice. Which column is the key, only its owner knows: ALTER TABLE … ADD PRIMARY KEY (…).',
          evidence: [
            { label: 'rows in the table', value: t.rows, unit: '' },
            { label: 'size of the table', value: t.tableBytes, unit: 'bytes' },
          ],
        }),
      ),
    };
  },
};
