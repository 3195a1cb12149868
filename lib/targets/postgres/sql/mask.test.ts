import { expect, it } from 'vitest';
import { maskConstants } from './mask';

it.each([
  ["select * from t where a = 'O''Brien' and b = 12.5e3", 'select * from t where a = ? and b = ?'],
  ['select "col 1", t2.c3 from t2 where id = $1', 'select "col 1", t2.c3 from t2 where id = $1'],
  ["select E'it\\'s', $$raw 'text'$$, $x$a$x$", 'select ?, ?, ?'],
  ["update t set p = 'secret that is cut o", 'update t set p = ?'],
  ['select 1 -- a note\n, 0xFF /* data 7 */', 'select ? , ?'],
  ["select '2026-01-01'::date, -5, a1", 'select ?::date, -?, a1'],
  ['select $$cut off', 'select ?'],
])('%s', (sql, masked) => {
  expect(maskConstants(sql)).toBe(masked);
});
