import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { diagnoseStack } from '@/lib/diagnose/record';
import { listFindings, muteFinding, unmuteFinding } from '@/lib/diagnose/verbs';
import type { Store } from '@/lib/store/client';
import { addTarget } from '@/lib/targets/registry';
import { fixedPlanner, startTestPostgres, type TestCluster } from '@/test/postgres';
import { startTestStore } from '@/test/store';
import { proposeChanges } from './propose';
import { applyChange, changeDetail, listChanges, rollbackChange } from './runner';
import { actor, connected } from './testing/fixture';

vi.stubEnv('RATCHET_SECRET_KEY', randomBytes(32).toString('hex'));
const run = promisify(execFile);
const pgbench = '/usr/lib/postgresql/15/bin/pgbench';

describe.each([
  { version: 15, hypopg: true },
  { version: 18, hypopg: false },
] as const)('pgbench without primary keys on PostgreSQL $version', ({ version, hypopg }) => {
  let test: { store: Store; stop(): Promise<void> };
  let store: Store;
  let target: TestCluster;
  let db: pg.Client;
  const bench = (...args: string[]) => run(pgbench, [...args, target.url()]);
  const stack = 'bench';
  const open = async () =>
    (await listFindings(store, { stack })).filter((f) => f.id === 'postgres/missing-index');

  beforeAll(async () => {
    test = await startTestStore();
    store = test.store;
    target = await startTestPostgres({ version, settings: fixedPlanner });
    db = await connected(target.url());
    await db.query('create extension pg_stat_statements');
    if (hypopg) await db.query('create extension hypopg');
    // d, t, g, v: no primary keys.
    await bench('-i', '-s', '2', '-q', '-I', 'dtgv');
    await db.query('select pg_stat_statements_reset()');
    await bench('-t', '20', '-c', '1', '-n');
    await addTarget(store, actor, { stack, name: 'pg', connection: { kind: 'postgres', url: target.url() } });
  });
  afterAll(async () => {
    await db?.end();
    await target?.stop();
    await test?.stop();
  });

  it('finds the index, applies it, sees the finding go, rolls it back, sees it return', async () => {
    const [id] = await proposeChanges(store, stack);
    if (id === undefined) throw new Error('nothing proposed');
    const change = await changeDetail(store, id);
    expect(change.plan.steps[0]?.statement).toBe(
      'CREATE INDEX CONCURRENTLY pgbench_accounts_aid_idx ON public.pgbench_accounts (aid)',
    );
    expect(change.plan.inverse[0]?.statement).toBe(
      'DROP INDEX CONCURRENTLY IF EXISTS public.pgbench_accounts_aid_idx',
    );
    expect(change.plan.affects[0]).toMatch(/pgbench_accounts by aid #/);
    expect(change.plan.affects).toHaveLength(2);
    const [finding] = await open();
    expect(finding).toMatchObject({
      subject: 'public.pgbench_accounts',
      severity: 'critical',
      changes: [{ id, state: 'proposed' }],
    });

    await applyChange(store, id, actor);
    await db.query('select pg_stat_statements_reset()');
    await bench('-t', '20', '-c', '1', '-n');
    await diagnoseStack(store, stack);
    expect(await open()).toEqual([]);
    expect(await proposeChanges(store, stack)).not.toContain(id);
    const proposed = (await listChanges(store, stack)).filter((c) => c.state === 'proposed');
    expect(proposed.map((c) => c.plan.optimization)).not.toContain('postgres/create-index');
    expect(await listFindings(store, { stack, state: 'resolved' })).toContainEqual(
      expect.objectContaining({ number: finding?.number }),
    );
    expect((await listChanges(store, stack)).find((c) => c.id === id)?.state).toBe('applied');

    await rollbackChange(store, id, actor);
    await db.query('select pg_stat_statements_reset()');
    await bench('-t', '20', '-c', '1', '-n');
    expect((await proposeChanges(store, stack))[0]).toBe(id);
    expect((await open())[0]?.number).toBe(finding?.number);
  });

  it('keeps a muted finding muted over diagnoses, and opens it when asked', async () => {
    await proposeChanges(store, stack);
    const [finding] = await open();
    if (!finding) throw new Error('no finding');
    await muteFinding(store, actor, finding.number, { why: 'known' });
    await diagnoseStack(store, stack);
    expect((await open())[0]).toMatchObject({ state: 'muted', mutedBy: actor.name, mutedWhy: 'known' });
    await unmuteFinding(store, actor, finding.number);
    expect((await open())[0]).toMatchObject({ state: 'open', mutedBy: null });
    await muteFinding(store, actor, finding.number, { why: 'known' });
    await store.db.finding.update({ where: { id: finding.number }, data: { mutedUntil: new Date(0) } });
    await diagnoseStack(store, stack);
    expect((await open())[0]?.state).toBe('open');
  });

  it('marks a proposal obsolete when its table is gone, and proposes it again when it is back', async () => {
    const [id] = await proposeChanges(store, stack);
    await db.query(
      'alter table pgbench_accounts rename to other_accounts; select pg_stat_statements_reset()',
    );
    expect(await proposeChanges(store, stack)).not.toContain(id);
    expect((await changeDetail(store, id ?? 0)).state).toBe('obsolete');
    await db.query('alter table other_accounts rename to pgbench_accounts');
    await bench('-t', '20', '-c', '1', '-n');
    expect(await proposeChanges(store, stack)).toContain(id);
    expect((await changeDetail(store, id ?? 0)).state).toBe('proposed');
  });

  it('leaves the findings of a target that does not answer', async () => {
    const before = await open();
    await target.cluster.stop();
    const { cannotCheck } = await diagnoseStack(store, stack);
    expect(cannotCheck).toContainEqual(
      expect.objectContaining({ target: 'pg', reason: expect.stringContaining('does not answer') }),
    );
    expect((await open()).map((f) => f.number)).toEqual(before.map((f) => f.number));
  });
});
