import http from 'node:http';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { DockerSnapshot } from '@/lib/contracts/docker-snapshot';
import { diagnose } from '@/lib/diagnose/run';
import { testDocker } from '@/lib/targets/docker/capabilities';
import { type Busybox, dockerMissing, dockerSocket, startBusybox } from '@/test/docker';
import type { Collector } from '../../collector-types';
import { openDocker } from './collector';

const missing = await dockerMissing();
if (missing) console.log(`Docker collector tests did not run: ${missing}`);

const signal = new AbortController().signal;

describe.skipIf(missing !== null)('Docker collector', () => {
  let busybox: Busybox;
  let collector: Collector;

  beforeAll(async () => {
    busybox = await startBusybox();
    await busybox.start('busy', 'while :; do :; done', { Memory: 64 * 2 ** 20, NanoCpus: 5e8 });
    await busybox.start('idle', 'while :; do busybox sleep 1000; done');
    collector = await openDocker(
      { kind: 'docker', socket: dockerSocket },
      { containerPrefix: busybox.prefix },
    );
  });
  afterAll(async () => {
    await collector?.close();
    await busybox?.stop();
  });

  const read = async () => {
    const { values } = await collector.vitals(signal);
    return Object.fromEntries(
      values.map((v) => [`${v.metric} ${v.label?.replace(busybox.prefix, '')}`, v.value]),
    );
  };

  it('tells its version and what it can', async () => {
    const found = await testDocker({ kind: 'docker', socket: dockerSocket });
    expect(found.version).toMatch(/^Docker \d+/);
    expect(found.checks.map((c) => c.name)).toEqual(['API', 'containers', 'memory limits', 'swap limits']);
  });

  it('measures CPU in cores, working set and limit; a container without a limit has none', async () => {
    const first = await read();
    expect(first).not.toHaveProperty('docker.cpu busy');
    expect(first['docker.containers ']).toBe(2);
    expect(first['docker.memory_limit busy']).toBe(64 * 2 ** 20);
    expect(first).not.toHaveProperty('docker.memory_limit idle');
    expect(first['docker.memory busy']).toBeGreaterThan(4096);
    expect(first['docker.memory busy']).toBeLessThan(20 * 2 ** 20);
    // Readings must be some time apart, by the engine's clock, for the CPU share to mean something.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const second = await read();
    expect(second['docker.cpu busy']).toBeGreaterThan(0.1);
    expect(second['docker.cpu busy']).toBeLessThan(0.75);
    expect(second['docker.cpu idle']).toBeLessThan(0.1);
    // It burns all the time with half a core: held back in nearly every period. One without a limit has no periods.
    expect(first).not.toHaveProperty('docker.throttled busy');
    expect(second['docker.throttled busy']).toBeGreaterThan(0.2);
    expect(second['docker.throttled busy']).toBeLessThanOrEqual(1);
    expect(second).not.toHaveProperty('docker.throttled idle');
  });

  it('a container that ends is no longer measured, and the snapshot says how it ended', async () => {
    const short = await busybox.start('short', 'exit 3');
    await short.wait();
    expect((await read())['docker.containers ']).toBe(2);
    const snapshot = DockerSnapshot.parse(await collector.snapshot(signal));
    const of = (name: string) => snapshot.containers.find((c) => c.name === `${busybox.prefix}${name}`);
    expect(snapshot.containers).toHaveLength(3);
    expect(of('short')).toMatchObject({ state: 'exited', exitCode: 3, workingSet: null, oomKilled: false });
    expect(of('busy')).toMatchObject({
      state: 'running',
      exitCode: null,
      memoryLimit: 64 * 2 ** 20,
      nanoCpus: 5e8,
      finishedAt: null,
    });
    expect(of('busy')?.cpuThrottledPeriods).toBeGreaterThan(0);
    expect(of('idle')).toMatchObject({ memoryLimit: 0, restartCount: 0, restartPolicy: 'no' });
    expect(of('idle')?.workingSet).toBeGreaterThan(0);
  });

  it('survives the removal of a container between list and stats', async () => {
    const gone = await busybox.start('gone', 'while :; do busybox sleep 1000; done');
    const reading = read();
    await gone.remove({ force: true });
    expect((await reading)['docker.containers ']).toBeGreaterThanOrEqual(2);
    await vi.waitFor(async () => expect((await read())['docker.containers ']).toBe(2), { timeout: 20_000 });
  });
});

it.skipIf(missing !== null)('reaches an engine by TCP as by its socket', async () => {
  const proxy = net.createServer((incoming) => {
    const engine = net.connect(dockerSocket.replace(/^unix:\/\//, ''));
    incoming.pipe(engine).pipe(incoming);
    for (const end of [incoming, engine]) end.on('error', () => incoming.destroy());
  });
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  try {
    const { port } = proxy.address() as net.AddressInfo;
    const [bySocket, byTcp] = await Promise.all(
      [dockerSocket, `tcp://127.0.0.1:${port}`].map((socket) => testDocker({ kind: 'docker', socket })),
    );
    expect(byTcp?.version).toBe(bySocket?.version);
  } finally {
    proxy.close();
  }
});

it.skipIf(missing !== null)(
  'a proxy that refuses events and disk use costs those alone, and is said',
  async () => {
    const socketPath = dockerSocket.replace(/^unix:\/\//, '');
    const asked: string[] = [];
    const proxy = http.createServer((incoming, outgoing) => {
      const path = incoming.url ?? '';
      if (/\/(events|system\/df)/.test(path)) {
        asked.push(path.replace(/^\/v[\d.]+|\?.*$/g, ''));
        outgoing.writeHead(403).end('{"message":"not allowed here"}');
        return;
      }
      const { method, headers } = incoming;
      const engine = http.request({ socketPath, path, method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      engine.on('error', () => outgoing.destroy());
      incoming.pipe(engine);
    });
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const { port } = proxy.address() as net.AddressInfo;
    const collector = await openDocker({ kind: 'docker', socket: `tcp://127.0.0.1:${port}` }, {});
    try {
      const snapshot = DockerSnapshot.parse(await collector.snapshot(signal));
      expect(snapshot.hostMemory).toBeGreaterThan(0);
      expect(snapshot.space).toBeNull();
      const { cannotCheck } = await diagnose({ targets: [{ name: 'docker', kind: 'docker', snapshot }] });
      for (const id of ['docker/restarting', 'docker/unused-resources']) {
        const why = cannotCheck.find((c) => c.id === id);
        expect(why?.reason, id).toMatch(/not allowed here/);
        expect(why?.enable, id).toMatch(/Allow GET \//);
      }
      await collector.snapshot(signal);
      // Disk use is dear, and not asked for again at once only because it was refused.
      expect(asked.filter((path) => path === '/system/df')).toHaveLength(1);
    } finally {
      await collector.close();
      proxy.closeAllConnections();
      proxy.close();
    }
  },
);

it('names a socket that is not there', async () => {
  await expect(openDocker({ kind: 'docker', socket: '/nowhere/docker.sock' }, {})).rejects.toMatchObject({
    code: 'unreachable',
  });
});
