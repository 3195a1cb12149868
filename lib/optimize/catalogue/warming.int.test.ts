import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { verifyChain } from '@/lib/store/chain/verify';
import { addTarget } from '@/lib/targets/registry';
import { planWarming } from '../plan-warming';
import { proposeChanges } from '../propose';
import { applyChange, changeDetail, rollbackChange, settleChanges } from '../runner';
import { actor } from '../testing/fixture';
import { type RedisFixture, startRedisFixture } from '../testing/redis-fixture';

vi.hoisted(() => {
  process.env.RATCHET_SECRET_KEY = '5c'.repeat(32);
});

let test: RedisFixture;
let server: http.Server;
let asked: string[] = [];
/** How long /there/slow takes, ms. */
let slowMs = 0;

beforeAll(async () => {
  server = http.createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (request.url === '/breaks') return void response.destroy();
    const answer = () => response.writeHead(request.url?.startsWith('/there') ? 200 : 404).end('{}');
    setTimeout(answer, request.url === '/there/slow' ? slowMs : 0);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  test = await startRedisFixture();
  const { port } = server.address() as AddressInfo;
  const baseUrl = `http://127.0.0.1:${port}`;
  await addTarget(test.store, actor, {
    ...{ stack: 'test', name: 'api' },
    connection: { kind: 'http', baseUrl, headers: {} },
  });
  await addTarget(test.store, actor, {
    ...{ stack: 'test', name: 'cache' },
    connection: { kind: 'redis', url: test.server.url },
  });
});
afterAll(async () => {
  server?.closeAllConnections();
  server?.close();
  await test?.stop();
});
afterEach(() => {
  asked = [];
});

const plan = async (target: string, list: string[], perSecond = 100) =>
  (await planWarming(test.store, actor, { stack: 'test', target, list, perSecond })).changeId;
const detail = (id: number) => changeDetail(test.store, id);
const figures = async (id: number) =>
  Object.fromEntries(((await detail(id)).outcome?.measured ?? []).map((m) => [m.label, m.after]));

describe('warming', () => {
  const routes = [...Array.from({ length: 5 }, (_, i) => `/there/${i}?page=1`), '/not', '/breaks'];

  it('asks for each route once, says beforehand what and how long, and afterwards what came of it', async () => {
    const id = await plan('api', routes, 50);
    const { plan: planned } = await detail(id);
    expect(planned.steps.map((s) => s.statement)).toEqual(routes.map((r) => `GET ${r}`));
    expect(planned.estimates).toMatchObject([
      { label: 'requests', value: 7 },
      { label: 'duration', value: 7 / 50, unit: 's' },
    ]);
    expect(asked).toEqual([]);
    await applyChange(test.store, id, actor);
    expect(asked).toEqual(routes.map((r) => `GET ${r}`));
    expect(await figures(id)).toEqual({
      'routes warmed': 5,
      'not warmed: status 300 or more': 1,
      'not warmed: no answer': 1,
    });
    await expect(rollbackChange(test.store, id, actor)).rejects.toThrow('no inverse');
    // The same list once more is a change of its own; a diagnosis leaves both alone, and the evidence is unbroken.
    const again = await plan('api', routes, 50);
    await proposeChanges(test.store, 'test');
    expect((await detail(again)).state).toBe('proposed');
    expect((await detail(id)).state).toBe('applied');
    expect((await verifyChain(test.store)).problems).toEqual([]);
  });

  it('is not faster than its rate', async () => {
    const id = await plan('api', routes.slice(0, 5), 10);
    const started = performance.now();
    await applyChange(test.store, id, actor);
    // Five at ten a second: the last is due after 0.4 s. Timers may be a little early.
    expect(performance.now() - started).toBeGreaterThan(390);
  });

  it('does not make up for a slow answer by sending faster', async () => {
    slowMs = 400;
    const id = await plan('api', ['/there/slow', ...routes.slice(0, 4)], 10);
    const started = performance.now();
    await applyChange(test.store, id, actor);
    // The second goes out with the slow answer, after 0.4 s; the other three at intervals of 0.1 s.
    expect(performance.now() - started).toBeGreaterThan(690);
  });

  it('gives up on a service that answers nothing', async () => {
    const id = await plan('api', Array(20).fill('/breaks'));
    await expect(applyChange(test.store, id, actor)).rejects.toThrow(
      '5 routes one after the other unanswered',
    );
    expect(asked).toHaveLength(5);
    expect((await detail(id)).state).toBe('failed');
  });

  it('fails where no route is answered, and refuses what is no path of the service', async () => {
    await expect(plan('api', ['http://elsewhere.example/'])).rejects.toMatchObject({ code: 'bad-input' });
    await expect(plan('api', ['//elsewhere.example/'])).rejects.toMatchObject({ code: 'not-allowed' });
    await expect(plan('nobody', ['/x'])).rejects.toMatchObject({ code: 'not-found' });
    const id = await plan('api', ['/not', '/neither']);
    await expect(applyChange(test.store, id, actor)).rejects.toThrow('None of 2 routes');
    expect((await detail(id)).state).toBe('failed');
  });

  it('touches keys and tells which are missing', async () => {
    await test.redis.mset('a', '1', 'b', '2');
    const id = await plan('cache', ['a', 'b', 'c']);
    await applyChange(test.store, id, actor);
    expect(await figures(id)).toEqual({ 'keys touched': 2, 'keys that are not there': 1 });
  });

  it('interrupted, is settled as nothing to undo', async () => {
    const id = await plan('api', routes);
    await test.store.db.change.update({ where: { id }, data: { state: 'applying' } });
    const [settled] = await settleChanges(test.store);
    expect(settled?.what).toContain('nothing to undo');
    expect((await detail(id)).state).toBe('rolled-back');
  });
});
