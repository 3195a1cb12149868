import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '@/lib/contracts/error';
import { StatementAnalysis } from '@/lib/contracts/statement';
import { pgColumn, pgTable } from '@/test/postgres-facts';
import { analyseStatement, catalogueOf } from './analyse';

const table = (schema: string, name: string, columns: string[], types: Record<string, string> = {}) =>
  pgTable(
    name,
    columns.map((c) => pgColumn(c, { type: types[c] ?? 'bigint' })),
    { schema },
  );

const catalogue = catalogueOf({
  searchPath: ['app', 'public'],
  tables: [
    table('public', 'users', ['id', 'email', 'name', 'active', 'created_at'], {
      email: 'character varying(200)',
      name: 'text',
      active: 'boolean',
    }),
    table('public', 'tasks', ['id', 'user_id', 'status', 'due', 'priority', 'data'], { data: 'jsonb' }),
    table('app', 'events', ['id', 'user_id', 'at']),
    table('public', 'events', ['other']),
    table('Sales Dept', 'Order "Lines"', ['id', 'Customer Id', 'select']),
  ],
});
const analyse = (sql: string) => analyseStatement(sql, catalogue);
const p = (ref: string, column: string, operator: string, o: object = {}) => ({
  ref,
  column,
  operator,
  parameters: [],
  constant: null,
  expression: null,
  conjunctive: true,
  ...o,
});

describe('predicates', () => {
  const cases: [string, string, object[]][] = [
    ['=', 'select * from users where id = $1', [p('users', 'id', 'eq', { parameters: [1] })]],
    ['sides swapped', 'select * from users where $1 < id', [p('users', 'id', 'range', { parameters: [1] })]],
    ['alias', 'select u.name from users u where u.email = $1', [p('u', 'email', 'eq', { parameters: [1] })]],
    ['IN list', 'select 1 from users where id in ($1, $2)', [p('users', 'id', 'in', { parameters: [1, 2] })]],
    [
      'squashed IN list',
      'select 1 from users where id in ($1 /*, ... */)',
      [p('users', 'id', 'in', { parameters: [1] })],
    ],
    [
      '= ANY',
      'select 1 from users where id = any($1::bigint[])',
      [p('users', 'id', 'in', { parameters: [1] })],
    ],
    [
      'BETWEEN',
      'select 1 from tasks where due between $1 and $2',
      [p('tasks', 'due', 'range', { parameters: [1, 2] })],
    ],
    ['LIKE', 'select 1 from users where name like $1', [p('users', 'name', 'like', { parameters: [1] })]],
    ['ILIKE', 'select 1 from users where name ilike $1', [p('users', 'name', 'ilike', { parameters: [1] })]],
    [
      'NOT LIKE',
      'select 1 from users where name not like $1',
      [p('users', 'name', 'other', { parameters: [1] })],
    ],
    ['<>', 'select 1 from users where name <> $1', [p('users', 'name', 'other', { parameters: [1] })]],
    [
      'IS NULL',
      'select 1 from tasks where due is null and status is not null',
      [p('tasks', 'due', 'is-null'), p('tasks', 'status', 'is-not-null')],
    ],
    [
      'boolean column',
      'select 1 from users where active',
      [p('users', 'active', 'eq', { constant: 'true' })],
    ],
    [
      'NOT boolean column',
      'select 1 from users where not active',
      [p('users', 'active', 'eq', { constant: 'false' })],
    ],
    [
      'constant',
      "select 1 from users where name = 'it''s'",
      [p('users', 'name', 'eq', { constant: "'it''s'" })],
    ],
    [
      'negative constant',
      'select 1 from tasks where priority > -5',
      [p('tasks', 'priority', 'range', { constant: '-5' })],
    ],
    [
      'cast value',
      'select 1 from tasks where due >= $1::date',
      [p('tasks', 'due', 'range', { parameters: [1] })],
    ],
    [
      'function',
      'select 1 from users where lower(email) = $1',
      [p('users', 'email', 'eq', { parameters: [1], expression: 'lower(email)' })],
    ],
    [
      'function on both sides',
      'select 1 from users where lower(email) = lower($1)',
      [p('users', 'email', 'eq', { parameters: [1], expression: 'lower(email)' })],
    ],
    [
      'cast column',
      'select 1 from tasks where due::date = $1',
      [p('tasks', 'due', 'eq', { parameters: [1], expression: '(due)::date' })],
    ],
    [
      'varchar to text is the column',
      'select 1 from users where email::text = $1',
      [p('users', 'email', 'eq', { parameters: [1] })],
    ],
    [
      'value computed',
      'select 1 from tasks where due > now() - $1::interval',
      [p('tasks', 'due', 'range', { parameters: [1] })],
    ],
    [
      'OR',
      'select 1 from tasks where user_id = $1 or priority = $2',
      [
        p('tasks', 'user_id', 'eq', { parameters: [1], conjunctive: false }),
        p('tasks', 'priority', 'eq', { parameters: [2], conjunctive: false }),
      ],
    ],
    [
      'NOT',
      'select 1 from tasks where not (user_id = $1)',
      [p('tasks', 'user_id', 'eq', { parameters: [1], conjunctive: false })],
    ],
    [
      'AND beside OR',
      'select 1 from tasks where status = $1 and (user_id = $2 or id = $3)',
      [
        p('tasks', 'status', 'eq', { parameters: [1] }),
        p('tasks', 'user_id', 'eq', { parameters: [2], conjunctive: false }),
        p('tasks', 'id', 'eq', { parameters: [3], conjunctive: false }),
      ],
    ],
    [
      'row comparison',
      'select 1 from tasks where (due, id) < ($1, $2)',
      [
        p('tasks', 'due', 'range', { parameters: [1] }),
        p('tasks', 'id', 'range', { parameters: [2], conjunctive: false }),
      ],
    ],
    [
      'left join ON',
      'select 1 from users u left join tasks t on t.user_id = u.id and t.status = $1 and u.active = $2',
      [
        p('t', 'status', 'eq', { parameters: [1] }),
        p('u', 'active', 'eq', { parameters: [2], conjunctive: false }),
      ],
    ],
    [
      'EXISTS',
      'select 1 from users u where exists (select 1 from tasks t where t.user_id = u.id and t.status = $1)',
      [p('t', 'status', 'eq', { parameters: [1] })],
    ],
    [
      'through a CTE',
      'with r as (select id, user_id as uid from tasks) select * from r where uid = $1',
      [p('tasks', 'user_id', 'eq', { parameters: [1] })],
    ],
    [
      'through a limited subquery',
      'select * from (select user_id from tasks limit 10) s where s.user_id = $1',
      [p('tasks', 'user_id', 'eq', { parameters: [1], conjunctive: false })],
    ],
    [
      'both arms of a UNION',
      'select id from users where id = $1 union all select id from tasks where user_id = $2',
      [p('users', 'id', 'eq', { parameters: [1] }), p('tasks', 'user_id', 'eq', { parameters: [2] })],
    ],
    [
      'same table twice',
      'select 1 from tasks where id = $1 and user_id in (select user_id from tasks where status = $2)',
      [p('tasks', 'id', 'eq', { parameters: [1] }), p('tasks#2', 'status', 'eq', { parameters: [2] })],
    ],
    [
      'quoted names',
      'select 1 from "Sales Dept"."Order ""Lines""" o where o."Customer Id" = $1 and "select" > $2',
      [p('o', 'Customer Id', 'eq', { parameters: [1] }), p('o', 'select', 'range', { parameters: [2] })],
    ],
    [
      'quoted expression',
      'select 1 from "Order ""Lines""" where abs("Customer Id") = $1',
      [p('Order "Lines"', 'Customer Id', 'eq', { parameters: [1], expression: 'abs("Customer Id")' })],
    ],
    ['update', 'update tasks set status = $1 where id = $2', [p('tasks', 'id', 'eq', { parameters: [2] })]],
    [
      'delete using',
      'delete from tasks t using users u where u.id = t.user_id and u.email = $1',
      [p('u', 'email', 'eq', { parameters: [1] })],
    ],
    ['having is no predicate', 'select user_id from tasks group by user_id having count(*) > $1', []],
    ['CASE is no predicate', 'select case when status = $1 then $2 end from tasks', []],
  ];
  it.each(cases)('%s', async (_, sql, expected) => {
    expect((await analyse(sql)).predicates).toEqual(expected);
  });
});

describe('tables and columns', () => {
  it('follows the search path for unqualified names', async () => {
    const { tables } = await analyse('select at from events');
    expect(tables).toEqual([{ ref: 'events', schema: 'app', name: 'events' }]);
    expect((await analyse('select other from public.events')).tables[0]?.schema).toBe('public');
  });
  it('resolves unqualified columns of joined tables', async () => {
    const a = await analyse('select email, status from users, tasks where user_id = users.id and due < $1');
    expect(a.columns).toEqual({ users: ['id', 'email'], tasks: ['user_id', 'due', 'status'] });
    expect(a.joins).toEqual([
      { left: { ref: 'tasks', column: 'user_id' }, right: { ref: 'users', column: 'id' } },
    ]);
  });
  it('knows stars and whole rows, but not count(*)', async () => {
    expect((await analyse('select t.*, u.name from tasks t, users u')).columns).toEqual({
      t: ['*'],
      u: ['name'],
    });
    expect((await analyse('select t from tasks t')).columns).toEqual({ t: ['*'] });
    expect((await analyse('select count(*) from tasks')).columns).toEqual({ tasks: [] });
  });
  it('joins by USING and IN (SELECT)', async () => {
    expect((await analyse('select 1 from users join tasks using (id)')).joins).toHaveLength(1);
    expect((await analyse('select 1 from users where id in (select user_id from tasks)')).joins).toEqual([
      { left: { ref: 'users', column: 'id' }, right: { ref: 'tasks', column: 'user_id' } },
    ]);
  });
  it('leaves system tables out', async () => {
    expect((await analyse('select relname from pg_catalog.pg_class where oid = $1')).tables).toEqual([]);
  });
  it('survives a recursive CTE', async () => {
    const a = await analyse(
      'with recursive r as (select id, user_id from tasks where id = $1 union all select t.id, t.user_id from tasks t join r on r.id = t.user_id) select * from r',
    );
    expect(a.tables.map((t) => t.ref)).toEqual(['tasks', 't']);
  });
});

describe('order, groups, limits', () => {
  it('reads columns, ordinals and output names', async () => {
    const a = await analyse(
      'select user_id as owner, due from tasks where status = $1 order by owner, 2 desc limit $2 offset $3',
    );
    expect(a.orderBy).toEqual([
      { ref: 'tasks', column: 'user_id', descending: false },
      { ref: 'tasks', column: 'due', descending: true },
    ]);
    expect(a.hasLimit).toBe(true);
    expect(a.parameters.map((x) => x.role)).toEqual(['predicate', 'limit', 'offset']);
  });
  it('groups', async () => {
    const a = await analyse('select status, count(*) from tasks group by 1');
    expect(a.groupBy).toEqual([{ ref: 'tasks', column: 'status' }]);
    expect(a.hasAggregate).toBe(true);
  });
});

describe('parameters', () => {
  const of = async (sql: string) =>
    (await analyse(sql)).parameters.map((x) => [x.role, x.column?.column ?? null]);
  it('ties INSERT values to their columns, named or not', async () => {
    expect(
      await of('insert into tasks (status, user_id) values ($1, $2), ($3, lower($4)) returning id'),
    ).toEqual([
      ['assignment', 'status'],
      ['assignment', 'user_id'],
      ['assignment', 'status'],
      ['assignment', 'user_id'],
    ]);
    expect(await of('insert into events values ($1, $2, $3)')).toEqual([
      ['assignment', 'id'],
      ['assignment', 'user_id'],
      ['assignment', 'at'],
    ]);
  });
  it('ties SET, also of several columns at once, and ON CONFLICT', async () => {
    expect(
      await of('update tasks set priority = priority + $1, (status, due) = ($2, $3) where id = $4'),
    ).toEqual([
      ['assignment', 'priority'],
      ['assignment', 'status'],
      ['assignment', 'due'],
      ['predicate', 'id'],
    ]);
    expect(await of('insert into users (id) values ($1) on conflict (id) do update set name = $2')).toEqual([
      ['assignment', 'id'],
      ['assignment', 'name'],
    ]);
  });
  it('ties comparisons inside computed values', async () => {
    expect(await of('select sum(case when status = $1 then $2 else $3 end) from tasks')).toEqual([
      ['predicate', 'status'],
      ['other', null],
      ['other', null],
    ]);
  });
  it('merge', async () => {
    const a = await analyse(
      'merge into tasks t using users u on t.user_id = u.id and u.email = $1 when matched then update set status = $2 when not matched then insert (id, status) values ($3, $4)',
    );
    expect(a.verb).toBe('merge');
    expect(a.parameters.map((x) => x.column?.column)).toEqual(['email', 'status', 'id', 'status']);
  });
});

describe('what cannot be analysed', () => {
  it.each([
    ['cut off', 'select * from users where id ='],
    ['utility', 'create index on users (id)'],
    ['transaction', 'begin'],
    ['several', 'select 1; select 2'],
    ['empty', '/* nothing */'],
    ['huge parameter number', 'select $2147483647'],
    ['deep nesting', `select ${'('.repeat(20_000)}1${')'.repeat(20_000)}`],
    ['unclosed nesting', '('.repeat(50_000)],
    ['deep NOT', `select 1 from users where ${'not '.repeat(30_000)} active`],
    ['deep casts', `select 1${'::int'.repeat(30_000)}`],
  ])('%s', async (_, sql) => {
    await expect(analyse(sql)).rejects.toMatchObject({ name: 'AppError', code: 'unsupported' });
    // The parser still works after it.
    await expect(analyse('select id from users')).resolves.toBeDefined();
  });

  it('more than 100 parameters and long chains are fine', async () => {
    const list = Array.from({ length: 3_000 }, (_, i) => `$${i + 1}`).join(', ');
    expect((await analyse(`select 1 from users where id in (${list})`)).parameters).toHaveLength(3_000);
    const chain = Array.from({ length: 500 }, (_, i) => `id = $${i + 1}`).join(' or ');
    expect((await analyse(`select 1 from users where ${chain}`)).predicates).toHaveLength(500);
  });

  const seeds = [
    'select t.*, count(*) from tasks t left join users u on u.id = t.user_id where lower(u.email) = lower($1) and t.id in ($2 /*, ... */) order by 1 limit $3',
    'with x as (select id from users where name like $1) update tasks set (status, due) = ($2, $3) from x where x.id = user_id returning *',
    'insert into tasks (id, status) select id, $1 from users where created_at between $2 and $3 on conflict (id) do update set status = excluded.status',
    'select * from (values ($1, $2)) v(a, b) join lateral (select * from tasks where user_id = v.a) s on true where exists (select from users)',
    'merge into tasks using users on user_id = users.id when matched and active then delete when not matched then insert values ($1)',
  ];
  const words = [
    'select',
    'from',
    '(',
    ')',
    ',',
    '$1',
    '$2',
    '.',
    '*',
    'and',
    'or',
    'not',
    'null',
    "'a'",
    '"',
    "'",
    'with',
    'as',
    'group by',
    'grouping sets',
    'union',
    'users',
    'u',
    'in',
    'any',
    'lateral',
    'row',
    '[',
    ']',
    ':',
    ';',
    '\0',
    '😀',
  ];
  it('throws nothing but AppError on mutated SQL', async () => {
    const edit = fc.record({
      at: fc.double({ min: 0, max: 1, noNaN: true }),
      drop: fc.integer({ min: 0, max: 12 }),
      put: fc.constantFrom(...words),
    });
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...seeds), fc.array(edit, { maxLength: 4 }), async (seed, edits) => {
        let sql = seed;
        for (const e of edits) {
          const i = Math.floor(e.at * sql.length);
          sql = `${sql.slice(0, i)} ${e.put} ${sql.slice(i + e.drop)}`;
        }
        try {
          StatementAnalysis.parse(await analyse(sql));
        } catch (error) {
          if (!(error instanceof AppError) || error.code !== 'unsupported') throw error;
        }
      }),
      { numRuns: 3_000 },
    );
  });
});
