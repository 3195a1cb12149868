import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import type { JobContext, JobState } from '@/lib/contracts/job';
import type { Store } from '@/lib/store/client';
import { startTestStore } from '@/test/store';
import { enqueue, jobEvents, jobView, requestCancel } from './queue';
import type { JobDefinition } from './registry';
import { type JobRunner, type RunnerOptions, runJobHere, startJobRunner, workerAlive } from './runner';

let test: Awaited<ReturnType<typeof startTestStore>>;
let store: Store;
let runners: JobRunner[] = [];
let log: string[] = [];

beforeAll(async () => {
  test = await startTestStore();
  store = test.store;
});
afterAll(async () => {
  await test.stop();
});
afterEach(async () => {
  await Promise.all(runners.map((r) => r.stop()));
  runners = [];
  log = [];
  const left = await store.pool.query('select * from graphile_worker.jobs');
  expect(left.rows, 'queue entries left over').toEqual([]);
});

const untilAborted = (ctx: JobContext) =>
  new Promise<never>((_, reject) =>
    ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason), { once: true }),
  );

const work: JobDefinition<{ name: string; ms: number }> = {
  kind: 'work',
  schema: z.object({ name: z.string(), ms: z.number().default(50) }),
  async handle({ name, ms }, ctx) {
    log.push(`+${name}`);
    await ctx.progress({ done: 1, total: 2, message: 'half', secondsLeft: null });
    await sleep(ms);
    log.push(`-${name}`);
    return { name };
  },
};
const wait: JobDefinition = {
  kind: 'wait',
  schema: z.unknown(),
  async handle(_, ctx) {
    await ctx.say('waiting');
    return untilAborted(ctx);
  },
};
const fail: JobDefinition<string> = {
  kind: 'fail',
  schema: z.string(),
  async handle(how) {
    if (how === 'app') throw new AppError('unreachable', 'shop-postgres does not answer');
    throw new TypeError('x is not a function');
  },
};
const definitions = [work, wait, fail];

async function runner(options: RunnerOptions = {}): Promise<JobRunner> {
  const made = await startJobRunner(store, definitions, options);
  runners.push(made);
  return made;
}

const add = (kind: string, payload: unknown, queue: string) =>
  enqueue(store, { kind, payload, queue, createdBy: 'ada' });

async function reach(id: number, ...states: JobState[]) {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const view = await jobView(store, id);
    if (states.includes(view.state)) return view;
    if (Date.now() > deadline) throw new Error(`job ${id} is ${view.state}, not ${states.join(' or ')}`);
    await sleep(20);
  }
}

const messages = async (id: number) => (await jobEvents(store, id)).map((e) => e.message);

describe('the job runner', () => {
  it('keeps order within a queue and runs queues side by side', async () => {
    const ids = [
      await add('work', { name: 'a1', ms: 300 }, 'a'),
      await add('work', { name: 'a2', ms: 10 }, 'a'),
      await add('work', { name: 'b1', ms: 300 }, 'b'),
    ];
    await runner();
    for (const id of ids) await reach(id, 'succeeded');
    const at = (entry: string) => log.indexOf(entry);
    expect(at('-a1')).toBeLessThan(at('+a2'));
    expect(at('+b1')).toBeLessThan(at('-a1'));
    const view = await jobView(store, ids[0]!);
    expect(view).toMatchObject({
      result: { name: 'a1' },
      error: null,
      progress: { message: 'half' },
      createdBy: 'ada',
    });
    expect(view.startedAt && view.finishedAt && view.startedAt < view.finishedAt).toBe(true);
  });

  it('cancels a waiting job at once and a running one within a second', async () => {
    await runner({ concurrency: 1 });
    const first = await add('wait', {}, 'q');
    await expect.poll(() => messages(first)).toEqual(['waiting']);
    const second = await add('work', { name: 'never' }, 'q');
    await requestCancel(store, second);
    expect((await jobView(store, second)).state).toBe('cancelled');
    const asked = Date.now();
    await requestCancel(store, first);
    await reach(first, 'cancelled');
    expect(Date.now() - asked).toBeLessThan(1_500);
    expect(await messages(first)).toEqual(['waiting', 'Cancelled']);
    expect(log).toEqual([]);
    await expect(requestCancel(store, first)).rejects.toMatchObject({ code: 'conflict' });
    await expect(requestCancel(store, 999_999)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('writes down why a job failed, and goes on', async () => {
    await runner();
    const known = await add('fail', 'app', 'q');
    const unknown = await add('fail', 'type', 'q');
    const input = await add('work', { ms: 'long' }, 'q');
    const kind = await add('nothing', {}, 'q');
    const good = await add('work', { name: 'good' }, 'q');
    expect((await reach(known, 'failed')).error).toBe('shop-postgres does not answer');
    expect((await reach(unknown, 'failed')).error).toBe('Unexpected error: x is not a function');
    expect((await reach(input, 'failed')).error).toMatch(/input of the work job is wrong: name/);
    expect((await reach(kind, 'failed')).error).toMatch(/does not know jobs of the kind "nothing"/);
    await reach(good, 'succeeded');
    expect(await messages(known)).toEqual(['Failed: shop-postgres does not answer']);
  });

  it('beats the heart of a running job', async () => {
    await runner();
    const id = await add('wait', {}, 'q');
    await reach(id, 'running');
    const beat = async () =>
      (await store.db.job.findUniqueOrThrow({ where: { id } })).heartbeatAt?.getTime() ?? 0;
    const first = await beat();
    await expect.poll(beat, { timeout: 5_000 }).toBeGreaterThan(first);
    await requestCancel(store, id);
    await reach(id, 'cancelled');
  });

  it('stops: what runs is aborted and marked interrupted, what waits stays', async () => {
    const first = await runner();
    const running = await add('wait', {}, 'q');
    await reach(running, 'running');
    const waiting = await add('work', { name: 'later' }, 'q');
    await Promise.all([first.stop(), first.stop()]);
    expect((await jobView(store, running)).state).toBe('interrupted');
    expect((await jobView(store, waiting)).state).toBe('queued');
    expect(await workerAlive(store)).toBe(false);
    await runner();
    expect(await workerAlive(store)).toBe(true);
    await reach(waiting, 'succeeded');
  });

  it('runs a job here when no worker lives, and ends', async () => {
    const before = await add('work', { name: 'first' }, 'q');
    const id = await add('work', { name: 'mine' }, 'q');
    expect(await workerAlive(store)).toBe(false);
    expect(await runJobHere(store, definitions, id)).toMatchObject({
      state: 'succeeded',
      result: { name: 'mine' },
    });
    expect((await jobView(store, before)).state).toBe('succeeded');
    expect(await workerAlive(store)).toBe(false);
  });
});

describe('after a worker was killed', () => {
  async function killedWhileRunning(): Promise<{ id: number; next: number }> {
    const id = await add('forever', {}, 'q');
    const next = await add('work', { name: 'next' }, 'q');
    const child = spawn(process.execPath, ['--import', 'tsx', 'test/job-worker.ts', test.url], {
      stdio: 'inherit',
    });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    try {
      await expect.poll(() => messages(id), { timeout: 20_000 }).toEqual(['begun']);
      expect(await workerAlive(store)).toBe(true);
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
    await expect.poll(() => workerAlive(store)).toBe(false);
    return { id, next };
  }

  it('the next start marks its job interrupted at once, settles, says what, and frees the queue', async () => {
    const { id, next } = await killedWhileRunning();
    expect((await jobView(store, id)).state).toBe('running');
    await runner({
      onSettle: async (s) => {
        expect(s).toBe(store);
        return ['index tasks_user_id_idx: half-built index dropped'];
      },
    });
    expect(await jobView(store, id)).toMatchObject({
      state: 'interrupted',
      error: expect.stringMatching(/ended before/),
    });
    expect((await messages(id)).slice(1)).toEqual([
      'Interrupted: the worker that ran this job ended before it was done',
      'index tasks_user_id_idx: half-built index dropped',
    ]);
    const written = await store.db.auditEntry.findMany({
      where: { action: { in: ['worker.settle', 'job.interrupted'] } },
    });
    expect(written.map((a) => a.subject).sort()).toEqual([
      'index tasks_user_id_idx: half-built index dropped',
      `job ${id}`,
    ]);
    await reach(next, 'succeeded');
  });

  it('two starters settle it once', async () => {
    const { id, next } = await killedWhileRunning();
    await Promise.all([runner(), runner()]);
    expect((await messages(id)).filter((m) => m.startsWith('Interrupted'))).toHaveLength(1);
    await reach(next, 'succeeded');
    expect(log).toEqual(['+next', '-next']);
  });

  it('a job taken from the queue but not begun runs after all', async () => {
    const id = await add('work', { name: 'begun never' }, 'q');
    const taken = await store.pool.query(
      `update graphile_worker._private_jobs set locked_by = 'worker-gone', locked_at = now(), attempts = 1 where key = $1 returning id`,
      [`job-${id}`],
    );
    expect(taken.rowCount).toBe(1);
    await store.pool.query(
      `update graphile_worker._private_job_queues set locked_by = 'worker-gone', locked_at = now() where queue_name = 'q'`,
    );
    await runner();
    await reach(id, 'succeeded');
  });

  it('a job that another worker declared dead is told to stop, and its end is not overwritten', async () => {
    await runner();
    const id = await add('wait', {}, 'q');
    await expect.poll(() => messages(id)).toEqual(['waiting']);
    await store.db.job.update({ where: { id }, data: { state: 'interrupted', error: 'declared dead' } });
    const free = await add('work', { name: 'after' }, 'q');
    await reach(free, 'succeeded');
    expect(await jobView(store, id)).toMatchObject({ state: 'interrupted', error: 'declared dead' });
  });
});
