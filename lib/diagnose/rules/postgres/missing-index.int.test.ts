import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Finding } from '@/lib/contracts/finding';
import { IndexShape } from '@/lib/contracts/index-shape';
import { indexBodySql } from '@/lib/targets/postgres/index-definition';
import { type Bench, startBench } from '../../testing/bench';

const rule = 'postgres/missing-index';
const bodyOf = (finding: Finding) => indexBodySql(IndexShape.parse(finding.facts));

describe.each([
  { version: 15, hypopg: true },
  { version: 15, hypopg: false },
  { version: 18, hypopg: false },
] as const)('missing index on PostgreSQL $version, HypoPG $hypopg', ({ version, hypopg }) => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await startBench(version, [], hypopg);
    await bench.sql(`
      create table users (id int primary key, email text not null, name text);
      create table tasks (id int primary key, user_id int not null references users, status text, title text, created_at timestamptz);
      create table sessions (id int primary key, token text, user_id int, expires_at timestamptz);
      create table tiny (id int, name text);
      insert into users select n, 'user' || n || '@example.org', 'name ' || n from generate_series(1, 20000) n;
      insert into tasks select n, 1 + (n * 7919) % 20000, (array['open','done','late'])[1 + n % 3], 'task ' || n,
        timestamptz '2026-01-01' + n * interval '1 minute' from generate_series(1, 60000) n;
      insert into sessions select n, md5(n::text), 1 + n % 20000, timestamptz '2026-01-01' + n * interval '1 minute' from generate_series(1, 40000) n;
      insert into tiny select n, 'x' from generate_series(1, 50) n`);
    await bench.sql('vacuum analyze');
  }, 60_000);
  afterAll(() => bench?.stop());

  async function workload() {
    await bench.sql('select pg_stat_statements_reset()');
    for (let i = 1; i <= 20; i++) {
      await bench.sql('select * from users where email = $1', [`user${i}@example.org`]);
      await bench.sql('select * from tasks where user_id = $1 order by created_at desc limit $2', [i, 20]);
      await bench.sql('select user_id from sessions where token = $1 and expires_at > $2', [
        `x${i}`,
        new Date(),
      ]);
      await bench.sql(
        'select u.name, count(*) from users u join tasks t on t.user_id = u.id where u.email = $1 and t.status = $2 group by u.name',
        [`user${i}@example.org`, 'open'],
      );
      await bench.sql('select * from tiny where id = $1', [i]);
      await bench.sql('select * from users where id = $1', [i]);
    }
  }

  it('finds the indexes the workload wants, and no others', async () => {
    await workload();
    const found = await bench.findings(rule);
    const wanted = found.map((f) => `${f.subject}(${(f.facts.columns as string[]).join(',')})`).sort();
    expect(wanted).toEqual(
      expect.arrayContaining([
        'public.users(email)',
        expect.stringMatching(/^public\.sessions\(token/),
        expect.stringMatching(/^public\.tasks\(user_id/),
      ]),
    );
    expect(wanted).toHaveLength(3);
    for (const f of found) {
      expect(f.weight).toBeGreaterThan(0);
      expect(f.key).toBe(
        `postgres/missing-index:db:${f.subject}(${(f.facts.columns as string[]).join(',')})`,
      );
    }
    const users = found.find((f) => f.subject === 'public.users');
    expect(users?.facts.statements).toHaveLength(2);
  });

  it('estimates the size within a factor of two of the real one', async () => {
    const found = await bench.findings(rule);
    for (const f of found) {
      await bench.sql(`create index probe_size ${bodyOf(f)}`);
      const [real] = await bench.sql("select pg_relation_size('probe_size')::int as bytes");
      await bench.sql('drop index probe_size');
      const estimate = f.evidence.find((e) => e.label === 'estimated size')?.value as number;
      expect(estimate / (real?.bytes as number)).toBeGreaterThan(0.5);
      expect(estimate / (real?.bytes as number)).toBeLessThan(2);
    }
  });

  it('finds nothing once the indexes are there', async () => {
    for (const f of await bench.findings(rule)) await bench.sql(`create index ${bodyOf(f)}`);
    await bench.sql('analyze');
    await workload();
    expect((await bench.findings(rule)).map((f) => f.title)).toEqual([]);
  });

  it('says what enables it when pg_stat_statements is not there', async () => {
    await bench.sql('drop extension pg_stat_statements');
    const { findings, cannotCheck } = await bench.diagnose();
    expect(findings.filter((f) => f.id === rule)).toEqual([]);
    expect(cannotCheck.find((c) => c.id === rule)?.enable).toContain('CREATE EXTENSION');
    await bench.sql('create extension pg_stat_statements');
  });
});
