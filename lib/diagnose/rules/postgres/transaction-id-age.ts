import { count, finding } from '../../finding';
import { shown } from '../../tables';
import type { PostgresContext, Rule } from '../../types';
import { notConnected } from './not-connected';

const id = 'postgres/transaction-id-age';
/** Ids are compared in a circle of 2^32: half of it can be told apart. PostgreSQL docs, "Preventing Transaction ID Wraparound Failures". */
const room = 2 ** 31;
const warn = 0.5;
const critical = 0.8;

/** Databases whose oldest rows were not frozen for so long that transaction ids run out. */
export const transactionIdAge: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Old transaction ids',
    kind: 'postgres',
    needs: ['a connection'],
    thresholds: [
      { name: 'age of the oldest transaction id, of 2^31', value: warn, unit: 'ratio', source: 'pganalyze' },
      { name: 'from which it is critical', value: critical, unit: 'ratio', source: 'pganalyze' },
    ],
  },
  check(context) {
    const { live, target, snapshot } = context;
    if (live === null) return { findings: [], cannotCheck: [notConnected(id, context)] };
    const { databases, oldestTable } = live.transactionIds;
    const findings = databases.flatMap((d) => {
      const multixact = d.multixactAge > d.age;
      const age = multixact ? d.multixactAge : d.age;
      if (age < warn * room) return [];
      const kind = multixact ? 'multixact' : 'transaction';
      const here = d.name === snapshot.database && oldestTable !== null;
      return finding({
        id,
        severity: age >= critical * room ? 'critical' : 'high',
        target,
        subject: d.name,
        title: `The oldest ${kind} id of the database ${d.name} is ${count(age)} ${kind}s old: ${((age / room) * 100).toFixed(0)} % of what can be told apart`,
        detail: `Near 100 % the server takes no more writes. VACUUM freezes old rows; what holds it back is a transaction open for long, a prepared transaction, a replication slot that nobody reads, or autovacuum being off or too slow.${here ? ` The oldest table here is ${shown(oldestTable.schema, oldestTable.table)}.` : ` Connect to ${d.name} and run VACUUM (FREEZE).`}`,
        evidence: [
          { label: `age of the oldest ${kind} id`, value: age, unit: '' },
          { label: 'share of 2^31', value: age / room, unit: 'ratio' },
          ...(here ? [{ label: 'age of the oldest table', value: oldestTable.age, unit: '' }] : []),
        ],
        weight: age / room,
        optimizations: here ? ['postgres/vacuum'] : [],
        facts: here ? { schema: oldestTable.schema, table: oldestTable.table } : {},
      });
    });
    return { findings };
  },
};
