import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { testPostgres } from './capabilities';
import { connectObserver, connectOperator, postgresAddress, withObserver, withOperator } from './connect';

const conn = (url: string, operatorUrl?: string) => ({
  kind: 'postgres' as const,
  url,
  ...(operatorUrl ? { operatorUrl } : {}),
});

describe('connections', () => {
  let cluster: TestCluster;
  const as = (user: string) => cluster.url().replace(/\/\/[^@]*@/, `//${user}:s3cret-word@`);
  beforeAll(async () => {
    cluster = await startTestPostgres({ version: 18 });
    await withOperator(conn(cluster.url()), (c) =>
      c.query(
        "create role watcher login password 's3cret-word'; create table t (id int); create extension pg_stat_statements",
      ),
    );
  }, 60_000);
  afterAll(() => cluster?.stop());

  it('gives the observer a read-only session with timeouts, under its name', async () => {
    const shown = await withObserver(conn(cluster.url()), async (c) => {
      await expect(c.query('insert into t values (1)')).rejects.toMatchObject({ code: '25006' });
      const names = [
        'application_name',
        'default_transaction_read_only',
        'statement_timeout',
        'lock_timeout',
      ];
      const { rows } = await c.query(
        'select array(select current_setting(n) from unnest($1::text[]) n) as shown',
        [names],
      );
      return rows[0].shown;
    });
    expect(shown).toEqual(['ratchet', 'on', '5s', '1s']);
  });

  it('gives the operator a writing session with a short lock timeout', async () => {
    const client = await connectOperator(conn('postgres://nobody@127.0.0.1:1/x', cluster.url()));
    try {
      expect((await client.query('show lock_timeout')).rows[0]).toEqual({ lock_timeout: '2s' });
      expect((await client.query('show application_name')).rows[0]).toEqual({
        application_name: 'ratchet-operator',
      });
      await client.query('insert into t values (1)');
    } finally {
      await client.end();
    }
  });

  it.each([
    ['wrong password', () => cluster.url().replace(/:[^:@]*@/, ':s3cret-word@'), 'privilege-missing'],
    ['no such database', () => cluster.url('nothing-here'), 'unreachable'],
    ['nothing listens', () => 'postgres://u:s3cret-word@127.0.0.1:1/db', 'unreachable'],
    ['not a URL', () => 'postgres://u:s3cret-word@[bad/db', 'bad-input'],
    ['another scheme', () => 'mysql://u:s3cret-word@h/db', 'bad-input'],
  ])('%s: a clear error without the password', async (_, url, code) => {
    const error = await connectObserver(conn(url())).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: 'AppError', code });
    expect(String(error)).not.toContain('s3cret-word');
    if (code !== 'bad-input') expect(String(error)).toContain(postgresAddress(url()));
  });

  it('gives up on a server that accepts and never answers', async () => {
    const silent = net.createServer();
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = silent.address() as net.AddressInfo;
      const url = `postgres://u:p@127.0.0.1:${port}/db`;
      await expect(connectObserver(conn(url), { connectTimeoutMs: 200 })).rejects.toMatchObject({
        code: 'unreachable',
      });
    } finally {
      silent.close();
    }
  });

  it('reports a session that is cut while in use, without crashing the process', async () => {
    const cut = withObserver(conn(cluster.url()), async (c) => {
      const { rows } = await c.query('select pg_backend_pid() as pid');
      await withOperator(conn(cluster.url()), (o) =>
        o.query('select pg_terminate_backend($1)', [rows[0].pid]),
      );
      await c.query('select 1');
    });
    await expect(cut).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('names statement timeouts', async () => {
    const slow = withObserver(conn(cluster.url()), (c) => c.query('select pg_sleep(5)'), {
      statementTimeoutMs: 50,
    });
    await expect(slow).rejects.toMatchObject({ code: 'timeout' });
  });

  it('tells a superuser everything works, and a plain role what to grant', async () => {
    const full = await testPostgres(conn(cluster.url()));
    expect(full.version).toMatch(/^PostgreSQL 18\./);
    const ok = Object.fromEntries(full.checks.map((c) => [c.name, c.ok]));
    expect(ok).toMatchObject({
      version: true,
      pg_stat_statements: true,
      pg_monitor: true,
      'create indexes': true,
    });
    const plain = await testPostgres(conn(as('watcher')));
    const failed = Object.fromEntries(plain.checks.filter((c) => !c.ok).map((c) => [c.name, c.enable]));
    expect(failed.pg_monitor).toBe('GRANT pg_monitor TO "watcher";');
    expect(failed['create indexes']).toBe('GRANT "postgres" TO "watcher";');
    expect(failed.track_io_timing).toContain('ALTER SYSTEM SET track_io_timing = on');
  });
});
