import { displayIdentifier } from '@/lib/targets/postgres/quote';
import { finding } from '../../finding';
import { dropFacts, droppable, shown } from '../../tables';
import type { PostgresContext, Rule, RuleResult } from '../../types';

const id = 'postgres/invalid-index';

/** Indexes that a failed build left, and constraints that were never checked. */
export const invalidIndex: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Invalid indexes and constraints',
    kind: 'postgres',
    needs: ['a connection, to see which indexes are being built'],
    thresholds: [{ name: 'invalid and not being built', value: 0, unit: '', source: 'PgHero, H001' }],
  },
  check(context) {
    const constraints = notValidated(context);
    const invalid = context.snapshot.indexes.filter((i) => !i.valid);
    if (invalid.length === 0) return { findings: constraints };
    if (context.live === null) {
      const reason = 'There are invalid indexes, but it is not known whether they are being built.';
      return {
        findings: constraints,
        cannotCheck: [{ id, target: context.target, reason, enable: context.liveMissing ?? '' }],
      };
    }
    const { building } = context.live;
    const mayDrop = new Set(droppable(context.snapshot).map((i) => i.oid));
    const findings = invalid
      .filter((i) => !building.includes(i.oid))
      .map((i) =>
        finding({
          id,
          severity: 'high',
          target: context.target,
          subject: `${i.schema}.${i.name}`,
          title: `The index ${shown(i.schema, i.name)} is invalid: it is kept up by writes and used by nothing`,
          detail: `A build or a drop of it failed. ${i.definition}`,
          evidence: [{ label: 'size', value: i.bytes, unit: 'bytes' }],
          weight: i.bytes / Math.max(1, context.snapshot.databaseBytes),
          optimizations: mayDrop.has(i.oid) ? ['postgres/drop-index'] : [],
          facts: dropFacts(i),
        }),
      );
    return { findings: [...findings, ...constraints] };
  },
};

const kinds: Record<string, string> = { c: 'check constraint', f: 'foreign key', n: 'not-null constraint' };

/** Foreign keys from the snapshot where the present state is not known, which tells of all kinds. */
function notValidated({ snapshot, target, live }: PostgresContext): RuleResult['findings'] {
  const found =
    live?.notValidated ?? snapshot.foreignKeys.filter((k) => !k.validated).map((k) => ({ ...k, type: 'f' }));
  return found.map((k) =>
    finding(
      {
        id,
        severity: 'medium',
        target,
        subject: `${k.schema}.${k.table}`,
        title: `The ${kinds[k.type] ?? 'constraint'} ${k.name} of ${shown(k.schema, k.table)} was never checked against the rows that were there before it`,
        detail: `ALTER TABLE ${shown(k.schema, k.table)} VALIDATE CONSTRAINT ${displayIdentifier(k.name)}; checks it; reads and writes go on. It fails when a row does not meet it.`,
        evidence: [{ label: 'constraint', value: k.name, unit: '' }],
        optimizations: ['postgres/validate-constraint'],
        facts: { schema: k.schema, table: k.table, constraint: k.name, type: k.type },
      },
      `.${k.name}`,
    ),
  );
}
