import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Connection } from '@/lib/contracts/target';
import type { Store } from '@/lib/store/client';
import { startTestRedis, type TestRedis } from '@/test/redis';
import { startTestStore } from '@/test/store';
import {
  addTarget,
  loadTarget,
  loadTargets,
  pauseTarget,
  removeTarget,
  targetDetail,
  targetViews,
  testConnection,
  testEdited,
  updateTarget,
} from './registry';

vi.hoisted(() => {
  process.env.RATCHET_SECRET_KEY = 'cd'.repeat(32);
});

const admin = { userId: null, name: 'ada', role: 'admin', via: 'session' } as const;
let store: Store;
let stop: () => Promise<void>;
let redis: TestRedis;

beforeAll(async () => {
  [{ store, stop }, redis] = await Promise.all([startTestStore(), startTestRedis()]);
});
afterAll(async () => {
  await Promise.all([stop?.(), redis?.stop()]);
});

const pg: Connection = {
  kind: 'postgres',
  url: 'postgres://app:s3cret@db:5432/shop',
  operatorUrl: 'postgres://op:s3cret@db/shop',
};

describe('registry', () => {
  it('adds, shows without credentials, loads with them, and changes in place', async () => {
    const id = await addTarget(store, admin, {
      stack: 'shop',
      name: 'db',
      connection: pg,
      options: { allowWriteProbes: true },
    });
    expect(await loadTarget(store, id)).toMatchObject({
      stack: 'shop',
      kind: 'postgres',
      connection: pg,
      options: { allowWriteProbes: true },
      paused: false,
    });
    const views = await targetViews(store, 'shop');
    expect(views).toEqual([
      {
        id,
        stack: 'shop',
        kind: 'postgres',
        name: 'db',
        address: 'db:5432/shop',
        status: 'waiting',
        lastSampleAt: null,
        unreachableSince: null,
        unreachableWhy: null,
        version: null,
      },
    ]);
    const stored = JSON.stringify(
      [await store.db.target.findMany(), await store.db.auditEntry.findMany()],
      (_, v) => (typeof v === 'bigint' ? String(v) : v),
    );
    expect(stored).not.toContain('s3cret');

    const again = await addTarget(store, admin, {
      stack: 'shop',
      name: 'db',
      connection: { ...pg, url: 'postgres://app@other/shop' },
    });
    expect(again).toBe(id);
    expect((await targetViews(store))[0]).toMatchObject({ address: 'other:5432/shop' });
    await updateTarget(store, admin, id, { options: {} });
    expect((await loadTargets(store, { stack: 'shop', kind: 'postgres' }))[0]).toMatchObject({
      options: {},
      connection: { url: 'postgres://app@other/shop' },
    });
    expect(await loadTargets(store, { kind: 'redis' })).toEqual([]);
    await pauseTarget(store, admin, id, true);
    expect((await targetViews(store, 'shop'))[0]?.status).toBe('paused');
    await removeTarget(store, admin, id);
    expect(await targetViews(store, 'shop')).toEqual([]);
    const entries = await store.db.auditEntry.findMany({ orderBy: { id: 'asc' } });
    expect(entries.map((e) => [e.actor, e.action, e.subject, e.outcome])).toEqual(
      ['add', 'update', 'update', 'pause', 'remove'].map((verb) => [
        'ada (session)',
        `target.${verb}`,
        'shop/db',
        'ok',
      ]),
    );
  });

  it('refuses what cannot be right, and changes nothing', async () => {
    const before = await store.db.auditEntry.count();
    const add = (connection: Connection, o: { name?: string; options?: object } = {}) =>
      addTarget(store, admin, { stack: 's', name: o.name ?? 'x', connection, options: o.options });
    const web: Connection = { kind: 'http', baseUrl: 'http://svc:80', headers: {} };
    await expect(add({ kind: 'postgres', url: 'mysql://u:s3cret@h' })).rejects.toMatchObject({
      code: 'bad-input',
      message: expect.not.stringContaining('s3cret'),
    });
    await expect(add({ ...pg, operatorUrl: 'nonsense' })).rejects.toMatchObject({ code: 'bad-input' });
    await expect(add(web, { name: 'a/b' })).rejects.toMatchObject({ code: 'bad-input', field: 'name' });
    await expect(add(web, { options: { metricsPath: 'http://evil/metrics' } })).rejects.toMatchObject({
      code: 'not-allowed',
    });
    await expect(updateTarget(store, admin, 999_999, {})).rejects.toMatchObject({ code: 'not-found' });
    await expect(removeTarget(store, admin, 999_999)).rejects.toMatchObject({ code: 'not-found' });
    expect(await store.db.stack.count({ where: { name: 's' } })).toBe(0);
    expect(await store.db.auditEntry.count()).toBe(before);
    const id = await add(web);
    await expect(add(pg)).rejects.toMatchObject({ code: 'conflict', field: 'name' });
    await expect(updateTarget(store, admin, id, { connection: pg })).rejects.toMatchObject({
      code: 'conflict',
    });
  });

  it('changes the parts that are given, keeps the secrets, and tells of them only that they are there', async () => {
    const id = await addTarget(store, admin, { stack: 'e', name: 'db', connection: pg });
    await updateTarget(store, admin, id, {
      connection: { kind: 'postgres', url: 'postgres://app:n3w@db2/shop' },
    });
    expect((await loadTarget(store, id)).connection).toEqual({ ...pg, url: 'postgres://app:n3w@db2/shop' });
    const detail = await targetDetail(store, id);
    expect(detail).toMatchObject({
      address: 'db2:5432/shop',
      kept: { operatorUrl: true, knobsToken: false },
    });
    expect(JSON.stringify(detail)).not.toMatch(/s3cret|n3w/);
    await updateTarget(store, admin, id, { connection: { kind: 'postgres', operatorUrl: null } });
    expect((await loadTarget(store, id)).connection).toEqual({
      kind: 'postgres',
      url: 'postgres://app:n3w@db2/shop',
    });

    const service = await addTarget(store, admin, {
      stack: 'e',
      name: 'api',
      connection: { kind: 'http', baseUrl: 'http://svc', headers: {}, knobsToken: 't0ken' },
    });
    const move = { kind: 'http', baseUrl: 'http://elsewhere' } as const;
    await expect(updateTarget(store, admin, service, { connection: move })).rejects.toMatchObject({
      code: 'bad-input',
      field: 'connection.knobsToken',
      message: expect.not.stringContaining('t0ken'),
    });
    await updateTarget(store, admin, service, { connection: { ...move, knobsToken: null } });
    expect((await loadTarget(store, service)).connection).toEqual({ ...move, headers: {} });
  });

  it('a new name goes along to findings, alert rules and mixes', async () => {
    const id = await addTarget(store, admin, { stack: 'r', name: 'db', connection: pg });
    const service = await addTarget(store, admin, {
      stack: 'r',
      name: 'api',
      connection: { kind: 'http', baseUrl: 'http://svc', headers: {} },
      options: {
        mix: {
          requests: [{ name: 'GET /x', method: 'GET', path: '/x', headers: {}, weight: 1 }],
          parameters: { id: { target: 'db', sql: 'select 1' } },
        },
      },
    });
    const { stackId } = await store.db.target.findUniqueOrThrow({ where: { id } });
    const [rule, subject] = ['postgres/bloat', 'public.db:1'];
    const given = { stackId, targetId: id, rule, subject, severity: 'low', title: 't', detail: 'd' };
    await store.db.finding.create({ data: { ...given, evidence: [], key: `${rule}:db:${subject}` } });
    const alertRule = await store.db.alertRule.create({
      data: {
        ...{ name: 'r', severity: 'low', stack: 'r', target: 'db', metric: 'pg.connections' },
        ...{ comparison: 'above', threshold: 1, holdSeconds: 0 },
      },
    });
    await expect(updateTarget(store, admin, id, { name: 'api' })).rejects.toMatchObject({
      code: 'conflict',
      field: 'name',
    });
    await updateTarget(store, admin, id, { name: 'main db' });
    expect((await targetViews(store, 'r')).map((t) => t.name)).toEqual(['main db', 'api']);
    expect((await store.db.finding.findFirstOrThrow({ where: { targetId: id } })).key).toBe(
      `${rule}:main db:${subject}`,
    );
    expect(await store.db.alertRule.findUnique({ where: { id: alertRule.id } })).toMatchObject({
      target: 'main db',
    });
    expect((await loadTarget(store, service)).options.mix?.parameters).toEqual({
      id: { target: 'main db', sql: 'select 1' },
    });
  });

  it('tests an edit with the stored credentials, and stores nothing of it', async () => {
    const id = await addTarget(store, admin, {
      stack: 'p',
      name: 'cache',
      connection: { kind: 'redis', url: redis.url },
    });
    expect((await testEdited(store, id, { name: 'other' })).version).toMatch(/Redis|Valkey/);
    await expect(
      testEdited(store, id, { connection: { kind: 'redis', url: 'redis://127.0.0.1:1' } }),
    ).rejects.toMatchObject({ code: 'unreachable' });
    expect((await loadTarget(store, id)).connection).toEqual({ kind: 'redis', url: redis.url });
  });

  it('a target is shown as ok only while samples come', async () => {
    const id = await addTarget(store, admin, {
      stack: 't',
      name: 'cache',
      connection: { kind: 'redis', url: 'redis://h' },
    });
    const status = async (data: { lastSampleAt?: Date; unreachableSince?: Date | null }) => {
      await store.db.target.update({ where: { id }, data });
      return (await targetViews(store, 't'))[0]?.status;
    };
    expect(await status({})).toBe('waiting');
    expect(await status({ lastSampleAt: new Date() })).toBe('ok');
    expect(await status({ lastSampleAt: new Date(Date.now() - 120_000) })).toBe('stale');
    expect(await status({ unreachableSince: new Date() })).toBe('unreachable');
  });

  it('tests a connection', async () => {
    const found = await testConnection({ kind: 'redis', url: redis.url });
    expect(found.checks.every((c) => c.ok)).toBe(true);
    await expect(testConnection({ kind: 'redis', url: 'redis://127.0.0.1:1' })).rejects.toMatchObject({
      code: 'unreachable',
    });
  });
});
