import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DockerSnapshot } from '@/lib/contracts/docker-snapshot';
import { diagnose } from '@/lib/diagnose/run';
import { observeOnce } from '@/lib/observe/observe-once';
import { planChanges } from '@/lib/optimize/plan';
import { actor } from '@/lib/optimize/testing/fixture';
import type { Store } from '@/lib/store/client';
import { addTarget } from '@/lib/targets/registry';
import { type Busybox, dockerMissing, dockerSocket, startBusybox } from '@/test/docker';
import { startTestStore } from '@/test/store';
import { runTrial } from './run';
import { createTrial } from './start';
import { trialDetail } from './views';
import { harmOf } from './watch-containers';

vi.hoisted(() => {
  process.env.RATCHET_SECRET_KEY = '5d'.repeat(32);
});

const missing = await dockerMissing();
if (missing) console.log(`Trials of container limits did not run: ${missing}`);

const MiB = 2 ** 20;
const quiet = { id: 'c', restarts: 0, running: true, oomKilled: false, met: 0 };

it.each([
  [{}, null],
  [{ id: 'd' }, 'made anew'],
  [{ oomKilled: true, running: false }, 'want of memory'],
  [{ restarts: 1 }, 'restarted'],
  [{ running: false }, 'ended'],
  [{ met: 7 }, 'met its memory limit 7 times'],
  [{ met: null }, null],
])('a container that is then %j was harmed: %s', (then, why) => {
  const harm = harmOf(quiet, { ...quiet, ...then });
  if (why === null) expect(harm).toBeNull();
  else expect(harm).toContain(why);
});

describe.skipIf(missing !== null)('a trial of a memory limit', () => {
  let test: Awaited<ReturnType<typeof startTestStore>>;
  let store: Store;
  let busybox: Busybox;
  let targetId = 0;
  let api: http.Server;
  let url = '';

  beforeAll(async () => {
    [test, busybox] = await Promise.all([startTestStore(), startBusybox()]);
    store = test.store;
    api = http.createServer((_req, res) => void res.end('ok'));
    await new Promise<void>((resolve) => api.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(api.address() as AddressInfo).port}`;
    targetId = await addTarget(store, actor, {
      stack: 'test',
      name: 'docker',
      connection: { kind: 'docker', socket: dockerSocket },
      options: { containerPrefix: busybox.prefix },
    });
  });
  afterAll(async () => {
    api?.close();
    api?.closeAllConnections();
    await busybox?.stop();
    await test?.stop();
  });

  it('ends as soon as the limit kills, and puts the limit back', async () => {
    const grows =
      'while [ ! -e /tmp/go ]; do busybox usleep 20000; done; busybox dd if=/dev/zero of=/dev/null bs=400M';
    const container = await busybox.start('grows', grows, { Memory: 800 * MiB, MemorySwap: 800 * MiB });
    const snapshot = DockerSnapshot.parse(await observeOnce(store, targetId));
    const name = `${busybox.prefix}grows`;
    const memory = new Map([[name, { p99: 20 * MiB, peak: 20 * MiB, seconds: 3600 }]]);
    const { findings } = await diagnose({ targets: [{ name: 'docker', kind: 'docker', snapshot, memory }] });
    const [planned] = planChanges(
      { findings, cannotCheck: [] },
      new Map(),
      undefined,
      new Map([['docker', snapshot]]),
    );
    const { key, optimization, title, subject } = planned!.plan;
    const { id: changeId } = await store.db.change.create({
      data: { targetId, key, optimization, title, subject, plan: planned!.plan as object },
    });
    const settings = { rounds: 6, segmentSeconds: 0.2, minRequests: 10, clients: 1, seed: 3 };
    const { trialId } = await createTrial(store, actor, { changeId, settings });
    let measuring = false;
    let grown = false;
    const ctx = {
      jobId: 1,
      signal: new AbortController().signal,
      say: async (message: string) => {
        measuring ||= message.startsWith('Applying took');
      },
      progress: async ({ message }: { message: string }) => {
        if (!measuring || grown || !message.includes('Round')) return;
        // Only beneath the limit: without it there is room.
        if ((await container.inspect()).HostConfig.Memory === 800 * MiB) return;
        grown = true;
        const touch = await container.exec({ Cmd: ['/bin/busybox', 'touch', '/tmp/go'] });
        await touch.start({});
        // The trial goes on when the limit has done its work, and not in an arm without it.
        await vi.waitFor(async () => expect((await container.inspect()).State.Running).toBe(false), 10_000);
      },
    };
    const probe = {
      kind: 'http' as const,
      target: 'api',
      name: 'GET /',
      weight: 1,
      method: 'GET' as const,
      path: '/',
      headers: {},
      rows: [],
    };
    const built = {
      workload: { clients: 1, seed: 1, probes: [probe] },
      connections: { api: { kind: 'http' as const, baseUrl: url, headers: {} } },
      allowedOrigins: [url],
      skipped: [],
    };
    await expect(runTrial({ store }, trialId, ctx, { actor, built })).rejects.toThrow(/limit is too low/);
    expect(grown).toBe(true);
    const detail = await trialDetail(store, trialId);
    expect(detail).toMatchObject({ state: 'failed', changeState: 'rolled-back', outcome: null });
    const { HostConfig } = await container.inspect();
    expect(HostConfig.Memory).toBe(800 * MiB);
  });
});
