/** Comment by which Ratchet's own statements are known in pg_stat_statements. */
export const ownComment = '/* ratchet */';

/**
 * Puts the comment behind the statement's first word. In front it would be lost: from PostgreSQL 18 on,
 * pg_stat_statements keeps a text from its first token only.
 */
export function markOwn(sql: string): string {
  return sql.includes('/* ratchet') ? sql : sql.replace(/^(\s*\w+)/, `$1 ${ownComment}`);
}
