import { describe, expect, it } from 'vitest';
import { analyseStatement, catalogueOf } from '@/lib/targets/postgres/sql/analyse';
import { pgColumn, pgSnapshot, pgStatement, pgTable } from '@/test/postgres-facts';
import { draftView } from './draft';

const table = (name: string, columns: string[]) =>
  pgTable(
    name,
    columns.map((c) => pgColumn(c, { type: 'text' })),
  );
const snapshot = pgSnapshot({
  tables: [table('u', ['id', 'country']), table('o', ['id', 'uid', 'amount', 'at'])],
});

async function draft(query: string) {
  const statement = pgStatement(query);
  const analysis = await analyseStatement(query, catalogueOf(snapshot));
  return draftView({ statement, analysis, unsupported: null }, snapshot);
}
const join = 'from u join o on o.uid = u.id';

describe('a materialized view for an aggregate', () => {
  it('turns an equality with a grouping column into a filter on the view', async () => {
    const { draft: made } = await draft(
      `select u.country as c, sum(o.amount) ${join} where u.country = $1 and o.amount > o.id group by u.country limit $2`,
    );
    expect(made?.select).toBe(
      `select u.country as c, sum(o.amount) ${join} where u.country = u.country and o.amount > o.id group by u.country`,
    );
    expect(made?.key).toEqual(['c']);
    expect(made?.instead).toMatch(/^SELECT c, sum FROM public\.ratchet_mv_\w+ WHERE c = \$1 limit \$2$/);
  });

  it.each([
    [`select count(*) as n ${join} where o.amount > $1`, 'hangs on the parameter $1'],
    [
      `select u.country, count(*) ${join} where u.country = $1 or o.id = o.uid group by 1`,
      'hangs on the parameter',
    ],
    [`select date_trunc($1, o.at) as d, count(*) ${join} group by 1`, 'hangs on the parameter'],
    [`select u.country, sum(o.amount * $1) as s ${join} group by 1`, 'hangs on the parameter'],
    [`select u.country, sum(o.amount) / count(*) ${join} group by 1`, 'not every column'],
    [`select u.country, sum(o.amount), sum(o.id) ${join} group by 1`, 'same name'],
    [`select u.country, count(*) ${join} where o.at < now() group by 1`, 'changes with time'],
    [`select u.country, my_sum(o.amount), count(*) ${join} group by 1`, 'my_sum()'],
    [`select u.country, count(*) ${join} where u.id in (select uid from o) group by 1`, 'subqueries'],
    [
      `select u.country, count(*) ${join} group by u.country order by max(o.at)`,
      'ordered by something other',
    ],
  ])('says why not: %s', async (query, why) => {
    const result = await draft(query);
    expect(result.draft).toBeNull();
    expect(result.why).toContain(why);
  });

  it('has no key where a grouping column is not among the outputs', async () => {
    expect((await draft(`select count(*) as n ${join} group by u.country`)).draft?.key).toEqual([]);
    expect((await draft(`select count(*) as n ${join}`)).draft?.key).toEqual([]);
  });
});
