import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { SqlProbe } from '@/lib/contracts/workload';
import { readPostgresSnapshot } from '@/lib/observe/collectors/postgres/snapshot';
import { connectObserver, connectOperator } from '@/lib/targets/postgres/connect';
import { explain, indexesUsed, seqScans } from '@/lib/targets/postgres/explain';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { type BuiltProbes, buildSqlProbes } from './build';

const run = promisify(execFile);
const pgbench = '/usr/lib/postgresql/15/bin/pgbench';
const conn = (url: string) => ({ kind: 'postgres' as const, url });

/** All statements made equally dear, so that each is chosen. */
const levelled = (snapshot: PostgresSnapshot): PostgresSnapshot => ({
  ...snapshot,
  statementsTotalMs: 10 * (snapshot.statements?.length ?? 0),
  statements: snapshot.statements?.map((s) => ({ ...s, totalMs: 10 })) ?? null,
});

/** A shop in a schema with awkward names, and the statements its application sends. */
const shop = `
create schema "Sales Dept";
create table "Sales Dept"."Users" ("Id" int primary key, "E-Mail" text not null, "select" boolean not null, born date);
create table "Sales Dept"."Order ""Lines""" (id uuid primary key default gen_random_uuid(), "User Id" int not null, status text not null,
  at timestamptz not null, amount numeric(10, 2), tags text[], data jsonb);
insert into "Sales Dept"."Users" select i, 'User' || i || '@Example.org', i % 3 = 0, date '1970-01-01' + i % 9000 from generate_series(1, 5000) i;
insert into "Sales Dept"."Order ""Lines""" ("User Id", status, at, amount, tags, data)
  select 1 + (5000 * power(random(), 3))::int % 5000, (array['open', 'done', 'late'])[1 + i % 3], now() - i * interval '1 minute', i % 977,
    array['a' || i % 7], jsonb_build_object('k', i % 50) from generate_series(1, 60000) i;
create table events (id bigint, at date not null, kind text) partition by range (at);
create table events_24 partition of events for values from ('2024-01-01') to ('2025-01-01');
create table events_25 partition of events for values from ('2025-01-01') to ('2026-01-01');
insert into events select i, date '2024-01-01' + i % 700, 'k' || i % 20 from generate_series(1, 20000) i;
create function touch() returns int language sql volatile as 'select 1';
create table empty (id int);
create sequence counter;
analyze`;

const statements: [string, (string | null)[]][] = [
  ['select * from "Sales Dept"."Users" where lower("E-Mail") = $1', ['user7@example.org']],
  [
    'select u."Id", o.amount from "Sales Dept"."Users" u join "Sales Dept"."Order ""Lines""" o on o."User Id" = u."Id" where u."E-Mail" = $1 and o.status = $2 order by o.at desc limit $3',
    ['User7@Example.org', 'open', '20'],
  ],
  [
    'select count(*), sum(amount) from "Sales Dept"."Order ""Lines""" where at >= $1 and at < $2',
    ['2024-01-01', '2024-01-02'],
  ],
  [
    'select id from "Sales Dept"."Order ""Lines""" where "User Id" = any($1::int[]) and amount between $2 and $3',
    ['{1,2}', '1', '5'],
  ],
  ['select * from "Sales Dept"."Users" where "E-Mail" like $1 limit $2 offset $3', ['User1%', '10', '0']],
  ['select * from "Sales Dept"."Users" where "Id" in ($1, $2, $3)', ['1', '2', '3']],
  [
    'select id from "Sales Dept"."Order ""Lines""" where id = $1 for update skip locked',
    ['6f1f5d3e-8f3a-4d7b-9d43-6a1d2b1c0f11'],
  ],
  ['select id from "Sales Dept"."Order ""Lines""" where data @> $1 and tags && $2', ['{"k":1}', '{a1}']],
  [
    'with recent as (select * from "Sales Dept"."Order ""Lines""" where status = $1) select u.born from recent r join "Sales Dept"."Users" u on u."Id" = r."User Id" where r."User Id" = $2',
    ['open', '5'],
  ],
  ['select count(*) from events where at = $1 and kind = $2', ['2024-05-05', 'k3']],
  [
    'update "Sales Dept"."Order ""Lines""" o set amount = amount + $1, status = $2 from "Sales Dept"."Users" u where u."Id" = o."User Id" and u."E-Mail" = $3',
    ['1', 'done', 'User9@Example.org'],
  ],
  ['delete from events where id = $1 and kind = $2 returning id', ['-1', 'x']],
  [
    'insert into "Sales Dept"."Users" ("Id", "E-Mail", "select") values ($1, $2, $3)',
    ['900001', 'x', 'true'],
  ],
  ['update "Sales Dept"."Users" set born = $1', ['1999-09-09']],
  ['select touch(), "Id" from "Sales Dept"."Users" where "Id" = $1', ['1']],
  ['select id from empty where id = $1', ['1']],
  ['select nextval($1) from "Sales Dept"."Users" limit 1', ['counter']],
];

describe.each([15, 18] as const)('buildSqlProbes on PostgreSQL %i', (version) => {
  let cluster: TestCluster;
  let client: pg.Client;
  let built: BuiltProbes;
  const find = (text: string) => built.probes.find((p) => (p.standsFor ?? p.sql).includes(text));
  const why = (text: string) => built.skipped.find((s) => s.query.includes(text))?.why;

  beforeAll(async () => {
    cluster = await startTestPostgres({ version });
    await cluster.cluster.createDatabase('shop');
    const app = await connectOperator(conn(cluster.url('shop')));
    await app.query(`create extension pg_stat_statements; ${shop}`);
    await app.query("create role watcher login superuser password 'w'; select pg_stat_statements_reset()");
    for (const [sql, values] of statements) await app.query(sql, values);
    // A constant typed by its place: normalisation leaves text that the server does not parse.
    await app.query(
      `select count(*) from "Sales Dept"."Order ""Lines""" where at > now() - interval '3 days' and status = 'late'`,
    );
    await app.query(
      `create role plain login password 'p'; grant pg_monitor to plain; alter role watcher nosuperuser; grant pg_read_all_data, pg_monitor to watcher`,
    );
    await app.end();
    client = await connectObserver(conn(cluster.url('shop').replace(/\/\/[^@]*@/, '//watcher:w@')));
    built = await buildSqlProbes(client, levelled(await readPostgresSnapshot(client)), {
      target: 'shop',
      limit: 40,
      seed: 7,
    });
  });
  afterAll(async () => {
    await client?.end();
    await cluster?.stop();
  });

  it('gives valid, named, weighted probes', () => {
    for (const probe of built.probes) SqlProbe.parse(probe);
    const names = built.probes.map((p) => p.name);
    expect(new Set(names).size).toBe(names.length);
    expect(names.some((n) => /^Users by E-Mail #[0-9a-f]{4}$/.test(n))).toBe(true);
    expect(built.probes.every((p) => p.weight > 0 && p.mode === 'read')).toBe(true);
  });

  it('runs rows of every probe in a read-only session', async () => {
    for (const probe of built.probes) {
      for (const row of probe.rows.slice(0, 15)) {
        const values = [...row];
        expect(values.length, probe.name).toBe(new Set(probe.sql.match(/\$\d+/g)).size);
        await client.query(probe.sql, values);
      }
    }
  });

  it('samples many different values where there are many', () => {
    for (const text of [
      'lower("E-Mail")',
      '"User Id" = any',
      'in ($1',
      'for update',
      'where u."Id" = o."User Id"',
    ]) {
      const probe = find(text);
      expect(probe, `${text}: ${why(text)}`).toBeDefined();
      expect(new Set(probe?.rows.map((r) => JSON.stringify(r))).size, text).toBeGreaterThanOrEqual(100);
    }
  });

  it('takes joined parameters from rows that join', async () => {
    const probe = find('order by o.at desc limit');
    let found = 0;
    for (const row of probe!.rows.slice(0, 30))
      found += (await client.query(probe!.sql, [...row])).rows.length > 0 ? 1 : 0;
    expect(found).toBe(30);
  });

  it('searches through an expression with values of the expression', async () => {
    const probe = find('lower("E-Mail")');
    expect((await client.query(probe!.sql, [...probe!.rows[0]!])).rows).toHaveLength(1);
  });

  it('keeps ranges in order and patterns matching', async () => {
    for (const text of ['at >= $1 and at < $2'])
      for (const [low, high] of find(text)!.rows)
        expect(new Date(low!).getTime()).toBeLessThan(new Date(high!).getTime());
    for (const row of find('amount between')!.rows)
      expect(Number(row[1])).toBeLessThanOrEqual(Number(row[2]));
    const like = find('like $1');
    expect((await client.query(like!.sql, [...like!.rows[0]!])).rows.length).toBeGreaterThan(0);
    expect(like!.rows[0]!.slice(1)).toEqual(['10', '0']);
  });

  it('strips row locks and says what the probe stands for', () => {
    const probe = find('for update skip locked');
    expect(probe?.sql).not.toMatch(/for update/i);
    expect(probe?.standsFor).toMatch(/for update skip locked/);
  });

  it('probes UPDATE and DELETE by their search', () => {
    expect(find('set amount = amount +')).toMatchObject({
      mode: 'read',
      sql: expect.stringMatching(/^SELECT \/\* ratchet \*\/ "o"\.ctid FROM .* WHERE .*"E-Mail" = \$1$/s),
    });
    expect(find('delete from events')?.rows[0]).toHaveLength(2);
    expect(find('delete from events')?.name).toMatch(/^delete events by id, kind #/);
  });

  it('repairs typed constants that normalisation broke', () => {
    const probe = find('now() -');
    expect(probe, why('now() -')).toBeDefined();
    expect(probe?.sql).toContain('::interval');
  });

  it('skips with a reason', () => {
    expect(why('insert into')).toMatch(/write probes/);
    expect(why('set born')).toMatch(/every row/);
    expect(why('touch()')).toMatch(/volatile function touch/);
    expect(why('nextval')).toMatch(/volatile function nextval/);
    expect(why('from empty')).toMatch(/no row/);
  });

  it('tells what to grant where the role may not read the tables', async () => {
    const plain = await connectObserver(conn(cluster.url('shop').replace(/\/\/[^@]*@/, '//plain:p@')));
    try {
      const snapshot = levelled(await readPostgresSnapshot(plain));
      const { probes, skipped } = await buildSqlProbes(plain, snapshot, {
        target: 'shop',
        limit: 40,
        seed: 7,
      });
      expect(probes).toEqual([]);
      expect(skipped.find((s) => s.query.includes('lower("E-Mail")'))?.why).toMatch(
        /permission denied.*pg_read_all_data/,
      );
    } finally {
      await plain.end();
    }
  });

  it('gives the same rows for the same seed, others for another', async () => {
    const snapshot = levelled(await readPostgresSnapshot(client));
    const again = await buildSqlProbes(client, snapshot, { target: 'shop', limit: 40, seed: 7 });
    const of = (b: BuiltProbes) => Object.fromEntries(b.probes.map((p) => [p.queryId, p.rows]));
    const other = await buildSqlProbes(client, snapshot, { target: 'shop', limit: 40, seed: 8 });
    const id = find('lower("E-Mail")')!.queryId!;
    expect(of(again)[id]).toEqual(of(built)[id]);
    expect(of(other)[id]).not.toEqual(of(built)[id]);
  });

  it('probes writes themselves where that is allowed, and leaves no trace', async () => {
    const operator = await connectOperator(conn(cluster.url('shop')));
    try {
      const before = await operator.query(
        'select count(*)::int as n, max("Id") as top from "Sales Dept"."Users"',
      );
      const writes = await buildSqlProbes(operator, levelled(await readPostgresSnapshot(operator)), {
        target: 'shop',
        limit: 40,
        seed: 7,
        allowWriteProbes: true,
      });
      const insert = writes.probes.find((p) => p.sql.startsWith('insert'));
      expect(insert, JSON.stringify(writes.skipped)).toMatchObject({ mode: 'rollback' });
      expect(writes.probes.find((p) => p.sql.startsWith('delete'))?.mode).toBe('rollback');
      expect(
        (await operator.query('select count(*)::int as n, max("Id") as top from "Sales Dept"."Users"')).rows,
      ).toEqual(before.rows);
    } finally {
      await operator.end();
    }
  });
});

describe.each([15, 18] as const)('pgbench without primary keys on PostgreSQL %i', (version) => {
  let cluster: TestCluster;
  beforeAll(async () => {
    cluster = await startTestPostgres({ version });
    await cluster.cluster.createDatabase('bench');
    await run(pgbench, ['-i', '-q', '-s', '10', cluster.url('bench')]);
    const client = await connectOperator(conn(cluster.url('bench')));
    await client.query(
      'create extension pg_stat_statements; alter table pgbench_accounts drop constraint pgbench_accounts_pkey; alter table pgbench_branches drop constraint pgbench_branches_pkey; alter table pgbench_tellers drop constraint pgbench_tellers_pkey',
    );
    await client.end();
    await run(pgbench, ['-n', '-t', '10', cluster.url('bench')]);
  });
  afterAll(() => cluster?.stop());

  it('probes its statements, which scan for want of a key and use one once it is there', async () => {
    const client = await connectObserver(conn(cluster.url('bench')));
    const operator = await connectOperator(conn(cluster.url('bench')));
    try {
      const { probes, skipped } = await buildSqlProbes(client, levelled(await readPostgresSnapshot(client)), {
        target: 'bench',
        limit: 40,
        seed: 1,
      });
      const names = probes.map((p) => p.name.replace(/ #.*/, ''));
      expect(names).toEqual(
        expect.arrayContaining([
          'update pgbench_accounts by aid',
          'pgbench_accounts by aid',
          'update pgbench_branches by bid',
          'update pgbench_tellers by tid',
        ]),
      );
      expect(
        skipped
          .map((s) => s.query)
          .filter((q) => /pgbench_(accounts|tellers)/.test(q) && /^(update|select abalance)/i.test(q)),
      ).toEqual([]);
      const update = probes.find((p) => p.name.startsWith('update pgbench_accounts'));
      expect(new Set(update?.rows.map((r) => r[0])).size).toBeGreaterThanOrEqual(100);
      const scan = seqScans(await explain(client, update!.sql, update!.rows[0]));
      expect(scan[0]).toMatchObject({ schema: 'public', relation: 'pgbench_accounts' });
      await operator.query('create index on pgbench_accounts (aid)');
      expect(indexesUsed(await explain(client, update!.sql, update!.rows[0]))).toEqual([
        'pgbench_accounts_aid_idx',
      ]);
    } finally {
      await client.end();
      await operator.end();
    }
  });
});
