import { describe, expect, it } from 'vitest';
import { repairNormalised } from './repair';
import { renumber, searchOf, withoutLocks } from './rewrite';

describe('repairNormalised', () => {
  it.each([
    ['select now() - interval $1', 'select now() - $1::interval'],
    ['select date $1 + interval $2 day', 'select $1::date + $2::interval day'],
    [
      'select x where a > timestamp with time zone $1 and b = $2',
      'select x where a > $1::timestamp with time zone and b = $2',
    ],
    ['select extract($1 from d) from t', 'select pg_catalog."extract"($1,  d) from t'],
    [
      'select date from t where date = $1 and "interval" > $2',
      'select date from t where date = $1 and "interval" > $2',
    ],
    ["select 'é', interval $1", "select 'é', $1::interval"],
  ])('%s', async (sql, expected) => expect(await repairNormalised(sql)).toBe(expected));
});

describe('withoutLocks', () => {
  it.each([
    ['select * from t where a = $1 for update', 'select * from t where a = $1'],
    ['select * from t for no key update of t, u skip locked limit $1', 'select * from t  limit $1'],
    [
      'select * from t where id in (select id from q for share nowait)',
      'select * from t where id in (select id from q )',
    ],
    ['select substring(a for 2) from t', 'select substring(a for 2) from t'],
  ])('%s', async (sql, expected) => expect(await withoutLocks(sql)).toBe(expected));
});

describe('searchOf', () => {
  it.each([
    ['UPDATE t SET a = a + $1 WHERE id = $2', 't', 'SELECT /* ratchet */ "t".ctid FROM t WHERE id = $2'],
    [
      'update only "S"."T" as x set (a, b) = (select 1, 2 from z where q), c = $1 from u join v using (k) where x.id = u.id and (u.z = $2) returning x.*',
      'x',
      'SELECT /* ratchet */ "x".ctid FROM only "S"."T" as x, u join v using (k) WHERE x.id = u.id and (u.z = $2)',
    ],
    ['delete from t where a < $1;', 't', 'SELECT /* ratchet */ "t".ctid FROM t WHERE a < $1'],
    [
      'delete from t x using u where u.id = x.id',
      'x',
      'SELECT /* ratchet */ "x".ctid FROM t x, u WHERE u.id = x.id',
    ],
    [
      'with c as (select id from q where a = $1) delete from t where id in (select id from c)',
      't',
      'with c as (select id from q where a = $1) SELECT /* ratchet */ "t".ctid FROM t WHERE id in (select id from c)',
    ],
  ])('%s', async (sql, ref, expected) => expect(await searchOf(sql, ref)).toBe(expected));
  it.each(['update t set a = $1', 'delete from t', 'update t set a = (select b from u where c = $1)'])(
    'refuses %s: every row',
    async (sql) => {
      await expect(searchOf(sql, 't')).rejects.toMatchObject({ code: 'unsupported' });
    },
  );
});

it('renumber closes gaps', async () => {
  expect(await renumber("select '$9' where a = $3 and b = $2 or c = $3")).toEqual({
    sql: "select '$9' where a = $1 and b = $2 or c = $1",
    from: [3, 2],
  });
});
