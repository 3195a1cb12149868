import type { PgIndex } from '@/lib/contracts/postgres-snapshot';

/**
 * Key parts of an index as its definition spells them, with operator class, collation and direction where they
 * are not the default: `lower(email)`, `name text_pattern_ops`, `at DESC`. Two indexes with the same parts sort
 * alike. Split at top-level commas of the first parenthesis after USING, quotes respected.
 */
export function keyParts(index: PgIndex): string[] {
  const start = index.definition.indexOf('(', index.definition.indexOf(' USING '));
  const parts: string[] = [];
  let depth = 0;
  let quote: string | null = null;
  let part = '';
  for (const char of index.definition.slice(start)) {
    if (quote === null && (char === '"' || char === "'")) quote = char;
    else if (quote === char) quote = null;
    if (quote === null && char === '(' && ++depth === 1) continue;
    if (quote === null && char === ')' && --depth === 0) break;
    if (quote === null && char === ',' && depth === 1) {
      parts.push(part.trim());
      part = '';
    } else part += char;
  }
  return [...parts, part.trim()];
}

/**
 * Whether another index of the table serves everything that this one serves: same method and predicate, keys that
 * begin the other's, included columns held by the other; a unique one only by the same unique one.
 */
export function isSuperseded(index: PgIndex, by: PgIndex): boolean {
  if (index.schema !== by.schema || index.table !== by.table || index.name === by.name) return false;
  if (!index.valid || !by.valid || index.method !== by.method || index.predicate !== by.predicate)
    return false;
  const mine = keyParts(index);
  const theirs = keyParts(by);
  const same = mine.length === theirs.length;
  if (index.unique && !(by.unique && same)) return false;
  if (
    index.unique &&
    / NULLS NOT DISTINCT/.test(index.definition) !== / NULLS NOT DISTINCT/.test(by.definition)
  )
    return false;
  if (!same && index.method !== 'btree') return false;
  const leads = mine.length <= theirs.length && mine.every((p, i) => theirs[i] === p);
  return leads && index.include.every((c) => by.include.includes(c) || by.columns.includes(c));
}

/** Gives the indexes of the table that an index is of. Only indexes of one table serve each other. */
export function indexesByTable(indexes: readonly PgIndex[]): (of: PgIndex) => readonly PgIndex[] {
  const groups = new Map<string, PgIndex[]>();
  const key = (index: PgIndex) => `${index.schema}\0${index.table}`;
  for (const index of indexes) {
    const group = groups.get(key(index));
    if (group) group.push(index);
    else groups.set(key(index), [index]);
  }
  return (of) => groups.get(key(of)) ?? [];
}
