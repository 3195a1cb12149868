import { expect, it } from 'vitest';
import { formatSql } from './format-sql';

const squeezed = (sql: string) => sql.replace(/\s+/g, '');

it('begins a line at each clause and condition', () => {
  expect(
    formatSql(
      'select t.id, (select max(x) from u where u.id = t.id and x > 0) from t left join s on s.id = t.id where t.a between $1 and $2 and t.b = $3 group by t.id order by t.id desc limit $4',
    ),
  ).toBe(
    [
      'select t.id, (select max(x) from u where u.id = t.id and x > 0)',
      'from t',
      'left join s on s.id = t.id',
      'where t.a between $1 and $2',
      '  and t.b = $3',
      'group by t.id',
      'order by t.id desc',
      'limit $4',
    ].join('\n'),
  );
});

it.each([
  `select 'a from b where' as "order by", 1 from t -- where x\n where y = 'it''s'`,
  'insert into t (a, b) values ($1, $2) on conflict (a) do update set b = $2 returning id',
  'with x as (select 1) update t set a = 1, b = 2 from x where t.id = x.id or t.id in (1, 2)',
  "select 'cut off",
])('changes white space only: %s', (sql) => {
  expect(squeezed(formatSql(sql))).toBe(squeezed(sql));
});

it('leaves quoted text whole', () => {
  expect(formatSql(`select 'a  from  b' from t`)).toBe(`select 'a  from  b'\nfrom t`);
});
