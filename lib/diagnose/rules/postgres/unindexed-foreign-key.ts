import type { PgForeignKey, PgIndex } from '@/lib/contracts/postgres-snapshot';
import { displayIdentifier } from '@/lib/targets/postgres/quote';
import { finding } from '../../finding';
import { fewestRows } from '../../index-advice/candidates';
import { factsOf } from '../../index-advice/facts';
import { indexSize } from '../../index-advice/index-size';
import { plainIndex } from '../../index-advice/shape';
import { shown } from '../../tables';
import type { PostgresContext, Rule } from '../../types';

const id = 'postgres/unindexed-foreign-key';

/** Foreign keys whose columns no index leads with: deleting or updating a referenced row reads the whole table. */
export const unindexedForeignKey: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Foreign keys without an index',
    kind: 'postgres',
    needs: [],
    thresholds: [
      { name: 'foreign keys without an index', value: 0, unit: '', source: 'splinter 0001' },
      {
        name: 'rows from which it matters',
        value: fewestRows,
        unit: '',
        source: 'Ratchet: severity low below',
      },
    ],
  },
  check({ target, snapshot }) {
    const facts = factsOf(snapshot);
    const findings = snapshot.foreignKeys.flatMap((key) => {
      const table = facts.table(key.schema, key.table);
      const indexes = facts.indexes(key.schema, key.table);
      if (!table || table.isPartition || indexes.some((i) => covers(i, key))) return [];
      const large = table.rows >= fewestRows;
      const list = key.columns.map(displayIdentifier).join(', ');
      const size = indexSize(table, plainIndex(key.schema, key.table, key.columns));
      return finding(
        {
          id,
          severity: large ? 'medium' : 'low',
          target,
          subject: `${key.schema}.${key.table}`,
          title: `The foreign key ${displayIdentifier(key.name)} of ${shown(key.schema, key.table)} has no index on (${list})`,
          detail: `Deleting a row of ${shown(key.referencedSchema, key.referencedTable)}, or changing its key, reads ${shown(key.schema, key.table)} whole and holds locks meanwhile. Joins along the key lack the index too.`,
          evidence: [
            { label: 'rows in the table', value: table.rows, unit: '' },
            { label: 'estimated size of the index', value: size, unit: 'bytes' },
          ],
          optimizations: large && table.kind === 'r' ? ['postgres/create-index'] : [],
          facts: {
            schema: key.schema,
            table: key.table,
            columns: key.columns,
            estimates: [
              {
                label: 'size',
                value: size,
                unit: 'bytes',
                source: 'rows × (key width + 12 bytes) ÷ fill factor 0.9',
              },
            ],
          },
        },
        `.${key.name}`,
      );
    });
    return { findings };
  },
};

/** A full btree index that leads with the key's columns, in any order. */
function covers(index: PgIndex, key: PgForeignKey): boolean {
  if (!index.valid || index.predicate !== null || index.method !== 'btree') return false;
  const head = index.columns.slice(0, key.columns.length);
  return head.length === key.columns.length && key.columns.every((c) => head.includes(c));
}
