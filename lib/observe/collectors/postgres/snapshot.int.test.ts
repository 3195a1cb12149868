import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { connectObserver, connectOperator } from '@/lib/targets/postgres/connect';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { readPostgresSnapshot } from './snapshot';
import { readPostgresVitals } from './vitals';

const conn = (url: string) => ({ kind: 'postgres' as const, url });

const schema = `
create schema "Sales Dept";
create table users (id serial primary key, email text not null, unique (email));
create table "Sales Dept"."Order Lines" (id bigint, "User Id" int references users, status text, note text,
  constraint pair unique (id, status) include (note));
create index "by lower" on "Sales Dept"."Order Lines" (lower(note), "User Id") where status <> 'it''s (x) WHERE' and id > 5;
create table logs (at date not null, line text) partition by range (at);
create table logs_24 partition of logs for values from ('2024-01-01') to ('2025-01-01');
create view active as select * from users where id > 0;
create materialized view totals as select count(*) as n from users;
insert into users (email) select 'u' || i from generate_series(1, 1000) i;
insert into "Sales Dept"."Order Lines" select i, 1 + i % 1000, 's' || i % 4, case when i % 2 = 0 then 'n' end from generate_series(1, 4000) i;
insert into logs select date '2024-01-01' + i % 300, 'x' from generate_series(1, 500) i;
analyze`;

describe.each([15, 18] as const)('snapshot of PostgreSQL %i', (version) => {
  let cluster: TestCluster;
  let app: pg.Client;
  let observer: pg.Client;
  beforeAll(async () => {
    cluster = await startTestPostgres({ version });
    await cluster.cluster.createDatabase('other');
    app = await connectOperator(conn(cluster.url()), { applicationName: 'shop' });
    await app.query(schema);
    observer = await connectObserver(conn(cluster.url()));
  });
  afterAll(async () => {
    await observer?.end();
    await app?.end();
    await cluster?.stop();
  });

  it('works without pg_stat_statements and says how to enable it', async () => {
    const snapshot = await readPostgresSnapshot(observer);
    expect(snapshot.statements).toBeNull();
    expect(snapshot.statementsMissing).toMatch(/CREATE EXTENSION IF NOT EXISTS pg_stat_statements;/);
    expect(snapshot.tables.length).toBeGreaterThan(3);
    expect((await readPostgresVitals(observer)).statementMs).toBeNull();
  });

  it('reads tables, columns, indexes, keys and settings as they are', async () => {
    const raw = await readPostgresSnapshot(observer);
    const snapshot = PostgresSnapshot.parse(raw);
    expect(snapshot).toEqual(raw);
    const table = (name: string) => snapshot.tables.find((t) => t.name === name);
    expect(snapshot.tables.map((t) => [t.schema, t.name, t.kind])).toEqual([
      ['Sales Dept', 'Order Lines', 'r'],
      ['public', 'active', 'v'],
      ['public', 'logs', 'p'],
      ['public', 'logs_24', 'r'],
      ['public', 'totals', 'm'],
      ['public', 'users', 'r'],
    ]);
    expect(table('users')).toMatchObject({ rows: 1000, hasPrimaryKey: true, isPartition: false });
    expect(table('users')!.tableBytes).toBeGreaterThan(8_192);
    expect(table('users')!.totalBytes).toBe(table('users')!.tableBytes + table('users')!.indexBytes);
    expect(table('users')!.lastAnalyze).toMatch(/^20\d\d-.*Z$/);
    expect(table('logs')).toMatchObject({ rows: 500, isPartition: false });
    expect(table('logs_24')).toMatchObject({ rows: 500, isPartition: true });
    expect(table('Order Lines')!.columns.map((c) => [c.name, c.type, c.notNull])).toEqual([
      ['id', 'bigint', false],
      ['User Id', 'integer', false],
      ['status', 'text', false],
      ['note', 'text', false],
    ]);
    expect(table('Order Lines')!.columns[3]).toMatchObject({ nDistinct: 1, nullFraction: 0.5 });
    const index = (name: string) => snapshot.indexes.find((i) => i.name === name);
    expect(index('by lower')).toMatchObject({
      schema: 'Sales Dept',
      table: 'Order Lines',
      method: 'btree',
      columns: [null, 'User Id'],
      include: [],
      unique: false,
      valid: true,
      predicate: "(status <> 'it''s (x) WHERE'::text) AND (id > 5)",
    });
    expect(index('pair')).toMatchObject({
      columns: ['id', 'status'],
      include: ['note'],
      unique: true,
      primary: false,
      constraint: true,
    });
    expect(index('users_pkey')).toMatchObject({ primary: true, constraint: true, predicate: null });
    expect(snapshot.foreignKeys).toEqual([
      {
        name: 'Order Lines_User Id_fkey',
        schema: 'Sales Dept',
        table: 'Order Lines',
        columns: ['User Id'],
        referencedSchema: 'public',
        referencedTable: 'users',
        referencedColumns: ['id'],
        validated: true,
      },
    ]);
    // Our own session's settings are not the server's.
    expect(snapshot.settings.find((s) => s.name === 'statement_timeout')?.value).toBe('0');
    expect(snapshot.settings.find((s) => s.name === 'jit')?.value).toBe('on');
    expect(snapshot.settings.map((s) => s.name)).not.toContain('primary_conninfo');
    expect(snapshot).toMatchObject({
      database: 'postgres',
      role: 'postgres',
      superuser: true,
      searchPath: ['public'],
    });
  });

  it('lists the statements of this database only, dearest first, without utility ones and our own', async () => {
    await app.query('create extension if not exists pg_stat_statements');
    await app.query('select pg_stat_statements_reset()');
    const other = new pg.Client(cluster.url('other'));
    await other.connect();
    await other.query('select 42 as elsewhere');
    await other.end();
    for (let i = 0; i < 5; i++) await app.query('select count(*) from users where email <> $1', [`u${i}`]);
    await app.query("select count(*) from users where email < 'u5'");
    for (const v of ['a', 'b'])
      await app.query('select count(*)  from users /* app:2 */ where email < $1', [v]);
    await app.query('/* app */ (select 7 as commented)');
    await app.query('create table gone (id int); drop table gone; set work_mem = 4096; begin; commit');
    await readPostgresSnapshot(observer);
    const snapshot = await readPostgresSnapshot(observer);
    const texts = snapshot.statements!.map((s) => s.query);
    expect(snapshot.statements!.find((s) => s.query.includes('email <>'))).toMatchObject({
      calls: 5,
      rows: 5,
      truncated: false,
    });
    expect(texts.some((t) => t.includes('commented'))).toBe(true);
    // With a constant and with a parameter: two queryids, one statement.
    expect(
      snapshot.statements!.filter((s) => /email < /.test(s.query)).map((s) => [s.calls, s.rows]),
    ).toEqual([[3, 3]]);
    expect(texts.filter((t) => /elsewhere|ratchet|work_mem|create|drop|begin/i.test(t))).toEqual([]);
    const totals = snapshot.statements!.map((s) => s.totalMs);
    expect(totals).toEqual(totals.toSorted((a, b) => b - a));
    expect(snapshot.statementsTotalMs).toBeGreaterThanOrEqual(totals[0]!);
    expect(snapshot.statementsSince).toMatch(/Z$/);
  });

  it('tells a role without privileges what to grant, and still reads the catalogue', async () => {
    await app.query("create role watcher login password 'w'");
    const client = await connectObserver(conn(cluster.url().replace(/\/\/[^@]*@/, '//watcher:w@')));
    try {
      const snapshot = await readPostgresSnapshot(client);
      expect(snapshot.statementsMissing).toContain('GRANT pg_monitor TO "watcher";');
      expect(snapshot.tables.find((t) => t.name === 'users')?.rows).toBe(1000);
      await app.query('grant pg_monitor to watcher');
      expect((await readPostgresSnapshot(client)).statements).not.toBeNull();
    } finally {
      await client.end();
    }
  });

  it('sees over the same connection whatever was changed since the last reading', async () => {
    const fresh = await connectObserver(conn(cluster.url()));
    /** What a new connection reads, which remembers nothing. */
    const whole = async () => {
      const other = await connectObserver(conn(cluster.url()));
      const { tables, indexes, foreignKeys, statements } = await readPostgresSnapshot(other);
      await other.end();
      return { tables, indexes, foreignKeys, statements };
    };
    const again = async () => {
      const { tables, indexes, foreignKeys, statements } = await readPostgresSnapshot(fresh);
      return { tables, indexes, foreignKeys, statements };
    };
    const steps = [
      `create table parent (id int primary key, code int not null); create table child (id int primary key, parent int, b text);
       insert into child select i, 1, 'x' from generate_series(1, 100) i; create index child_b on child (b)`,
      'alter table child rename column b to label',
      'alter index child_b rename to child_label',
      'alter table child add foreign key (parent) references parent (id) not valid',
      'analyze child',
      "insert into child select i, null, repeat('y', 100) || i from generate_series(101, 9000) i",
      'create unique index parent_code on parent (code); create index parent_more on parent (code, id)',
      'alter table parent add constraint codes unique using index parent_code',
      'alter table child rename to kid; alter table kid set (fillfactor = 50)',
      'drop table kid; create table kid (b int primary key, a text)',
      'drop index parent_more',
      'create index parent_more on parent (id, code) include (code)',
      "insert into logs select date '2024-01-01' + i % 300, 'y' from generate_series(1, 5000) i",
      'alter table logs detach partition logs_24',
      "alter table logs attach partition logs_24 for values from ('2024-01-01') to ('2025-01-01')",
      'truncate logs',
      'select count(*) from parent where code > 0',
      'select pg_stat_reset()',
      'select pg_stat_statements_reset()',
      'select id as counted_anew from parent',
    ];
    try {
      for (const step of steps) {
        const before = await again();
        await app.query(step);
        // What was written is told about a second later, unless the session is asked for it.
        await app.query('select pg_stat_force_next_flush()').catch(() => undefined);
        await vi.waitFor(async () => expect(await again()).toEqual(await whole()), { timeout: 20_000 });
        if (!step.startsWith('analyze')) expect(await again()).not.toEqual(before);
      }
      const child = (await again()).tables.find((t) => t.name === 'kid');
      expect(child?.columns.map((c) => c.name)).toEqual(['b', 'a']);
      await app.query('drop table kid, parent');
    } finally {
      await fresh.end();
    }
  });

  it('gives what is as it was as the same row, and another row for what is not', async () => {
    const fresh = await connectObserver(conn(cluster.url()));
    try {
      await app.query('create table moving (id int primary key); create table resting (id int primary key)');
      // Building an index reads the table once, and that is told later.
      await app.query('select pg_stat_force_next_flush()').catch(() => undefined);
      const first = await readPostgresSnapshot(fresh);
      await app.query(
        'insert into moving values (1); select count(*) from moving; select * from moving where id = 1',
      );
      await app.query('select pg_stat_force_next_flush()').catch(() => undefined);
      await vi.waitFor(
        async () => {
          const next = await readPostgresSnapshot(fresh);
          const kept = (rows: 'tables' | 'indexes', name: string) =>
            next[rows].find((r) => r.name === name) === first[rows].find((r) => r.name === name);
          expect([kept('tables', 'moving'), kept('indexes', 'moving_pkey')]).toEqual([false, false]);
          expect([kept('tables', 'resting'), kept('indexes', 'resting_pkey')]).toEqual([true, true]);
          expect(next.tables.find((t) => t.name === 'moving')).toMatchObject({ inserted: 1, indexScans: 1 });
          expect(next.settings[0]).toBe(first.settings[0]);
        },
        { timeout: 20_000 },
      );
      await app.query('drop table moving, resting');
      const statistics = async () =>
        (await readPostgresSnapshot(fresh)).settings.find((s) => s.name === 'default_statistics_target')
          ?.value;
      for (const value of ['77', '100']) {
        await app.query(`alter system set default_statistics_target = ${value}`);
        await app.query('select pg_reload_conf()');
        await expect.poll(statistics, { timeout: 20_000 }).toBe(value);
      }
      await app.query('alter system reset default_statistics_target');
    } finally {
      await fresh.end();
    }
  });

  it('reads a size again when something was written, and a text when it is new', async () => {
    const fresh = await connectObserver(conn(cluster.url()));
    try {
      const bytes = async () =>
        (await readPostgresSnapshot(fresh)).indexes.find((i) => i.name === 'users_email_key')?.bytes ?? 0;
      await app.query("delete from users where email like 'later%'");
      const before = await bytes();
      await app.query(
        "insert into users (email) select 'later' || md5(i::text) from generate_series(1, 20000) i",
      );
      await expect
        .poll(
          async () => {
            await app.query('select 1');
            return bytes();
          },
          { timeout: 20_000 },
        )
        .toBeGreaterThan(before + 500_000);
      await app.query('select max(length(email)) from users');
      const texts = (await readPostgresSnapshot(fresh)).statements?.map((s) => s.query) ?? [];
      expect(texts.some((t) => t.includes('max(length(email))'))).toBe(true);
      await app.query("delete from users where email like 'later%'; analyze users");
    } finally {
      await fresh.end();
    }
  });

  it('does not wait for a locked table', async () => {
    await app.query('begin; lock table users in access exclusive mode');
    try {
      const snapshot = await readPostgresSnapshot(observer);
      expect(snapshot.tables.find((t) => t.name === 'users')?.tableBytes).toBeGreaterThan(0);
    } finally {
      await app.query('rollback');
    }
  });

  it('shows an index that is not valid', async () => {
    await app.query('create table dup (id int); insert into dup values (1), (1)');
    await expect(app.query('create unique index concurrently broken on dup (id)')).rejects.toThrow(/unique/);
    expect((await readPostgresSnapshot(observer)).indexes.find((i) => i.name === 'broken')).toMatchObject({
      valid: false,
    });
  });

  it('reads vitals that count up, size now and then, and our own cost apart', async () => {
    const fresh = await connectObserver(conn(cluster.url()));
    try {
      const first = await readPostgresVitals(fresh);
      for (let i = 0; i < 20; i++) await app.query('select count(*) from users');
      const second = await readPostgresVitals(fresh);
      expect(first.databaseBytes).toBeGreaterThan(1_000_000);
      expect(second.databaseBytes).toBeNull();
      expect(second.statementCalls! - first.statementCalls!).toBeGreaterThanOrEqual(20);
      expect(second.ownStatementMs).toBeGreaterThan(0);
      expect(second).toMatchObject({ maxConnections: 100, connections: 1, serverStart: first.serverStart });
      // A backend hands its counts over about once a second, and only when it ends a statement.
      const commits = async () => {
        await app.query('select 1');
        return (await readPostgresVitals(fresh)).xactCommit;
      };
      await expect.poll(commits, { timeout: 20_000 }).toBeGreaterThanOrEqual(first.xactCommit + 20);
    } finally {
      await fresh.end();
    }
  });
});

describe('a catalogue of 5,000 tables', () => {
  it('is read within the observer’s statement timeout, many tables with each statement', async () => {
    const cluster = await startTestPostgres({ version: 18, settings: ['max_locks_per_transaction=2000'] });
    const app = await connectOperator(conn(cluster.url()));
    /** The snapshot and the vitals over a connection that knows nothing yet, and how many statements they took. */
    const read = async () => {
      const observer = await connectObserver(conn(cluster.url()));
      const sent = vi.spyOn(observer, 'query');
      try {
        const snapshot = await readPostgresSnapshot(observer);
        await readPostgresVitals(observer);
        return { snapshot, statements: sent.mock.calls.length };
      } finally {
        await observer.end();
      }
    };
    try {
      const empty = await read();
      await app.query(`do $$ begin for i in 1..5000 loop
        execute format('create table t%s (id int primary key, a int, b float8, c timestamptz, d bigint, e uuid)', i); end loop; end $$`);
      const { snapshot, statements } = await read();
      expect(snapshot.tables).toHaveLength(5000);
      expect(snapshot.indexes).toHaveLength(5000);
      expect(statements - empty.statements).toBeLessThan(5000 / 100);
    } finally {
      await app.end();
      await cluster.stop();
    }
  });
});
