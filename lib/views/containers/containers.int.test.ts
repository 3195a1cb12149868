import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { observeOnce } from '@/lib/observe/observe-once';
import { writeSamples } from '@/lib/observe/series/write';
import { actor } from '@/lib/optimize/testing/fixture';
import type { Store } from '@/lib/store/client';
import { addTarget } from '@/lib/targets/registry';
import { type Busybox, dockerMissing, dockerSocket, startBusybox } from '@/test/docker';
import { startTestStore } from '@/test/store';
import { containersView } from './containers';

const missing = await dockerMissing();
if (missing) console.log(`Tests of the containers view did not run: ${missing}`);

describe.skipIf(missing !== null)('containers view', () => {
  let store: Store;
  let stop: () => Promise<void>;
  let busybox: Busybox;
  let targetId = 0;
  const query = { stack: 'shop', target: 'part' };

  beforeAll(async () => {
    [{ store, stop }, busybox] = await Promise.all([startTestStore(), startBusybox()]);
    const [connection, stack] = [{ kind: 'docker' as const, socket: dockerSocket }, 'shop'];
    const options = { containerPrefix: busybox.prefix };
    targetId = await addTarget(store, actor, { stack, name: 'part', connection, options });
    await addTarget(store, actor, { stack, name: 'whole', connection });
  });
  afterAll(async () => {
    await busybox?.stop();
    await stop?.();
  });

  const rows = async () => {
    await observeOnce(store, targetId);
    const { containers } = await containersView(store, query);
    return new Map(containers.map((c) => [c.name.replace(busybox.prefix, ''), c]));
  };

  it('says nothing before the first reading', async () => {
    expect(await containersView(store, query)).toMatchObject({
      takenAt: null,
      containers: [],
      space: null,
    });
  });

  it('tells limits, project, throttling, and how a container ended', async () => {
    const labels = { 'com.docker.compose.project': 'site', 'com.docker.compose.service': 'web' };
    const limits = { Memory: 32 * 2 ** 20, CpuQuota: 20_000, CpuPeriod: 100_000 };
    await busybox.start('web', 'while :; do :; done', limits, labels);
    const hungry = await busybox.start('hungry', 'busybox dd if=/dev/zero of=/dev/null bs=64M', {
      Memory: 16 * 2 ** 20,
      MemorySwap: 16 * 2 ** 20,
    });
    await hungry.wait();
    await expect
      .poll(async () => (await rows()).get('web')?.throttled, { timeout: 20_000 })
      .toBeGreaterThan(0);
    const found = await rows();
    expect(found.get('web')).toMatchObject({
      project: 'site',
      service: 'web',
      state: 'running',
      memoryLimit: 32 * 2 ** 20,
      cpuLimit: 0.2,
      oomKilled: false,
      exitCode: null,
    });
    expect(found.get('hungry')).toMatchObject({
      project: null,
      state: 'exited',
      oomKilled: true,
      exitCode: 137,
      cpuLimit: null,
    });
  });

  it('shows the newest values of the series, and none that is old', async () => {
    const at = new Date();
    const label = `${busybox.prefix}web`;
    await writeSamples(store, targetId, [
      { metric: 'docker.cpu', label, at, value: 0.19 },
      { metric: 'docker.memory', label, at: new Date(at.getTime() - 300_000), value: 5e6 },
    ]);
    const web = (await rows()).get('web');
    expect(web).toMatchObject({ cpu: 0.19, memory: null });
    expect(web?.memorySpark.some((p) => p.v === 5e6)).toBe(true);
  });

  it('tells what takes room on the engine, where the whole engine is the target', async () => {
    const volume = `${busybox.prefix}data`;
    await busybox.docker.createVolume({ Name: volume });
    try {
      expect((await containersView(store, query)).space).toBeNull();
      const whole = await containersViewOf('whole');
      expect(whole.space?.images).toBeGreaterThan(500_000);
      expect(whole.space?.volumes).toContainEqual({ name: volume, bytes: expect.any(Number), inUse: false });
    } finally {
      await busybox.docker.getVolume(volume).remove();
    }
  });

  async function containersViewOf(name: string) {
    const { id } = await store.db.target.findFirstOrThrow({ where: { name } });
    await observeOnce(store, id);
    return containersView(store, { stack: 'shop', target: name });
  }
});
