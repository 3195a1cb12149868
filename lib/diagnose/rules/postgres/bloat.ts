import type { CannotCheck, Finding } from '@/lib/contracts/finding';
import type { PgIndex, PgTable } from '@/lib/contracts/postgres-snapshot';
import { displayIdentifier } from '@/lib/targets/postgres/quote';
import { type Bloat, indexBloat, tableBloat } from '../../bloat/estimate';
import { bytes, finding } from '../../finding';
import { defaultLimits } from '../../limits';
import { numberSetting, shown, tableOf } from '../../tables';
import type { PostgresContext, Rule } from '../../types';

const id = 'postgres/bloat';

/** Tables and btree indexes that take far more space than their rows need. */
export const bloat: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Bloated tables and indexes',
    kind: 'postgres',
    needs: ['planner statistics of the columns (ANALYZE)'],
    thresholds: [
      { name: 'wasted space', value: defaultLimits.bloatBytes, unit: 'bytes', source: 'PgHero (100 MB)' },
      {
        name: 'and as a share of the object',
        value: defaultLimits.bloatShare,
        unit: 'ratio',
        source: 'Coroot',
      },
    ],
  },
  check(context) {
    const { snapshot, limits } = context;
    const pageBytes = numberSetting(snapshot, 'block_size', 8192);
    const severe = (b: Bloat) => b.wasted >= limits.bloatBytes && b.share >= limits.bloatShare;
    const findings: Finding[] = [];
    const unknown: PgTable[] = [];
    for (const table of snapshot.tables) {
      if (table.kind !== 'r' && table.kind !== 'm') continue;
      const estimate = tableBloat(table, pageBytes);
      if (estimate === null) {
        if (table.pages * pageBytes >= limits.bloatBytes) unknown.push(table);
      } else if (severe(estimate)) findings.push(ofTable(context, table, estimate));
    }
    for (const index of snapshot.indexes) {
      const table = tableOf(snapshot, index.schema, index.table);
      const estimate = table && indexBloat(index, table, pageBytes);
      if (estimate && severe(estimate)) findings.push(ofIndex(context, index, estimate));
    }
    return unknown.length === 0 ? { findings } : { findings, cannotCheck: [cannot(context, unknown)] };
  },
};

const source =
  'Estimated from average widths and row counts (pg_stats, pg_class); pgstattuple_approx measures it exactly.';

function evidence(estimate: Bloat): Finding['evidence'] {
  return [
    { label: 'wasted, estimated', value: estimate.wasted, unit: 'bytes' },
    { label: 'size', value: estimate.actual, unit: 'bytes' },
    { label: 'wasted share', value: estimate.share, unit: 'ratio' },
  ];
}

function ofTable({ target, snapshot }: PostgresContext, table: PgTable, estimate: Bloat): Finding {
  const name = shown(table.schema, table.name);
  return finding({
    id,
    severity: estimate.share >= 0.75 ? 'high' : 'medium',
    target,
    subject: `${table.schema}.${table.name}`,
    title: `${name} takes ${bytes(estimate.actual)}, of which about ${bytes(estimate.wasted)} hold no rows`,
    detail: `Every scan of it reads the empty space too. VACUUM makes the space usable for new rows and gives back only what is at the end of the file. Writing the table anew gives all of it back: pg_repack does so beside running traffic; VACUUM (FULL) ${name} locks out reads and writes for as long as it takes. ${source}`,
    evidence: [
      ...evidence(estimate),
      { label: 'rows', value: table.rows, unit: '' },
      { label: 'dead rows', value: table.deadRows, unit: '' },
      { label: 'last vacuum', value: table.lastVacuum ?? 'never', unit: '' },
    ],
    weight: estimate.wasted / Math.max(1, snapshot.databaseBytes),
    optimizations: ['postgres/vacuum'],
    facts: { schema: table.schema, table: table.name },
  });
}

function ofIndex({ target, snapshot }: PostgresContext, index: PgIndex, estimate: Bloat): Finding {
  return finding({
    id,
    severity: estimate.share >= 0.75 ? 'high' : 'medium',
    target,
    subject: `${index.schema}.${index.name}`,
    title: `The index ${shown(index.schema, index.name)} takes ${bytes(estimate.actual)}, of which about ${bytes(estimate.wasted)} hold no entries`,
    detail: `It fills memory with empty pages, and scans of it read them. Building it anew beside running traffic gives the space back. ${source}`,
    evidence: [
      ...evidence(estimate),
      { label: 'entries', value: index.entries ?? 0, unit: '' },
      { label: 'scans', value: index.scans, unit: '' },
    ],
    weight: estimate.wasted / Math.max(1, snapshot.databaseBytes),
    optimizations: ['postgres/reindex'],
    facts: {
      schema: index.schema,
      table: index.table,
      index: index.name,
      bytes: estimate.actual,
      wasted: estimate.wasted,
    },
  });
}

function cannot({ target, snapshot }: PostgresContext, tables: PgTable[]): CannotCheck {
  const role = displayIdentifier(snapshot.role);
  return {
    id,
    target,
    reason: `The statistics of ${tables.map((t) => shown(t.schema, t.name)).join(', ')} are not there, or not shown to ${snapshot.role}.`,
    enable: tables
      .map((t) => shown(t.schema, t.name))
      .map((name, i) => (tables[i]?.lastAnalyze ? `GRANT SELECT ON ${name} TO ${role};` : `ANALYZE ${name};`))
      .join(' '),
    subjects: tables.map((t) => `${t.schema}.${t.name}`),
  };
}
