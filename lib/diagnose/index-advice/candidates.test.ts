import { describe, expect, it } from 'vitest';
import type { PgColumn, PgIndex, PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { analyseStatement, catalogueOf } from '@/lib/targets/postgres/sql/analyse';
import { pgColumn, pgSnapshot, pgTable } from '@/test/postgres-facts';
import { candidatesOf } from './candidates';
import { factsOf } from './facts';

const column = (name: string, nDistinct: number | null, type = 'integer') =>
  pgColumn(name, { type, nDistinct, nullFraction: 0, width: 4 });
const table = (name: string, rows: number, columns: PgColumn[]) =>
  pgTable(name, columns, { rows, pages: rows / 50, tableBytes: rows * 100, liveRows: rows });

const tasks = table('tasks', 100_000, [
  column('id', -1),
  column('user_id', 5_000),
  column('status', 3),
  column('created_at', -0.9),
  column('body', -1, 'jsonb'),
]);
const users = table('users', 5_000, [column('id', -1), column('email', -1)]);
const small = table('small', 999, [column('id', -1), column('a', 5)]);

function snapshot(indexes: Partial<PgIndex>[] = []): PostgresSnapshot {
  return pgSnapshot({
    tables: [tasks, users, small],
    indexes: indexes.map((i) => ({
      oid: 1,
      schema: 'public',
      table: 'tasks',
      name: 'i',
      definition: '',
      method: 'btree',
      columns: [],
      include: [],
      predicate: null,
      unique: false,
      primary: false,
      constraint: false,
      valid: true,
      ready: true,
      bytes: 0,
      scans: 0,
      ...i,
    })),
  });
}

async function wanted(sql: string, indexes: Partial<PgIndex>[] = []): Promise<string[]> {
  const s = snapshot(indexes);
  const found = candidatesOf(await analyseStatement(sql, catalogueOf(s)), factsOf(s));
  return found
    .map(({ shape }) => {
      const include = shape.include.length > 0 ? ` include ${shape.include.join(',')}` : '';
      return `${shape.table}(${shape.columns.join(',')})${include}`;
    })
    .sort();
}

describe('index candidates', () => {
  it('equality columns lead by selectivity, also swapped, alone, and before a range or the order', async () => {
    expect(await wanted('select * from tasks where status = $1 and user_id = $2')).toEqual([
      'tasks(status)',
      'tasks(status,user_id)',
      'tasks(user_id)',
      'tasks(user_id,status)',
    ]);
    expect(await wanted('select * from tasks where user_id = $1 and created_at > $2')).toEqual([
      'tasks(user_id)',
      'tasks(user_id,created_at)',
    ]);
    expect(await wanted('select * from tasks where user_id = $1 order by created_at desc limit $2')).toEqual([
      'tasks(user_id)',
      'tasks(user_id,created_at)',
    ]);
  });

  it('takes no order that no LIMIT ends, and no columns behind one that is unique', async () => {
    expect(await wanted('select * from tasks where user_id = $1 order by created_at')).toEqual([
      'tasks(user_id)',
    ]);
    expect(await wanted('select * from tasks where id = $1 and status = $2')).toEqual(['tasks(id)']);
  });

  it('join columns, before and behind what filters the same table', async () => {
    expect(
      await wanted(
        'select * from users u join tasks t on t.user_id = u.id where u.email = $1 and t.status = $2',
      ),
    ).toEqual([
      'tasks(status)',
      'tasks(status,user_id)',
      'tasks(user_id)',
      'tasks(user_id,status)',
      'users(email)',
      'users(email,id)',
      'users(id)',
      'users(id,email)',
    ]);
  });

  it('leaves out small tables, conditions inside OR, and types that no btree helps', async () => {
    expect(await wanted('select * from small where a = $1')).toEqual([]);
    expect(await wanted('select * from tasks where user_id = $1 or status = $2')).toEqual([]);
    expect(await wanted('select * from tasks where body = $1')).toEqual([]);
  });

  it('leaves out what an index serves, unless that is partial, invalid or leads with something else', async () => {
    const sql = 'select * from tasks where user_id = $1';
    expect(await wanted(sql, [{ columns: ['user_id', 'status'] }])).toEqual([]);
    expect(await wanted(sql, [{ columns: ['user_id'], predicate: 'status = 1' }])).toEqual([
      'tasks(user_id)',
    ]);
    expect(await wanted(sql, [{ columns: ['user_id'], valid: false }])).toEqual(['tasks(user_id)']);
    expect(await wanted(sql, [{ columns: ['status', 'user_id'] }])).toEqual(['tasks(user_id)']);
    expect(
      await wanted('select * from tasks where id = $1 and status = $2', [{ columns: ['id'], unique: true }]),
    ).toEqual([]);
  });
});
