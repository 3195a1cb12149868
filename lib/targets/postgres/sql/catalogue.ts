import type { PgColumn, PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';

export interface CatalogueTable {
  schema: string;
  name: string;
  /** r ordinary, p partitioned, m materialized view, v view. */
  kind: string;
  rows: number;
  pages: number;
  columns: Map<string, PgColumn>;
}

/** What the analysis must know of a database to tie columns to tables. */
export interface Catalogue {
  searchPath: readonly string[];
  /**
   * Finds a table by schema and name; without a schema along the search path, and after that in any schema
   * where only one holds the name (the application's search path may differ from the observer's).
   */
  find(schema: string | null, name: string): CatalogueTable | null;
}

/** The catalogue of a snapshot. */
export function catalogueOf(snapshot: Pick<PostgresSnapshot, 'tables' | 'searchPath'>): Catalogue {
  const byName = new Map<string, CatalogueTable[]>();
  for (const { schema, name, kind, rows, pages, columns } of snapshot.tables) {
    const table = { schema, name, kind, rows, pages, columns: new Map(columns.map((c) => [c.name, c])) };
    const same = byName.get(name);
    if (same) same.push(table);
    else byName.set(name, [table]);
  }
  return {
    searchPath: snapshot.searchPath,
    find(schema, name) {
      const found = byName.get(name) ?? [];
      if (schema !== null) return found.find((t) => t.schema === schema) ?? null;
      for (const path of snapshot.searchPath) {
        const table = found.find((t) => t.schema === path);
        if (table) return table;
      }
      return found.length === 1 ? (found[0] ?? null) : null;
    },
  };
}
