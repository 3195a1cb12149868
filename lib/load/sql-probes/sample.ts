import type pg from 'pg';
import type { StatementAnalysis } from '@/lib/contracts/statement';
import { quoteIdentifier, quoteLiteral, quoteQualified } from '@/lib/targets/postgres/quote';
import type { Catalogue } from '@/lib/targets/postgres/sql/analyse';

/** One value to sample: an expression over the table `ref`, cast to the type of the parameter. */
export interface Wanted {
  ref: string;
  column: string;
  expression: string | null;
  type: string;
}

/** Rows read into one sample, and pages of a table looked at for it. */
const sampleRows = 1_000;
const samplePages = 300;
/** Values longer than this are left out: a workload carries hundreds of rows of them. */
const maxValueLength = 10_000;

type Row = (string | null)[];

/**
 * Samples rows of values: those of one table come from the same row, those of joined tables from the same joined
 * row. Large tables are read by TABLESAMPLE SYSTEM (about 300 pages) with a fixed seed, so that the same table
 * gives the same sample. Values wanted from tables that no join connects come from independent samples.
 * @returns up to 1,000 rows, aligned with `wanted`; empty when a table has no suitable row.
 */
export async function sampleValues(
  client: pg.Client,
  analysis: StatementAnalysis,
  catalogue: Catalogue,
  wanted: readonly Wanted[],
  seed: number,
): Promise<Row[]> {
  if (wanted.length === 0) return [];
  const rowsOf = (ref: string) => {
    const table = analysis.tables.find((t) => t.ref === ref);
    return table ? (catalogue.find(table.schema, table.name)?.rows ?? 0) : 0;
  };
  const parts: { index: number[]; rows: Row[] }[] = [];
  for (const group of groups(analysis, [...new Set(wanted.map((w) => w.ref))], rowsOf)) {
    const index = wanted.flatMap((w, i) => (group.tied.includes(w.ref) ? [i] : []));
    const values = index.map((i) => wanted[i]).filter((w) => w !== undefined);
    let rows = await sampleGroup(client, analysis, catalogue, group.steps, values, seed);
    if (rows.length === 0 && group.tied.length > 1) {
      // No joined row among those sampled: better values of each table by itself than none.
      for (const ref of group.tied) {
        const own = index.filter((i) => wanted[i]?.ref === ref);
        const step = [{ ref, on: [] }];
        rows = await sampleGroup(
          client,
          analysis,
          catalogue,
          step,
          own.map((i) => wanted[i]).filter((w) => w !== undefined),
          seed,
        );
        parts.push({ index: own, rows });
      }
      continue;
    }
    parts.push({ index, rows });
  }
  if (parts.some((p) => p.rows.length === 0)) return [];
  const length = Math.max(...parts.map((p) => p.rows.length));
  return Array.from({ length }, (_, r) => {
    const row: Row = wanted.map(() => null);
    for (const { index, rows } of parts) {
      const values = rows[r % rows.length];
      for (const [k, i] of index.entries()) row[i] = values?.[k] ?? null;
    }
    return row;
  });
}

/** Sorted values of one column or expression, as the database sorts them, for choosing range bounds. */
export async function sortedSample(
  client: pg.Client,
  analysis: StatementAnalysis,
  catalogue: Catalogue,
  wanted: Wanted,
  seed: number,
): Promise<string[]> {
  const source = sampled(analysis, catalogue, wanted.ref, 't', seed);
  const value = valueSql(wanted, 't');
  const { rows } = await client.query<{ v: string }>(
    `select /* ratchet */ (v)::text as v from (select ${value} as v from ${source.sql} where ${value} is not null order by ${source.order} limit ${sampleRows}) s order by s.v`,
  );
  return rows.map((r) => r.v).filter((v) => v.length <= maxValueLength);
}

interface Step {
  ref: string;
  /** Equalities with refs of earlier steps. */
  on: { column: string; ref: string; other: string }[];
}

/** Connected groups of tied tables, each as a join path from its first table. */
function groups(
  analysis: StatementAnalysis,
  tied: string[],
  rowsOf: (ref: string) => number,
): { tied: string[]; steps: Step[] }[] {
  const result: { tied: string[]; steps: Step[] }[] = [];
  const left = new Set(tied);
  // The largest table first: it is the one sampled, and each of its rows mostly joins one row of the others.
  for (const start of tied.toSorted((a, b) => rowsOf(b) - rowsOf(a))) {
    if (!left.has(start)) continue;
    const steps = reach(analysis, start);
    const own = tied.filter((ref) => left.has(ref) && steps.some((s) => s.ref === ref));
    for (const ref of own) left.delete(ref);
    result.push({ tied: own, steps: prune(steps, own) });
  }
  return result;
}

/** Breadth first over the join conditions. */
function reach(analysis: StatementAnalysis, start: string): Step[] {
  const steps: Step[] = [{ ref: start, on: [] }];
  const reached = new Set([start]);
  for (let i = 0; i < steps.length; i++) {
    const from = steps[i]?.ref;
    for (const { left, right } of analysis.joins) {
      for (const [a, b] of [
        [left, right],
        [right, left],
      ] as const) {
        if (a.ref !== from || reached.has(b.ref)) continue;
        reached.add(b.ref);
        steps.push({ ref: b.ref, on: [{ column: b.column, ref: a.ref, other: a.column }] });
      }
    }
  }
  return steps;
}

/** Drops tables at the ends of the path that carry no wanted value. */
function prune(steps: Step[], tied: string[]): Step[] {
  const needed = new Set(tied);
  return steps
    .toReversed()
    .filter((s) => {
      if (!needed.has(s.ref)) return false;
      for (const on of s.on) needed.add(on.ref);
      return true;
    })
    .toReversed();
}

async function sampleGroup(
  client: pg.Client,
  analysis: StatementAnalysis,
  catalogue: Catalogue,
  steps: Step[],
  wanted: Wanted[],
  seed: number,
): Promise<Row[]> {
  const alias = (ref: string) => `t${steps.findIndex((s) => s.ref === ref)}`;
  const values = wanted.map((w) => valueSql(w, alias(w.ref)));
  const first = sampled(analysis, catalogue, steps[0]?.ref ?? '', alias(steps[0]?.ref ?? ''), seed);
  const joins = steps.slice(1).map((s) => {
    const on = s.on.map(
      (o) => `${alias(s.ref)}.${quoteIdentifier(o.column)} = ${alias(o.ref)}.${quoteIdentifier(o.other)}`,
    );
    return `join ${tableSql(analysis, s.ref)} as ${alias(s.ref)} on ${on.join(' and ')}`;
  });
  const { rows } = await client.query<Row>({
    text: `select /* ratchet */ ${values.map((v) => `(${v})::text`).join(', ')} from ${[first.sql, ...joins].join(' ')}
      where ${values.map((v) => `${v} is not null`).join(' and ')}
      order by ${first.order} limit ${sampleRows}`,
    rowMode: 'array',
  });
  return rows.filter((row) => row.every((v) => v === null || v.length <= maxValueLength));
}

/** An expression names its columns bare, so it is computed over a subquery that has the row's columns alone. */
function valueSql(wanted: Wanted, alias: string): string {
  const column = `${alias}.${quoteIdentifier(wanted.column)}`;
  if (wanted.expression === null) return `(${column})::${wanted.type}`;
  return `(select (${wanted.expression})::${wanted.type} from (select ${alias}.*) x)`;
}

function tableSql(analysis: StatementAnalysis, ref: string): string {
  const table = analysis.tables.find((t) => t.ref === ref);
  return quoteQualified(table?.schema ?? '', table?.name ?? '');
}

/** The table under an alias, or a seeded sample of its pages when it is large. Of a view, its first rows stand in. */
function sampled(
  analysis: StatementAnalysis,
  catalogue: Catalogue,
  ref: string,
  alias: string,
  seed: number,
): { sql: string; order: string } {
  const table = analysis.tables.find((t) => t.ref === ref);
  const known = table ? catalogue.find(table.schema, table.name) : null;
  const name = tableSql(analysis, ref);
  // A fixed pseudo-random order: the row's address, or for a view its text, hashed with the seed.
  const shuffled = (text: string) => `pg_catalog.hashtext(${text} || ${quoteLiteral(`:${seed}`)})`;
  if (known?.kind === 'v')
    return { sql: `(select * from ${name} limit 20000) as ${alias}`, order: shuffled(`${alias}::text`) };
  const order = shuffled(`${alias}.tableoid::text || ${alias}.ctid::text`);
  if (!known || known.pages <= samplePages) return { sql: `${name} as ${alias}`, order };
  const percent = Math.min(100, (100 * samplePages) / known.pages);
  return {
    sql: `${name} as ${alias} tablesample system (${percent.toPrecision(6)}) repeatable (${seed})`,
    order,
  };
}
