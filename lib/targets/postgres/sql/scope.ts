import type { ColumnRef, RangeVar } from 'libpg-query';
import { type ColumnUse, type Context, type Derived, type Entry, noteColumn, type Scope } from './context';

/** Adds a table, or a CTE of that name, to the scope. */
export function enterRelation(ctx: Context, scope: Scope, relation: RangeVar): Entry {
  const name = relation.relname ?? '';
  const alias = relation.alias?.aliasname ?? name;
  const schema = relation.schemaname ?? null;
  const cte = schema === null ? findCte(scope, name) : undefined;
  const table = cte === undefined ? ctx.catalogue.find(schema, name) : null;
  const entry: Entry = { alias, schema: schema ?? table?.schema ?? null, table: null, output: cte ?? null };
  if (table) {
    const ref = uniqueRef(ctx, alias);
    entry.table = { ref, schema: table.schema, name: table.name, catalogue: table };
    ctx.out.tables.push(entry.table);
    ctx.out.columns.set(ref, new Set());
  }
  scope.entries.push(entry);
  return entry;
}

function uniqueRef(ctx: Context, alias: string): string {
  const taken = new Set(ctx.out.tables.map((t) => t.ref));
  if (!taken.has(alias)) return alias;
  let n = 2;
  while (taken.has(`${alias}#${n}`)) n++;
  return `${alias}#${n}`;
}

function findCte(scope: Scope | null, name: string): Entry['output'] | undefined {
  for (let s = scope; s; s = s.parent) if (s.ctes.has(name)) return s.ctes.get(name) ?? null;
  return undefined;
}

/** The string parts of a column reference; `*` for a star. */
export function partsOf(ref: ColumnRef): string[] {
  return (ref.fields ?? []).map((field) => {
    if ('String' in field) return field.String.sval ?? '';
    return '*';
  });
}

/** Resolves a column reference to a table of the catalogue; null when it is none (computed, unknown, a star). */
export function resolve(scope: Scope, ref: ColumnRef): (Derived & { use: ColumnUse }) | null {
  const parts = partsOf(ref);
  const column = parts.at(-1);
  if (column === undefined || column === '*') return null;
  const alias = parts.at(-2);
  const schema = parts.at(-3);
  for (let s: Scope | null = scope; s; s = s.parent) {
    for (const entry of s.entries) {
      if (alias !== undefined && entry.alias !== alias) continue;
      if (schema !== undefined && entry.schema !== schema) continue;
      const found = columnOf(entry, column);
      if (found === 'unknown') {
        if (alias !== undefined) return null;
        continue;
      }
      if (found) return found.use ? { use: found.use, pushable: found.pushable } : null;
    }
  }
  return null;
}

function columnOf(entry: Entry, column: string): Derived | 'unknown' | null {
  if (entry.table)
    return entry.table.catalogue.columns.has(column)
      ? { use: { ref: entry.table.ref, column }, pushable: true }
      : null;
  if (entry.output === null) return 'unknown';
  return entry.output.get(column) ?? null;
}

/** Notes that `*`, `alias.*` or a whole row is read. */
export function noteStar(ctx: Context, scope: Scope, parts: readonly string[]): void {
  const alias = parts.at(-2);
  for (let s: Scope | null = scope; s; s = s.parent) {
    const entries = s.entries.filter((e) => alias === undefined || e.alias === alias);
    for (const entry of entries) for (const use of starOf(entry)) noteColumn(ctx.out, use);
    if (entries.length > 0 || alias === undefined) return;
  }
}

function starOf(entry: Entry): ColumnUse[] {
  if (entry.table) return [{ ref: entry.table.ref, column: '*' }];
  return [...(entry.output?.values() ?? [])].flatMap((d) => (d.use ? [d.use] : []));
}

/** All output columns that a star stands for. */
export function expandStar(scope: Scope, alias: string | undefined): [string, Derived][] {
  const all: [string, Derived][] = [];
  for (const entry of scope.entries) {
    if (alias !== undefined && entry.alias !== alias) continue;
    const table = entry.table;
    if (table)
      for (const column of table.catalogue.columns.keys())
        all.push([column, { use: { ref: table.ref, column }, pushable: true }]);
    else all.push(...(entry.output ?? []));
  }
  return all;
}
