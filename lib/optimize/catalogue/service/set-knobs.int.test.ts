import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { Knobs, type KnobValues } from '@/demo/service/knobs';
import { HttpSnapshot } from '@/lib/contracts/http-snapshot';
import { type KnobInput, knobsPath } from '@/lib/contracts/knobs';
import { diagnose } from '@/lib/diagnose/run';
import { openHttp } from '@/lib/observe/collectors/http/collector';
import { observeOnce } from '@/lib/observe/observe-once';
import { writeSamples } from '@/lib/observe/series/write';
import { createTrial } from '@/lib/prove/trial/start';
import type { Store } from '@/lib/store/client';
import { addTarget } from '@/lib/targets/registry';
import { startTestStore } from '@/test/store';
import { planChanges } from '../../plan';
import { planKnob } from '../../plan-knob';
import { proposeChanges } from '../../propose';
import { applyChange, changeDetail, rollbackChange, settleChanges } from '../../runner';
import { actor, until } from '../../testing/fixture';

vi.hoisted(() => {
  process.env.RATCHET_SECRET_KEY = '5b'.repeat(32);
});

const token = 'knobs token of the tests';
let test: { store: Store; url: string; stop(): Promise<void> };
let store: Store;
let server: http.Server;
let baseUrl: string;
/** What the service really does with a PUT. */
let manner: 'honest' | 'lies' | 'never answers' | 'breaks' = 'honest';
let held: KnobValues;
let puts: string[];
let knobs: Knobs;
let worker: ChildProcess | null = null;

function service(): Knobs {
  held = { pooling: false, pool_size: 50 };
  return new Knobs(
    [
      { name: 'pooling', type: 'boolean', value: false, description: 'Keep connections.' },
      { name: 'pool_size', type: 'integer', value: 50, minimum: 1, maximum: 200, description: '' },
    ],
    token,
    async (values) => {
      held = values;
    },
  );
}

beforeAll(async () => {
  test = await startTestStore();
  store = test.store;
  server = http.createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    if (request.url !== knobsPath) return void response.end('{}');
    const body = Buffer.concat(chunks).toString();
    const method = request.method ?? '';
    if (method === 'PUT') puts.push(body);
    const lying = method === 'PUT' && manner === 'lies' && body.includes('true');
    const value: unknown = body === '' ? null : JSON.parse(body);
    const answer = await knobs.answer(lying ? 'GET' : method, request.headers.authorization, value);
    if (method === 'PUT' && manner === 'never answers') return;
    if (method === 'PUT' && manner === 'breaks' && body.includes('true')) return void response.destroy();
    response.writeHead(answer.status).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server?.closeAllConnections();
  server?.close();
  await test?.stop();
});
beforeEach(() => {
  manner = 'honest';
  puts = [];
  knobs = service();
});
afterEach(async () => {
  worker?.kill('SIGKILL');
  await store.db.change.deleteMany({});
});

const connection = () => ({ kind: 'http' as const, baseUrl, headers: {}, knobsToken: token });

async function snapshot(): Promise<HttpSnapshot> {
  const collector = await openHttp(connection(), {});
  try {
    return HttpSnapshot.parse(await collector.snapshot(new AbortController().signal));
  } finally {
    await collector.close();
  }
}

/** The finding on the service, and the change that answers it, stored. */
async function proposed(): Promise<number> {
  const seen = await snapshot();
  const diagnosis = await diagnose({ targets: [{ name: 'api', kind: 'http', snapshot: seen }] });
  const [planned] = planChanges(diagnosis, new Map(), undefined, new Map([['api', seen]]));
  const targetId = await addTarget(store, actor, { stack: 'test', name: 'api', connection: connection() });
  const plan = planned!.plan;
  const { id } = await store.db.change.create({
    data: {
      targetId,
      key: plan.key,
      optimization: plan.optimization,
      title: plan.title,
      subject: plan.subject,
      plan: plan as object,
    },
  });
  return id;
}
const findings = async () =>
  (await diagnose({ targets: [{ name: 'api', kind: 'http', snapshot: await snapshot() }] })).findings.map(
    (f) => f.id,
  );
const on = '{"pooling":true}';
const off = '{"pooling":false}';
const lines = async (id: number) =>
  (await changeDetail(store, id)).journal.map((j) => `${j.direction} ${j.phase} ${j.statement}`);

describe('setting the knobs of a service', () => {
  it('answers the finding, is journaled with the exact request, and is undone by the values read before', async () => {
    expect(await findings()).toEqual(['http/connection-per-request']);
    const id = await proposed();
    const { plan } = await changeDetail(store, id);
    expect(plan.steps).toEqual([
      { kind: 'http', statement: `PUT ${knobsPath} ${on}`, method: 'PUT', path: knobsPath, body: on },
    ]);
    expect(plan.inverse[0]?.statement).toBe(`PUT ${knobsPath} ${off}`);
    await applyChange(store, id, actor);
    expect(held).toEqual({ pooling: true, pool_size: 50 });
    expect(await findings()).toEqual([]);
    expect((await changeDetail(store, id)).state).toBe('applied');
    await applyChange(store, id, actor);
    await rollbackChange(store, id, actor);
    expect(held).toEqual({ pooling: false, pool_size: 50 });
    expect(puts).toEqual([on, off]);
    expect(await findings()).toEqual(['http/connection-per-request']);
    expect(await lines(id)).toEqual([
      `apply before PUT ${knobsPath} ${on}`,
      `apply after PUT ${knobsPath} ${on}`,
      `apply after PUT ${knobsPath} ${on}`,
      `rollback before PUT ${knobsPath} ${off}`,
      `rollback after PUT ${knobsPath} ${off}`,
    ]);
    expect(JSON.stringify(await changeDetail(store, id))).not.toContain(token);
  });

  it('offers a larger pool while samples show that the present one is used up', async () => {
    await knobs.set({ pooling: true });
    const targetId = await addTarget(store, actor, {
      stack: 'pool',
      name: 'api',
      connection: connection(),
    });
    const now = Date.now();
    const samples = (['http.pool_in_use', 'http.pool_waiting'] as const).flatMap((metric) =>
      Array.from({ length: 24 }, (_, i) => ({
        metric,
        at: new Date(now - 120_000 + i * 5_000),
        value: metric === 'http.pool_in_use' ? 50 : 3,
      })),
    );
    await writeSamples(store, targetId, samples);
    const offered = async () => {
      await observeOnce(store, targetId);
      await proposeChanges(store, 'pool');
      return store.db.change.findMany({ where: { targetId, state: { not: 'obsolete' } } });
    };
    const [change] = await offered();
    expect(change?.title).toBe('Set pool_size = 100 on api');
    await applyChange(store, change!.id, actor);
    expect(held.pool_size).toBe(100);
    const open = () =>
      store.db.finding.count({ where: { targetId, rule: 'http/pool-waits', state: 'open' } });
    await offered();
    expect(await open()).toBe(0);
    await rollbackChange(store, change!.id, actor);
    expect(held.pool_size).toBe(50);
    await offered();
    expect(await open()).toBe(1);
  });

  it('sets another value that a person wants to try, which no diagnosis takes back', async () => {
    const input = { stack: 'hand', target: 'api', name: 'pool_size', value: 20 };
    const targetId = await addTarget(store, actor, { stack: 'hand', name: 'api', connection: connection() });
    const plan = (o: Partial<KnobInput> = {}) => planKnob(store, actor, { ...input, ...o });
    await expect(plan()).rejects.toThrow('was not seen to offer a knob named pool_size');
    await observeOnce(store, targetId);
    await expect(plan({ value: 201 })).rejects.toThrow('a whole number from 1 to 200');
    await expect(plan({ value: true })).rejects.toThrow('a whole number from 1 to 200');
    await expect(plan({ name: 'pooling', value: 1 })).rejects.toThrow('is on or off');
    await expect(plan({ value: 50 })).rejects.toThrow('is 50 already');
    await expect(plan({ target: 'db' })).rejects.toMatchObject({ code: 'not-found' });
    const { changeId } = await plan();
    await proposeChanges(store, 'hand');
    const { state, plan: planned } = await changeDetail(store, changeId);
    expect([state, planned.title]).toEqual(['proposed', 'Set pool_size = 20 on api']);
    expect(planned.inverse[0]?.statement).toBe(`PUT ${knobsPath} {"pool_size":50}`);
    await createTrial(store, actor, { changeId });
    await applyChange(store, changeId, actor);
    expect(held.pool_size).toBe(20);
    await rollbackChange(store, changeId, actor);
    expect(held.pool_size).toBe(50);
  });

  it('leaves values that were set before by somebody else', async () => {
    const id = await proposed();
    await knobs.set({ pooling: true });
    await applyChange(store, id, actor);
    await rollbackChange(store, id, actor);
    expect(puts).toEqual([]);
    expect(held.pooling).toBe(true);
  });

  it.each(['lies', 'breaks'] as const)('fails and puts the values back when the service %s', async (how) => {
    const id = await proposed();
    manner = how;
    await expect(applyChange(store, id, actor)).rejects.toThrow(
      how === 'lies' ? 'do not do what they say' : 'does not answer',
    );
    expect(puts).toEqual([on, off]);
    expect(held.pooling).toBe(false);
    expect(await changeDetail(store, id)).toMatchObject({
      state: 'failed',
      outcome: { error: expect.stringContaining('former values were put back') },
    });
  });

  it('says what is missing when the token is wrong or the knob is gone', async () => {
    const id = await proposed();
    await addTarget(store, actor, {
      stack: 'test',
      name: 'api',
      connection: { ...connection(), knobsToken: 'wrong' },
    });
    await expect(applyChange(store, id, actor)).rejects.toMatchObject({ code: 'privilege-missing' });
    expect(puts).toEqual([]);
    const wrong = await openHttp({ ...connection(), knobsToken: 'wrong' }, {});
    const seen = HttpSnapshot.parse(await wrong.snapshot(new AbortController().signal));
    await wrong.close();
    expect(seen.knobs).toBeNull();
    const { cannotCheck } = await diagnose({ targets: [{ name: 'api', kind: 'http', snapshot: seen }] });
    expect(cannotCheck.find((c) => c.id === 'http/connection-per-request')?.reason).toContain('token');
  });

  it('is settled after the worker was killed in the middle', async () => {
    const id = await proposed();
    manner = 'never answers';
    const args = ['--import', 'tsx', 'test/change-worker.ts', test.url, String(id), 'apply'];
    const child = spawn(process.execPath, args, { stdio: 'inherit' });
    worker = child;
    await until(async () => puts.length > 0, 60_000);
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    manner = 'honest';
    expect((await changeDetail(store, id)).state).toBe('applying');
    let settled: Awaited<ReturnType<typeof settleChanges>> = [];
    await until(async () => {
      settled = await settleChanges(store);
      return settled.length > 0;
    });
    expect(settled[0]?.what).toContain('had been set: applied');
    expect((await changeDetail(store, id)).state).toBe('applied');
    await rollbackChange(store, id, actor);
    expect(held.pooling).toBe(false);
  });
});
