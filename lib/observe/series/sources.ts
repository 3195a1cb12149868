import { hour, type Level, perHour, perMinute, raw } from './levels';

/**
 * SQL of one lateral that reads series `s.id` between $2 and $3 as rows (t, n, total, low, high, until):
 * from `level` up to its watermark, from there the finer level, and the newest from the samples themselves.
 * Each part is one range of a primary key; a packed row holds at most an hour. `until` is the last moment a row speaks for, less its bucket's
 * own uncertainty: the end of the bucket.
 */
export function lateralFrom(level: Level, marks: ReadonlyMap<string, Date>): string {
  const chain =
    level === perHour ? [perHour, perMinute, raw] : level === perMinute ? [perMinute, raw] : [raw];
  let since = '$2::timestamptz';
  const parts = chain.map((part, i) => {
    const next = chain[i + 1];
    const mark = marks.get(part.table)?.toISOString() ?? '-infinity';
    const until = next ? `least($3::timestamptz, '${mark}'::timestamptz)` : '$3::timestamptz';
    const sql = select(part, since, until);
    since = `greatest($2::timestamptz, '${mark}'::timestamptz)`;
    return sql;
  });
  return parts.join(' UNION ALL ');
}

function select(level: Level, since: string, until: string): string {
  if (level === raw) {
    return `SELECT at AS t, 1 AS n, value AS total, value AS low, value AS high, at AS until FROM series.sample
      WHERE series_id = s.id AND at >= ${since} AND at < ${until}
      UNION ALL SELECT u.at, 1, u.value, u.value, u.value, u.at FROM series.packed p
      CROSS JOIN LATERAL (
        SELECT p.begins + sum(d.delta) OVER (ORDER BY d.i) * interval '1 millisecond' AS at, d.value
        FROM unnest(coalesce(p.deltas::integer[], p.wide_deltas), p.values) WITH ORDINALITY AS d (delta, value, i)) u
      WHERE p.series_id = s.id AND p.begins >= ${since} - interval '${hour} milliseconds' AND p.begins < ${until}
        AND u.at >= ${since} AND u.at < ${until}`;
  }
  return `SELECT bucket AS t, count AS n, sum AS total, min AS low, max AS high, bucket + interval '${level.bucketMs} milliseconds' AS until
    FROM series.${level.table} WHERE series_id = s.id AND bucket >= ${since} AND bucket < ${until}`;
}
