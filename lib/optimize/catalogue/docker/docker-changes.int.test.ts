import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { ChangePlan } from '@/lib/contracts/change';
import { DockerSnapshot } from '@/lib/contracts/docker-snapshot';
import { diagnose } from '@/lib/diagnose/run';
import { observeOnce } from '@/lib/observe/observe-once';
import { writeSamples } from '@/lib/observe/series/write';
import type { Store } from '@/lib/store/client';
import { addTarget } from '@/lib/targets/registry';
import { type Busybox, dockerMissing, dockerSocket, startBusybox } from '@/test/docker';
import { startTestStore } from '@/test/store';
import { planChanges } from '../../plan';
import { proposeChanges } from '../../propose';
import { applyChange, changeDetail, rollbackChange, settleChanges } from '../../runner';
import { actor } from '../../testing/fixture';

vi.hoisted(() => {
  process.env.RATCHET_SECRET_KEY = '5d'.repeat(32);
});

const missing = await dockerMissing();
if (missing) console.log(`Docker change tests did not run: ${missing}`);

const MiB = 2 ** 20;
const forever = 'while :; do busybox sleep 1000; done';

describe.skipIf(missing !== null)('changes of containers', () => {
  let test: Awaited<ReturnType<typeof startTestStore>>;
  let store: Store;
  let busybox: Busybox;
  let targetId = 0;

  beforeAll(async () => {
    [test, busybox] = await Promise.all([startTestStore(), startBusybox()]);
    store = test.store;
    targetId = await addTarget(store, actor, {
      stack: 'test',
      name: 'docker',
      connection: { kind: 'docker', socket: dockerSocket },
      options: { containerPrefix: busybox.prefix },
    });
  });
  afterAll(async () => {
    await busybox?.stop();
    await test?.stop();
  });
  afterEach(() => store.db.change.deleteMany({}));

  const settings = async (name: string) => {
    const { HostConfig: h } = await busybox.docker.getContainer(busybox.prefix + name).inspect();
    return {
      ...{ memory: h.Memory, swap: h.MemorySwap, quota: h.CpuQuota, shares: h.CpuShares },
      restart: h.RestartPolicy?.Name,
    };
  };

  async function snapshot() {
    return DockerSnapshot.parse(await observeOnce(store, targetId));
  }

  async function stored(plan: ChangePlan): Promise<number> {
    const { key, optimization, title, subject } = plan;
    const { id } = await store.db.change.create({
      data: { targetId, key, optimization, title, subject, plan: plan as object },
    });
    return id;
  }

  /** The change that answers a rule's finding on one container, stored. */
  async function proposed(rule: string, container: string, p99 = 20 * MiB): Promise<number> {
    const seen = await snapshot();
    const name = busybox.prefix + container;
    const memory = new Map([[name, { p99, peak: p99, seconds: 3600 }]]);
    const { findings } = await diagnose({
      targets: [{ name: 'docker', kind: 'docker', snapshot: seen, memory }],
    });
    const own = findings.filter((f) => f.id === `docker/${rule}` && f.subject === name);
    expect(own).toHaveLength(1);
    const [planned] = planChanges(
      { findings: own, cannotCheck: [] },
      new Map(),
      undefined,
      new Map([['docker', seen]]),
    );
    return stored(planned!.plan);
  }

  it('a limit comes from samples that were kept, and says how it was reached', async () => {
    await busybox.start('watched', forever);
    await snapshot();
    const name = `${busybox.prefix}watched`;
    const now = Date.now();
    const samples = Array.from({ length: 120 }, (_, i) => ({
      metric: 'docker.memory' as const,
      label: name,
      at: new Date(now - 600_000 + i * 5_000),
      value: i === 60 ? 250 * MiB : 100 * MiB,
    }));
    await writeSamples(store, targetId, samples.slice(0, 40));
    await proposeChanges(store, 'test');
    const ofWatched = () => store.db.change.findMany({ where: { subject: name } });
    expect(await ofWatched()).toEqual([]);
    await writeSamples(store, targetId, samples.slice(40));
    const provable = await proposeChanges(store, 'test');
    const [change] = await ofWatched();
    // A pass tries it too: what it reserves less is known, and that nothing gets slower is what its trial shows.
    expect(provable).toContain(change?.id);
    // 1.2 times the peak is more than 1.5 times the p99: 300 MiB, up to a multiple of 16.
    expect(change?.title).toBe(`Limit the memory of ${name} to 304 MiB`);
    const finding = await store.db.finding.findFirst({ where: { subject: name } });
    expect(finding?.evidence).toContainEqual({ label: 'working set, peak', value: 250 * MiB, unit: 'bytes' });
  });

  it('limits a container, tells reserved from used, and gives it all of the machine again', async () => {
    await busybox.start('free', forever);
    const { hostMemory } = await snapshot();
    const id = await proposed('no-memory-limit', 'free');
    const { plan } = await changeDetail(store, id);
    expect(plan.steps[0]?.statement).toMatch(
      /^POST \/containers\/.*free\/update \{"Memory":\d+,"MemorySwap":\d+\}$/,
    );
    expect(plan.purpose).toBe('to reserve less memory');
    await applyChange(store, id, actor);
    const limited = await settings('free');
    expect(limited.memory).toBeGreaterThanOrEqual(64 * MiB);
    expect(limited.swap).toBe(2 * (limited.memory ?? 0));
    const { outcome } = await changeDetail(store, id);
    expect(outcome?.measured).toMatchObject([
      { label: 'memory reserved', before: hostMemory, after: limited.memory },
      { label: 'memory resident' },
    ]);
    expect(outcome?.measured?.[1]?.after).toBeLessThan(64 * MiB);
    await rollbackChange(store, id, actor);
    expect((await settings('free')).memory).toBe(hostMemory);
    const again = await snapshot();
    const { findings } = await diagnose({ targets: [{ name: 'docker', kind: 'docker', snapshot: again }] });
    expect(findings.find((f) => f.subject.endsWith('free'))?.id).toBe('docker/no-memory-limit');
  });

  it.each([
    ['a limit with its own swap', { Memory: 512 * MiB, MemorySwap: 600 * MiB }],
    ['a limit with all the swap there is', { Memory: 512 * MiB, MemorySwap: -1 }],
  ])('lowers %s, and puts both back', async (_, { Memory, MemorySwap }) => {
    const name = `held${MemorySwap}`;
    await busybox.start(name, forever, { Memory, MemorySwap });
    const id = await proposed('over-provisioned', name);
    await applyChange(store, id, actor);
    expect((await settings(name)).memory).toBeLessThan(256 * MiB);
    await rollbackChange(store, id, actor);
    expect(await settings(name)).toMatchObject({ memory: Memory, swap: MemorySwap });
  });

  it('refuses a limit near what is in use now, and sends nothing', async () => {
    await busybox.start('big', `${forever}`, { Memory: 512 * MiB });
    const id = await proposed('over-provisioned', 'big');
    const row = await store.db.change.findUniqueOrThrow({ where: { id } });
    const plan = JSON.parse(JSON.stringify(row.plan)) as ChangePlan;
    plan.facts.update = { Memory: 8 * MiB, MemorySwap: 16 * MiB };
    await store.db.change.update({ where: { id }, data: { plan: plan as object } });
    await expect(applyChange(store, id, actor)).rejects.toThrow(/uses \d+ MB now: a limit of 8 MB/);
    expect(await settings('big')).toMatchObject({ memory: 512 * MiB });
    expect((await changeDetail(store, id)).journal).toEqual([]);
  });

  it('goes by the working set: what is mapped and shared is resident and counts against no limit', async () => {
    // Hundreds of processes that share the pages of one program: resident in each, charged once.
    const many = 'i=0; while [ $i -lt 300 ]; do busybox sleep 1000 & i=$((i+1)); done; wait';
    const container = await busybox.start('mapped', many, { Memory: 512 * MiB });
    await vi.waitFor(async () => expect((await container.top()).Processes).toHaveLength(301), {
      timeout: 60_000,
      interval: 500,
    });
    const id = await proposed('over-provisioned', 'mapped');
    const row = await store.db.change.findUniqueOrThrow({ where: { id } });
    const plan = JSON.parse(JSON.stringify(row.plan)) as ChangePlan;
    // Once by what the collector saw just now, once by asking the engine.
    for (const at of [new Date(), new Date(0)]) {
      plan.facts.watched = { ...(plan.facts.watched as object), at: at.toISOString() };
      await store.db.change.update({ where: { id }, data: { plan: plan as object } });
      await applyChange(store, id, actor);
      const { outcome, plan: applied } = await changeDetail(store, id);
      const { resident, workingSet } = applied.facts.seen as { resident: number; workingSet: number };
      expect(outcome?.measured?.[1]?.after).toBeGreaterThan(0);
      expect(workingSet).toBeLessThan(resident);
      await rollbackChange(store, id, actor);
    }
    await container.remove({ force: true });
  });

  it('what the engine refuses changes nothing and says why', async () => {
    await busybox.start('refused', forever, { Memory: 512 * MiB });
    const id = await proposed('over-provisioned', 'refused');
    const row = await store.db.change.findUniqueOrThrow({ where: { id } });
    const plan = JSON.parse(JSON.stringify(row.plan)) as ChangePlan;
    // More memory than memory and swap together.
    plan.facts.update = { Memory: 300 * MiB, MemorySwap: 200 * MiB };
    await store.db.change.update({ where: { id }, data: { plan: plan as object } });
    await expect(applyChange(store, id, actor)).rejects.toThrow(/former settings/);
    expect(await settings('refused')).toMatchObject({ memory: 512 * MiB });
    expect((await changeDetail(store, id)).state).toBe('failed');
  });

  it('a throttled container gets more CPU', async () => {
    await busybox.start('busy', 'while :; do :; done', { CpuPeriod: 10_000, CpuQuota: 1_000 });
    await vi.waitFor(
      async () => {
        const { containers } = await snapshot();
        const c = containers.find((x) => x.name.endsWith('busy'));
        expect(c?.cpuPeriods).toBeGreaterThan(600);
      },
      { timeout: 60_000, interval: 1_000 },
    );
    const id = await proposed('cpu-throttled', 'busy');
    await applyChange(store, id, actor);
    expect((await settings('busy')).quota).toBe(2_000);
    await rollbackChange(store, id, actor);
    expect((await settings('busy')).quota).toBe(1_000);
    await busybox.docker.getContainer(`${busybox.prefix}busy`).remove({ force: true });
  });

  it('a container that takes the CPU of another stands back with fewer shares', async () => {
    await Promise.all(['greedy', 'pressed'].map((name) => busybox.start(name, forever)));
    const { hostCpus } = await snapshot();
    const now = Date.now();
    const used = { greedy: 0.9 * hostCpus, pressed: 0.05 * hostCpus };
    const samples = Object.entries(used).flatMap(([name, value]) =>
      Array.from({ length: 100 }, (_, i) => ({
        metric: 'docker.cpu' as const,
        label: busybox.prefix + name,
        at: new Date(now - 550_000 + i * 5_000),
        value,
      })),
    );
    await writeSamples(store, targetId, samples);
    const found = async () => {
      await snapshot();
      await proposeChanges(store, 'test');
      return store.db.finding.findFirst({ where: { rule: 'docker/cpu-crowded', state: 'open' } });
    };
    expect((await found())?.subject).toBe(`${busybox.prefix}greedy`);
    const change = await store.db.change.findFirstOrThrow({
      where: { subject: `${busybox.prefix}greedy`, title: { contains: 'CPU shares' } },
    });
    await applyChange(store, change.id, actor);
    expect((await settings('greedy')).shares).toBe(512);
    expect(await found()).toBeNull();
    await rollbackChange(store, change.id, actor);
    expect((await settings('greedy')).shares).toBe(1024);
    expect((await found())?.subject).toBe(`${busybox.prefix}greedy`);
    for (const name of ['greedy', 'pressed'])
      await busybox.docker.getContainer(busybox.prefix + name).remove({ force: true });
  });

  it('a container that ends again and again is found by the events, and its policy can give it up', async () => {
    await busybox.start('looping', 'exit 1', { RestartPolicy: { Name: 'always', MaximumRetryCount: 0 } });
    await vi.waitFor(
      async () => {
        const { containers } = await snapshot();
        expect(containers.find((x) => x.name.endsWith('looping'))?.recentEnds).toBeGreaterThanOrEqual(3);
      },
      { timeout: 30_000, interval: 500 },
    );
    const id = await proposed('restarting', 'looping');
    await applyChange(store, id, actor);
    expect((await settings('looping')).restart).toBe('on-failure');
    await rollbackChange(store, id, actor);
    expect((await settings('looping')).restart).toBe('always');
    await busybox.docker.getContainer(`${busybox.prefix}looping`).remove({ force: true });
  });

  it('a container that is gone: applying says so, rolling back has nothing to do', async () => {
    const container = await busybox.start('leaving', forever, { Memory: 512 * MiB });
    const id = await proposed('over-provisioned', 'leaving');
    await applyChange(store, id, actor);
    await container.remove({ force: true });
    await rollbackChange(store, id, actor);
    expect((await changeDetail(store, id)).journal.at(-1)?.detail).toContain('gone');
    await expect(applyChange(store, id, actor)).rejects.toThrow(/no container .*leaving on .* any more/);
  });

  it.each(['before', 'after'] as const)('a worker that died %s the request is settled', async (moment) => {
    const name = `died-${moment}`;
    await busybox.start(name, forever, { Memory: 512 * MiB, MemorySwap: 512 * MiB });
    const id = await proposed('over-provisioned', name);
    const { plan } = await changeDetail(store, id);
    const update = plan.facts.update as { Memory: number; MemorySwap: number };
    if (moment === 'after') await busybox.docker.getContainer(busybox.prefix + name).update(update);
    await store.db.change.update({ where: { id }, data: { state: 'applying' } });
    await settleChanges(store);
    const { state } = await changeDetail(store, id);
    expect(state).toBe(moment === 'after' ? 'applied' : 'rolled-back');
    expect((await settings(name)).memory).toBe(moment === 'after' ? update.Memory : 512 * MiB);
  });

  it('removes stopped containers and leaves the one that runs again by then', async () => {
    const [kept, gone] = await Promise.all([
      busybox.start('kept', 'if [ -e /tmp/again ]; then busybox sleep 1000; fi; : > /tmp/again'),
      busybox.start('gone', 'exit 0'),
    ]);
    await Promise.all([kept.wait(), gone.wait()]);
    const items = [kept, gone].map((c) => ({
      kind: 'container',
      id: c.id,
      name: c.id,
      bytes: 10,
      since: null,
    }));
    const id = await stored(removal(items));
    await kept.start();
    await applyChange(store, id, actor);
    expect((await kept.inspect()).State.Running).toBe(true);
    expect((await changeDetail(store, id)).journal[0]?.detail).toMatch(/runs now/);
    await expect(gone.inspect()).rejects.toMatchObject({ statusCode: 404 });
    await expect(rollbackChange(store, id, actor)).rejects.toThrow(/no inverse/);
  });

  it('removes a network that no container is on, and no other', async () => {
    const docker = busybox.docker;
    const [free, used] = await Promise.all(
      ['free', 'used'].map((name) => docker.createNetwork({ Name: `${busybox.prefix}${name}` })),
    );
    await busybox.start('on-it', forever, { NetworkMode: `${busybox.prefix}used` });
    const items = [free, used].map((n) => ({
      kind: 'network',
      id: n!.id,
      name: n!.id,
      bytes: null,
      since: null,
    }));
    await applyChange(store, await stored(removal(items)), actor);
    await expect(free!.inspect()).rejects.toMatchObject({ statusCode: 404 });
    expect((await used!.inspect()).Name).toContain('used');
    await docker.getContainer(`${busybox.prefix}on-it`).remove({ force: true });
    await used!.remove();
  });
});

function removal(items: object[], distinct = ''): ChangePlan {
  return {
    optimization: 'docker/remove-unused',
    key: `docker/remove-unused:test${distinct}`,
    title: 'Remove',
    subject: 'containers',
    why: 'test',
    steps: [{ kind: 'docker', statement: 'DELETE', method: 'DELETE', path: '/', body: null }],
    inverse: [],
    risk: 'medium',
    locks: '',
    reversible: false,
    needsRestart: false,
    facts: { items },
    estimates: [],
    affects: [],
  };
}
