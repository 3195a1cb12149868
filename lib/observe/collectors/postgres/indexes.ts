import type pg from 'pg';
import type { PgIndex } from '@/lib/contracts/postgres-snapshot';
import { type CatalogueMemory, changed, keepOnly } from './catalogue-memory';
import type { TableColumns } from './columns';
import { notOfExtension, userSchema, withoutWaiting } from './session';
import type { TablesRead } from './tables';

/** An index with the oid of its table, by which sizes are summed. */
export type IndexRow = PgIndex & { tableOid: number };

/** What the catalogue says of an index, apart from what is counted. */
export type IndexDefinition = Omit<IndexRow, 'bytes' | 'scans' | 'entries' | 'pages'>;

type DefinitionRow = Omit<IndexDefinition, 'columns' | 'include' | 'predicate'> & {
  keys: string;
  keyCount: number;
};

/** `mark` changes when the index is renamed, altered, built or found invalid; a parent is partitioned and holds nothing. */
type CountsRow = [
  oid: number,
  tableOid: number,
  mark: string,
  parent: boolean,
  scans: number,
  entries: number,
  pages: number,
];

const estimate = "(greatest(c.relpages, 0) * current_setting('block_size')::float8)";

/**
 * pg_get_indexdef locks the table too. For tables that another session holds exclusively, the definition is
 * reduced to name and table, and a predicate to `unknown`, which equals no other.
 */
const unlockedDefinition = `(case when t.oid not in (select l.relation from pg_catalog.pg_locks l
    where l.mode = 'AccessExclusiveLock' and l.relation is not null) then pg_catalog.pg_get_indexdef(c.oid)
  else 'CREATE INDEX ' || pg_catalog.quote_ident(c.relname) || ' ON ' || t.oid::regclass
    || case when i.indpred is null then '' else ' WHERE (unknown)' end end)`;

const countsSql = `select /* ratchet */ c.oid::bigint::float8, i.indrelid::bigint::float8,
  i.xmin::text || ' ' || c.xmin::text || case when k.conindid is null then '' else ' constraint' end, c.relkind <> 'i',
  coalesce(pg_catalog.pg_stat_get_numscans(c.oid), 0)::float8, greatest(c.reltuples, 0)::float8, greatest(c.relpages, 0)::float8
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_class t on t.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = t.relnamespace
left join (select distinct conindid from pg_catalog.pg_constraint where conindid <> 0) k on k.conindid = c.oid
where t.relkind in ('r', 'p', 'm') and t.relpersistence <> 't'
  and ${userSchema('n')} and ${notOfExtension('t.oid')}
order by n.nspname, t.relname, c.relname`;

const definitionsSql = (
  definition: string,
) => `select /* ratchet */ c.oid::bigint::float8 as oid, i.indrelid::bigint::float8 as "tableOid", n.nspname::text as schema, t.relname::text as table,
  c.relname::text as name, ${definition} as definition, m.amname::text as method,
  i.indkey::text as keys, i.indnkeyatts::int as "keyCount",
  i.indisunique as unique, i.indisprimary as primary, k.conindid is not null as constraint,
  i.indisvalid as valid, i.indisready as ready, coalesce(c.reloptions, '{}') as options
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_class t on t.oid = i.indrelid
join pg_catalog.pg_namespace n on n.oid = t.relnamespace
join pg_catalog.pg_am m on m.oid = c.relam
left join (select distinct conindid from pg_catalog.pg_constraint where conindid <> 0) k on k.conindid = c.oid
where c.oid = any($1::oid[])`;

const sizesSql = (size: string) =>
  `select /* ratchet */ c.oid::bigint::float8, ${size}::float8 from pg_catalog.pg_class c where c.oid = any($1::oid[])`;

/**
 * All indexes of user tables. `constraint` is true too where a foreign key rests on the index, since it can
 * no more be dropped then than one of a primary key. Definitions are read again when the index or its table was
 * changed, sizes when something was written to the table.
 */
export async function readIndexes(
  client: pg.Client,
  memory: CatalogueMemory,
  columns: Map<number, TableColumns>,
  marks: TablesRead['marks'],
): Promise<IndexRow[]> {
  const { rows } = await client.query<CountsRow>({ text: countsSql, rowMode: 'array' });
  const definitions = new Map<number, string>();
  const sizes = new Map<number, string>();
  for (const [oid, tableOid, mark, parent] of rows) {
    const table = marks.get(tableOid);
    definitions.set(oid, `${mark} ${table?.shape}`);
    if (!parent) sizes.set(oid, `${mark} ${table?.activity}`);
  }
  await learnDefinitions(client, memory, columns, definitions);
  await measureIndexes(client, memory, sizes);
  return rows.flatMap(([oid, , , , scans, entries, pages]) => {
    const index = memory.indexes.get(oid)?.value;
    // Without one when it was dropped meanwhile.
    return index ? { ...index, bytes: memory.indexBytes.get(oid)?.value ?? 0, scans, entries, pages } : [];
  });
}

async function learnDefinitions(
  client: pg.Client,
  memory: CatalogueMemory,
  columns: Map<number, TableColumns>,
  marks: ReadonlyMap<number, string>,
): Promise<void> {
  const { indexes: known } = memory;
  keepOnly(known, marks);
  const oids = changed(known, marks);
  if (oids.length === 0) return;
  const read = async (definition: string, exact: boolean) => {
    const { rows } = await client.query<DefinitionRow>(definitionsSql(definition), [oids]);
    for (const { keys, keyCount, ...row } of rows) {
      const names = columns.get(row.tableOid)?.byNumber;
      const all = keys.split(' ').map((n) => names?.get(Number(n)) ?? null);
      const include = all.slice(keyCount).filter((name) => name !== null);
      const value = {
        ...row,
        columns: all.slice(0, keyCount),
        include,
        predicate: predicateOf(row.definition),
      };
      // A reduced definition is good for this once only.
      known.set(row.oid, { mark: exact ? (marks.get(row.oid) ?? '') : '', value });
    }
  };
  await withoutWaiting(
    client,
    () => read('pg_catalog.pg_get_indexdef(c.oid)', true),
    () => read(unlockedDefinition, false),
  );
}

async function measureIndexes(
  client: pg.Client,
  memory: CatalogueMemory,
  marks: ReadonlyMap<number, string>,
): Promise<void> {
  const { indexBytes: known } = memory;
  keepOnly(known, marks);
  const oids = changed(known, marks);
  if (oids.length === 0) return;
  const read = async (size: string, exact: boolean) => {
    const { rows } = await client.query<[number, number | null]>({
      text: sizesSql(size),
      values: [oids],
      rowMode: 'array',
    });
    for (const [oid, bytes] of rows)
      known.set(oid, { mark: exact ? (marks.get(oid) ?? '') : '', value: bytes ?? 0 });
  };
  await withoutWaiting(
    client,
    () => read('pg_catalog.pg_relation_size(c.oid)', true),
    () => read(estimate, false),
  );
}

/**
 * Predicate of a partial index, out of its definition: pg_get_expr would lock the table from PostgreSQL 17 on.
 * pg_get_indexdef writes it last, behind the only WHERE outside of quotes and parentheses.
 */
export function predicateOf(definition: string): string | null {
  let depth = 0;
  for (let i = 0; i < definition.length; i++) {
    const c = definition[i];
    if (c === "'" || c === '"') {
      i = definition.indexOf(c, i + 1);
      if (i < 0) return null;
    } else if (c === '(') depth++;
    else if (c === ')') depth--;
    else if (depth === 0 && definition.startsWith(' WHERE ', i)) {
      const text = definition.slice(i + 7);
      return enclosed(text) ? text.slice(1, -1) : text;
    }
  }
  return null;
}

/** The first parenthesis closes with the last character. */
function enclosed(text: string): boolean {
  if (!text.startsWith('(') || !text.endsWith(')')) return false;
  let depth = 0;
  for (let i = 0; i < text.length - 1; i++) {
    const c = text[i];
    if (c === "'" || c === '"') {
      i = text.indexOf(c, i + 1);
      if (i < 0) return false;
    } else if (c === '(') depth++;
    else if (c === ')' && --depth === 0) return false;
  }
  return true;
}
