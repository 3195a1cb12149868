import { randomBytes } from 'node:crypto';
import fs from 'node:fs/promises';
import type Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ChangePlan } from '@/lib/contracts/change';
import { diagnose } from '@/lib/diagnose/run';
import { readPostgresSnapshot } from '@/lib/observe/collectors/postgres/snapshot';
import type { Store } from '@/lib/store/client';
import { withObserver } from '@/lib/targets/postgres/connect';
import { addTarget } from '@/lib/targets/registry';
import { type Busybox, dockerMissing, dockerSocket, startBusybox } from '@/test/docker';
import { startTestPostgres, type TestCluster } from '@/test/postgres';
import { startTestStore } from '@/test/store';
import { planChanges } from '../plan';
import { applyChange, changeDetail, rollbackChange, settleChanges } from '../runner';
import { actor, connected, storedChange } from '../testing/fixture';

vi.stubEnv('RATCHET_SECRET_KEY', randomBytes(32).toString('hex'));
const missing = await dockerMissing();

describe.skipIf(missing !== null)('settings that need a restart, on a server in a container', () => {
  let server: TestCluster;
  let engine: Busybox;
  let container: Docker.Container;
  let store: Store;
  let stop: () => Promise<void>;
  let url: string;

  beforeAll(async () => {
    [server, engine, { store, stop }] = await Promise.all([
      startTestPostgres({ version: 15 }),
      startBusybox(),
      startTestStore(),
    ]);
    url = server.url();
    const { port, options } = server.cluster;
    await server.cluster.stop();
    const { uid, gid } = await fs.stat(options.dataDir);
    // Debian's server in a container of its own, with the libraries of the machine and the network of the host.
    container = await engine.start(
      'db',
      `exec /usr/bin/setpriv --reuid=${uid} --regid=${gid} --clear-groups /usr/lib/postgresql/15/bin/postgres -D ${options.dataDir} -c port=${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=`,
      {
        NetworkMode: 'host',
        Binds: [
          ...['/usr', '/lib', '/lib64'].map((dir) => `${dir}:${dir}:ro`),
          `${options.dataDir}:${options.dataDir}`,
        ],
      },
    );
    await vi.waitFor(() => ask('select 1'), { timeout: 20_000, interval: 100 });
    const connection = { kind: 'docker' as const, socket: dockerSocket };
    // Of all containers of this machine, only this test's.
    const docker = { stack: 'test', name: 'engine', connection, options: { containerPrefix: engine.prefix } };
    await addTarget(store, actor, docker);
  });
  afterAll(async () => {
    await engine?.stop();
    await server?.stop();
    await stop?.();
  });

  async function ask(sql: string): Promise<unknown> {
    const db = await connected(url);
    try {
      return Object.values((await db.query(sql)).rows[0] ?? {})[0];
    } finally {
      await db.end();
    }
  }
  const entries = () =>
    ask(
      "select string_agg(name || '=' || setting, ' ' order by name) from pg_file_settings where sourcefile like '%auto.conf'",
    );
  const startedAt = async () => (await container.inspect()).State.StartedAt;

  async function planned(): Promise<ChangePlan> {
    const connection = { kind: 'postgres' as const, url };
    const snapshot = await withObserver(connection, readPostgresSnapshot);
    const withConnection: Parameters<typeof diagnose>[0]['targets'][number]['withConnection'] = (fn) =>
      withObserver(connection, fn);
    const target = { name: 'db', kind: 'postgres' as const, snapshot, withConnection, restartable: true };
    const found = await diagnose({ targets: [{ ...target, machine: { memoryBytes: 2 ** 30 } }] });
    const plans = planChanges(found, new Map([['db', snapshot]])).map((p) => p.plan);
    const plan = plans.find((p) => p.optimization === 'postgres/restart-settings');
    if (!plan) throw new Error('no plan');
    return plan;
  }
  async function stored(allowed: boolean, other: { name: string; proposed: string }[] = []): Promise<number> {
    const plan = await planned();
    const as = { current: '?', why: 'test', takesEffect: 'restart' as const };
    const settings = [...(plan.settings ?? []), ...other.map((s) => ({ ...as, ...s }))];
    const id = await storedChange(store, url, { ...plan, facts: { ...plan.facts, settings } });
    await store.db.target.updateMany({
      where: { kind: 'postgres' },
      data: { options: allowed ? { restartedBy: 'container' } : {} },
    });
    return id;
  }

  it('takes effect, and is taken back, with a restart of the container each', async () => {
    const id = await stored(true);
    const before = await startedAt();
    await applyChange(store, id, actor);
    expect(await ask('show shared_buffers')).toBe('256MB');
    const between = await startedAt();
    expect(between).not.toBe(before);
    await rollbackChange(store, id, actor);
    expect([await ask('show shared_buffers'), await entries()]).toEqual(['128MB', null]);
    expect(await startedAt()).not.toBe(between);
    expect((await changeDetail(store, id)).state).toBe('rolled-back');
    const log = (await container.logs({ stdout: true, stderr: true })).toString('utf8');
    expect(log).not.toContain('not properly shut down');
  });

  it('runs with the old settings again where it does not start with the new ones', async () => {
    await ask("alter system set shared_buffers = '96MB'");
    // WAL senders, of which there are ten, want more than minimal.
    const id = await stored(true, [{ name: 'wal_level', proposed: 'minimal' }]);
    await expect(applyChange(store, id, actor)).rejects.toThrow(
      /did not start with the new settings and runs with the old ones again.*WAL streaming/s,
    );
    expect([await entries(), await ask('show shared_buffers')]).toEqual(['shared_buffers=96MB', '96MB']);
    expect((await changeDetail(store, id)).state).toBe('failed');
    await ask('alter system reset shared_buffers');
  });

  it('is undone by another restart after the worker died on the way back', async () => {
    const id = await stored(true);
    await applyChange(store, id, actor);
    const { plan } = await changeDetail(store, id);
    const at = await ask('select extract(epoch from pg_postmaster_start_time())::text');
    const facts = { ...plan.facts, startedAt: at };
    await store.db.change.update({
      where: { id },
      data: { state: 'rolling-back', plan: { ...plan, facts } as object },
    });
    expect((await settleChanges(store))[0]?.what).toContain('it was finished');
    expect([await ask('show shared_buffers'), await entries()]).toEqual(['128MB', null]);
  });

  it('is refused where nobody allowed it, and for a server in none of the containers that are watched', async () => {
    const before = await startedAt();
    await expect(applyChange(store, await stored(false), actor)).rejects.toThrow(
      'may not restart the server',
    );
    const id = await stored(true);
    const where = { kind: 'docker' };
    await store.db.target.updateMany({ where, data: { options: { containerPrefix: 'other-' } } });
    await expect(applyChange(store, id, actor)).rejects.toThrow('No running container of the Docker targets');
    await store.db.target.deleteMany({ where });
    await expect(applyChange(store, id, actor)).rejects.toThrow('No Docker engine is among the targets');
    expect([await startedAt(), await entries()]).toEqual([before, null]);
  });
});
