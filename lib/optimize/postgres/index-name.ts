import { createHash } from 'node:crypto';

/** Longest identifier of PostgreSQL, bytes (NAMEDATALEN - 1). */
export const maxIdentifierBytes = 63;

/**
 * Name of an index as PostgreSQL itself would choose it (`table_column_column_idx`), cut to 63 bytes with a hash
 * of the whole in place of what was cut. Deterministic: the same index has the same name.
 */
export function indexName(table: string, columns: readonly string[]): string {
  const whole = `${table}_${columns.join('_')}_idx`;
  if (Buffer.byteLength(whole) <= maxIdentifierBytes) return whole;
  const hash = createHash('sha256')
    .update(JSON.stringify([table, ...columns]))
    .digest('hex')
    .slice(0, 8);
  return `${cutToBytes(`${table}_${columns.join('_')}`, maxIdentifierBytes - 13)}_${hash}_idx`;
}

/** The n-th other name for an index whose name is taken. */
export function otherName(name: string, n: number): string {
  const end = `_${n}`;
  return cutToBytes(name, maxIdentifierBytes - end.length) + end;
}

/** The longest beginning of a text that has at most so many bytes in UTF-8 and splits no character. */
function cutToBytes(text: string, bytes: number): string {
  let cut = '';
  let used = 0;
  for (const char of text) {
    used += Buffer.byteLength(char);
    if (used > bytes) break;
    cut += char;
  }
  return cut;
}
