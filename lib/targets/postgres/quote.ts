/**
 * A PostgreSQL identifier as SQL text, always in double quotes: right for mixed case, spaces, quotes and
 * keywords alike. Throws on an empty name and on NUL, which no identifier can hold.
 */
export function quoteIdentifier(name: string): string {
  if (name === '' || name.includes('\0')) throw new TypeError('An identifier is not empty and holds no NUL.');
  return `"${name.replaceAll('"', '""')}"`;
}

/** `"schema"."name"`, each part quoted. */
export function quoteQualified(...parts: readonly string[]): string {
  return parts.map(quoteIdentifier).join('.');
}

/**
 * A string as an SQL literal, safe with standard_conforming_strings on or off: a text with a backslash
 * becomes an E'' string. Throws on NUL.
 */
export function quoteLiteral(text: string): string {
  if (text.includes('\0')) throw new TypeError('A PostgreSQL text holds no NUL.');
  const quoted = text.replaceAll("'", "''");
  return text.includes('\\') ? `E'${quoted.replaceAll('\\', '\\\\')}'` : `'${quoted}'`;
}

/** As quoteLiteral, with null as NULL. */
export function quoteNullable(text: string | null): string {
  return text === null ? 'NULL' : quoteLiteral(text);
}

/**
 * An identifier for people to read: bare where PostgreSQL would read it back unchanged (lower case, not a
 * reserved word), quoted otherwise. For generated SQL use quoteIdentifier.
 */
export function displayIdentifier(name: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(name) && !reserved.has(name) ? name : quoteIdentifier(name);
}

/** Reserved key words of PostgreSQL 18, SQL Key Words appendix (reserved, and reserved as column name only). */
const reserved = new Set(
  (
    'all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate ' +
    'collation column concurrently constraint create cross current_catalog current_date current_role ' +
    'current_schema current_time current_timestamp current_user default deferrable desc distinct do else end ' +
    'except false fetch for foreign freeze from full grant group having ilike in initially inner intersect into ' +
    'is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null offset on ' +
    'only or order outer overlaps placing primary references returning right select session_user similar some ' +
    'symmetric system_user table tablesample then to trailing true union unique user using variadic verbose when ' +
    'where window with'
  ).split(' '),
);
