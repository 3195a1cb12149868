import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ReportDocument } from '@/lib/contracts/report';
import { fixedPlanner, startTestPostgres, type TestCluster } from '@/test/postgres';
import { runCli } from '@/test/run-cli';

const TIMEOUT = 400_000;
let cluster: TestCluster;
let client: pg.Client;
let dir = '';
let url = '';
const env = () => ({ RATCHET_DATA_DIR: path.join(dir, 'data') });

/** A database as it should not be: a statement on 60,000 rows without its index. */
beforeAll(async () => {
  dir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-pass-'));
  // The server runs as another user when the tests run as root.
  await fs.chmod(dir, 0o755);
  cluster = await startTestPostgres({ version: 18, settings: fixedPlanner });
  await cluster.cluster.createDatabase('shop');
  url = cluster.url('shop');
  client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('create extension pg_stat_statements');
  await client.query(`create table orders as select g as id, (g * 7919) % 20000 as customer_id, md5(g::text) as note
    from generate_series(1, 60000) g`);
  await client.query(
    'create table customers as select g as id, md5(g::text) as email from generate_series(1, 20000) g',
  );
  await client.query('alter table customers add primary key (id)');
  await client.query('analyze');
  for (let i = 1; i <= 120; i++) {
    await client.query('select * from orders where customer_id = $1', [i]);
    await client.query('select email from customers where id = $1', [i]);
  }
}, 120_000);

afterAll(async () => {
  await client?.end();
  await cluster?.stop();
  await fs.rm(dir, { recursive: true, force: true });
});

const indexes = async () =>
  (await client.query<{ indexdef: string }>("select indexdef from pg_indexes where tablename = 'orders'"))
    .rows;

describe('ratchet pass --pg', () => {
  it(
    'puts everything back when it is interrupted, and exits 130',
    async () => {
      let told = false;
      const { code, stderr } = await runCli(['pass', '--pg', url, '--rounds', '6', '--segment', '0.2'], {
        env: env(),
        onStderr: (text, child) => {
          if (told || !/Applying|Change 1/.test(text)) return;
          told = true;
          child.kill('SIGINT');
        },
      });
      expect(told, stderr).toBe(true);
      expect(code, stderr).toBe(130);
      expect(await indexes()).toEqual([]);
    },
    TIMEOUT,
  );

  it(
    'finds the missing index, proves it, keeps it, and writes a report that verifies',
    async () => {
      const out = path.join(dir, 'report.json');
      const args = [
        'pass',
        '--pg',
        url,
        '--out',
        out,
        '--rounds',
        '7',
        '--segment',
        '0.3',
        '--max-changes',
        '1',
        '--json',
      ];
      const { code, stdout, stderr } = await runCli(args, { env: env() });
      expect(code, stderr).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject({ stack: 'shop', kept: 1, rolledBack: 0 });
      expect((await indexes()).map((i) => i.indexdef).join()).toContain('customer_id');

      const text = await fs.readFile(out, 'utf8');
      const report = JSON.parse(text) as ReportDocument;
      expect(report.trials.map((t) => t.kind)).toEqual(['aa', 'change', 'overall']);
      expect(report.trials[1]?.verdict?.verdict).toBe('improved');
      expect(report.trials[1]?.verdict?.high).toBeLessThan(0.2);
      // No credentials, no address.
      const { password, port } = new URL(url);
      expect(text).not.toContain(password);
      expect(text).not.toContain(`127.0.0.1`);
      expect(text).not.toContain(`:${port}/`);

      expect((await runCli(['verify', out])).code).toBe(0);
      const digit = text.search(/(?<="ratio": 0\.\d)\d/);
      const changed = `${text.slice(0, digit)}${(Number(text[digit]) + 1) % 10}${text.slice(digit + 1)}`;
      await fs.writeFile(out, changed);
      expect((await runCli(['verify', out])).code).toBe(1);
    },
    TIMEOUT,
  );

  it(
    'finds the stored stack again for rollback and lists',
    async () => {
      const list = await runCli(['targets', 'list', '--json'], { env: env() });
      expect(JSON.parse(list.stdout)).toHaveLength(1);
      const rolled = await runCli(['rollback', '1', '--json'], { env: env() });
      expect(JSON.parse(rolled.stdout)).toMatchObject({ before: 'applied', state: 'rolled-back' });
      expect(await indexes()).toEqual([]);
    },
    TIMEOUT,
  );

  it(
    'exits 2 with a reason when the database does not answer',
    async () => {
      const { code, stderr } = await runCli(['pass', '--pg', 'postgres://nobody:x@127.0.0.1:1/none'], {
        env: env(),
      });
      expect(code).toBe(2);
      expect(stderr).toContain('✗');
      expect(stderr).not.toContain(':x@');
    },
    TIMEOUT,
  );
});
