import { expect, it } from 'vitest';
import type { StatementAnalysis } from '@/lib/contracts/statement';
import { pgStatement } from '@/test/postgres-facts';
import { withoutLimits } from './generic-plan';

const analysis = (roles: StatementAnalysis['parameters'][number]['role'][]): StatementAnalysis => ({
  verb: 'select',
  tables: [],
  predicates: [],
  joins: [],
  groupBy: [],
  orderBy: [],
  columns: {},
  hasLimit: true,
  hasAggregate: false,
  parameters: roles.map((role, i) => ({ number: i + 1, role, column: null })),
});

it('takes a LIMIT as the rows a call returned, an OFFSET as 0, and closes the gaps in the numbers', () => {
  const item = {
    statement: pgStatement('select * from t where a = $1 limit $2 offset $3 -- $1 and $12', {
      calls: 10,
      rows: 198,
    }),
    analysis: analysis(['predicate', 'limit', 'offset']),
    unsupported: null,
  };
  expect(withoutLimits(item)).toEqual({
    sql: 'select * from t where a = $1 limit 20 offset 0 -- $1 and $2',
    parameters: 2,
  });
});

it('leaves other statements as they are', () => {
  const item = { statement: pgStatement('select 1;'), analysis: null, unsupported: null };
  expect(withoutLimits(item)).toEqual({ sql: 'select 1', parameters: 0 });
});
