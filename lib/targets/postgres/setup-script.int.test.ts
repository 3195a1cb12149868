import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { testPostgres } from './capabilities';
import { scriptFor } from './setup-script';

describe('the set-up script', () => {
  let cluster: TestCluster;
  const as = (user: string) => cluster.url('my "shop"').replace(/\/\/[^@]*@/, `//${user}:s3cret-word@`);
  const run = async (url: string, sql: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return await client.query(sql);
    } finally {
      await client.end();
    }
  };

  beforeAll(async () => {
    cluster = await startTestPostgres({ version: 18 });
    await cluster.cluster.createDatabase('my "shop"');
    await run(
      cluster.url('my "shop"'),
      `create role "Shop Owner"; create schema s authorization "Shop Owner";
       set role "Shop Owner"; create table s.t (id int); insert into s.t values (1)`,
    );
  }, 60_000);
  afterAll(() => cluster?.stop());

  it('makes an observer that reads everything and writes nothing, and an operator that may build indexes', async () => {
    const admin = cluster.url('my "shop"');
    const { setup = '' } = await testPostgres({ kind: 'postgres', url: admin });
    expect(setup).toContain('GRANT "Shop Owner" TO ratchet_operator;');
    await run(admin, setup);
    await run(
      admin,
      "alter role ratchet_observer password 's3cret-word'; alter role ratchet_operator password 's3cret-word'",
    );
    expect((await run(as('ratchet_observer'), 'select * from s.t')).rows).toEqual([{ id: 1 }]);
    const write = run(as('ratchet_observer'), 'begin read write; insert into s.t values (2)');
    await expect(write).rejects.toMatchObject({ code: '42501' });
    await run(as('ratchet_operator'), 'create index concurrently on s.t (id)');
    await expect(run(as('ratchet_operator'), 'create role x')).rejects.toMatchObject({ code: '42501' });

    const tested = await testPostgres({
      kind: 'postgres',
      url: as('ratchet_observer'),
      operatorUrl: as('ratchet_operator'),
    });
    const missing = tested.checks.filter((c) => !c.ok).map((c) => c.name);
    expect(missing.filter((name) => name !== 'hypopg' && name !== 'track_io_timing')).toEqual([]);
  });

  it('leaves out what an older server does not know', () => {
    const script = scriptFor({ number: 130000, database: 'db', owners: [], statements: false });
    expect(script).not.toMatch(/^GRANT pg_(read_all_data|maintain)/m);
    expect(script).toContain('The tables belong to a superuser');
  });
});
