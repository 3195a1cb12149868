/** Functions that PostgreSQL marks IMMUTABLE for texts and numbers (pg_proc.provolatile = 'i'). */
const functions = new Set(
  'lower upper btrim ltrim rtrim length char_length substring substr left right replace reverse md5 abs round floor ceil coalesce'.split(
    ' ',
  ),
);
/** … and for what has no time zone. With a time zone they depend on the session and are only STABLE. */
const ofTimes = new Set(['date_trunc', 'date_part', 'extract']);

const plainType = /^(text|character|smallint|integer|bigint|numeric|boolean|uuid|jsonb|json)/;
const zoneless = /^timestamp(\(\d\))? without time zone$/;
const castTo = /^(text|varchar|int2|int4|int8|numeric|uuid|bool)$/;

/**
 * Whether an expression over a column of this type may stand in an index: only what is known to be IMMUTABLE,
 * anything else is taken not to be.
 */
export function isImmutable(expression: string, type: string): boolean {
  const bare = expression.replace(/'(?:[^']|'')*'/g, "''");
  const called = [...bare.matchAll(/([A-Za-z_][\w.]*)\(/g)].map((m) => (m[1] ?? '').toLowerCase());
  const casts = [...bare.matchAll(/::\s*("?[\w ]+"?)/g)].map((m) => m[1] ?? '');
  if (zoneless.test(type))
    return (
      called.every((f) => ofTimes.has(f)) &&
      casts.every((c) => c === 'date' || c === 'text') &&
      !/[-+]/.test(bare)
    );
  return plainType.test(type) && called.every((f) => functions.has(f)) && casts.every((c) => castTo.test(c));
}
