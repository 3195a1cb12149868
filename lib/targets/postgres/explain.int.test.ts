import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { connectObserver, withOperator } from './connect';
import { explain, explainGeneric, indexesUsed, seqScans } from './explain';

describe.each([15, 18] as const)('explain on PostgreSQL %i', (version) => {
  let cluster: TestCluster;
  let client: pg.Client;
  beforeAll(async () => {
    cluster = await startTestPostgres({ version });
    const conn = { kind: 'postgres' as const, url: cluster.url() };
    await withOperator(conn, (c) =>
      c.query(`create schema "My Schema"; create table "My Schema"."T" ("Id" int primary key, d date, u uuid, tags int[], n text);
        insert into "My Schema"."T" select i, date '2024-01-01' + i, gen_random_uuid(), array[i], 'n' || i from generate_series(1, 20000) i;
        analyze "My Schema"."T"`),
    );
    client = await connectObserver(conn);
  }, 60_000);
  afterAll(async () => {
    await client?.end();
    await cluster?.stop();
  });

  it.each([
    ['"Id" = $1', ['7']],
    ['d >= $1 and d < $2', ['2024-03-01', '2024-03-02']],
    ['u = $1', ['6f1f5d3e-8f3a-4d7b-9d43-6a1d2b1c0f11']],
    ['"Id" = any($1)', ['{1,2,3}']],
    ['tags @> $1', ['{4}']],
    ['n = $1', [null]],
    ['n like $1 limit $2', ['n1%', '10']],
  ])('binds text values by inferred type: %s', async (where, row) => {
    const plan = await explain(client, `select * from "My Schema"."T" where ${where}`, row);
    expect(plan['Total Cost']).toBeGreaterThanOrEqual(0);
  });

  it('finds sequential scans with schema, filter and cost, and used indexes', async () => {
    const scan = seqScans(
      await explain(client, 'select * from "My Schema"."T" where d = $1', ['2024-03-01']),
    );
    expect(scan).toEqual([
      {
        schema: 'My Schema',
        relation: 'T',
        rows: expect.any(Number),
        filter: expect.stringContaining('2024-03-01'),
        cost: expect.any(Number),
      },
    ]);
    expect(scan[0]?.cost).toBeGreaterThan(100);
    const byKey = await explain(client, 'select * from "My Schema"."T" where "Id" = $1', ['5']);
    expect([seqScans(byKey), indexesUsed(byKey)]).toEqual([[], ['T_pkey']]);
  });

  it('plans writes without executing them', async () => {
    const plan = await explain(client, 'delete from "My Schema"."T" where "Id" < $1', ['5']);
    expect(plan['Node Type']).toBe('ModifyTable');
    expect((await client.query('select count(*)::int as n from "My Schema"."T"')).rows).toEqual([
      { n: 20000 },
    ]);
  });

  it('leaves the session usable after an error and outside of a transaction', async () => {
    await expect(explain(client, 'select * from nowhere where a = $1', ['1'])).rejects.toThrow(/nowhere/);
    await expect(explain(client, 'select * from "My Schema"."T" where "Id" = $1', ['x'])).rejects.toThrow(
      /integer/,
    );
    const { rows } = await client.query('select now() = statement_timestamp() as outside');
    expect(rows).toEqual([{ outside: true }]);
  });

  it.runIf(version >= 16)('generic plan', async () => {
    const plan = await explainGeneric(client, 'select * from "My Schema"."T" where "Id" = $1');
    expect(indexesUsed(plan)).toEqual(['T_pkey']);
  });
});
