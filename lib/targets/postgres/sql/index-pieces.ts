import { isDeepStrictEqual } from 'node:util';
import type { IndexElem, Node } from 'libpg-query';
import { AppError } from '@/lib/contracts/error';
import { namesOf } from './deparse';
import { parseStatement } from './parse';

/** What makes an index the one it is, apart from its name: comparable between what was asked for and what is there. */
interface IndexPieces {
  schema: string;
  table: string;
  method: string;
  unique: boolean;
  nullsNotDistinct: boolean;
  keys: unknown[];
  include: string[];
  predicate: unknown;
}

/**
 * Whether two CREATE INDEX texts define the same index under whatever name, schema-qualified both. PostgreSQL
 * stores what it was given in a form of its own (`status = 'open'` becomes `(status = 'open'::text)`): casts,
 * parentheses and the schema of built-in functions are left out of the comparison.
 */
export async function sameIndex(a: string, b: string): Promise<boolean> {
  const [one, other] = await Promise.all([piecesOf(a), piecesOf(b)]);
  return one !== null && other !== null && isDeepStrictEqual(one, other);
}

async function piecesOf(sql: string): Promise<IndexPieces | null> {
  let node: Node;
  try {
    node = await parseStatement(sql);
  } catch (error) {
    if (error instanceof AppError) return null;
    throw error;
  }
  if (!('IndexStmt' in node)) return null;
  const stmt = node.IndexStmt;
  return {
    schema: stmt.relation?.schemaname ?? '',
    table: stmt.relation?.relname ?? '',
    method: stmt.accessMethod ?? 'btree',
    unique: stmt.unique ?? false,
    nullsNotDistinct: stmt.nulls_not_distinct ?? false,
    keys: (stmt.indexParams ?? []).map((p) => ('IndexElem' in p ? keyOf(p.IndexElem) : p)),
    include: (stmt.indexIncludingParams ?? [])
      .map((p) => ('IndexElem' in p ? (p.IndexElem.name ?? '') : ''))
      .sort(),
    predicate: bare(stmt.whereClause ?? null),
  };
}

function keyOf(key: IndexElem): unknown {
  return {
    column: key.name ?? null,
    expression: bare(key.expr ?? null),
    opclass: namesOf(key.opclass).at(-1) ?? null,
    collation: namesOf(key.collation).at(-1) ?? null,
    descending: key.ordering === 'SORTBY_DESC',
    nulls: key.nulls_ordering ?? 'SORTBY_NULLS_DEFAULT',
  };
}

/** A parse tree without casts, places in the text, and how a function was spelled. */
function bare(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(bare);
  if (typeof node !== 'object' || node === null) return node;
  if ('TypeCast' in node) {
    const cast = node.TypeCast;
    return typeof cast === 'object' && cast !== null && 'arg' in cast ? bare(cast.arg) : null;
  }
  const kept = Object.entries(node)
    .filter(
      ([key]) => key !== 'location' && key !== 'funcformat' && key !== 'list_start' && key !== 'list_end',
    )
    .map(([key, value]): [string, unknown] => [
      key,
      key === 'funcname' && Array.isArray(value) ? bare(value.slice(-1)) : bare(value),
    ]);
  return Object.fromEntries(kept);
}
