import fs from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import Docker from 'dockerode';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { DemoContainers } from './demo-containers';

const engine = new Docker({ socketPath: '/var/run/docker.sock' });
const answers = await engine.ping().then(
  () => true,
  () => false,
);
if (!answers) {
  if (process.env.CI)
    throw new Error('No Docker engine answers at /var/run/docker.sock, and in CI one must.');
  console.warn('Not run: the demo containers, because no Docker engine answers at /var/run/docker.sock.');
}

describe.skipIf(!answers)('DemoContainers', () => {
  let dataDir: string;
  let server: http.Server;
  let seen: { method: string; url: string; authorization: string }[];
  const open: DemoContainers[] = [];
  const said: string[] = [];

  const containers = (env: Record<string, string> = {}) => {
    const made = new DemoContainers({
      root: path.resolve('.'),
      dataDir,
      say: (line) => said.push(line),
      env: (agents) => ({
        DEMO_API: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
        DEMO_USERS: '200000',
        DEMO_SESSIONS: '500000',
        DEMO_RATE: String(20 / agents),
        ...env,
      }),
    });
    open.push(made);
    return made;
  };
  const running = (made: DemoContainers, all = true) =>
    engine.listContainers({ all, filters: { name: [made.prefix] } });

  beforeAll(async () => {
    server = http.createServer((request, response) => {
      request.resume();
      const { method = '', url = '', headers } = request;
      seen.push({ method, url, authorization: headers.authorization ?? '' });
      response.end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    server?.closeAllConnections();
    server?.close();
  });
  beforeEach(async () => {
    seen = [];
    said.length = 0;
    dataDir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-demo-'));
  });
  afterEach(async () => {
    for (const made of open.splice(0)) await made.stop();
    await fs.rm(dataDir, { recursive: true, force: true });
  });

  it('runs agents without limits that call the API, and removes them', async () => {
    const demo = containers();
    expect(await demo.start()).toBe(true);
    const found = await running(demo);
    expect(found).toHaveLength(demo.count);
    for (const { Id, State } of found) {
      expect(State).toBe('running');
      const { HostConfig } = await engine.getContainer(Id).inspect();
      expect(HostConfig.Memory).toBe(0);
      expect(HostConfig.RestartPolicy?.Name || 'no').toBe('no');
    }
    await expect.poll(() => seen.length, { timeout: 30_000 }).toBeGreaterThan(20);
    const chat = seen.find((r) => r.method === 'POST');
    expect(chat?.url).toBe('/api/v1/chat/');
    expect(chat?.authorization).toMatch(/^Bearer [0-9a-f]{32}$/);
    // Agents draw differently: one is not the echo of the other.
    expect(new Set(seen.map((r) => r.authorization)).size).toBeGreaterThan(seen.length / 3);
    await demo.stop();
    expect(await running(demo)).toHaveLength(0);
    expect(demo.socket).toBeNull();
  });

  it('makes the image once', async () => {
    const first = containers();
    await first.start();
    await first.stop();
    said.length = 0;
    expect(await containers().start()).toBe(true);
    expect(said.join('\n')).not.toContain('making the image');
  });

  it('removes what a crashed run left, and leaves the containers of other data folders alone', async () => {
    const crashed = containers();
    await crashed.start();
    const before = (await running(crashed)).map((c) => c.Id);
    const next = containers();
    await next.start();
    const after = (await running(next)).map((c) => c.Id);
    expect(after).toHaveLength(next.count);
    expect(after.filter((id) => before.includes(id))).toEqual([]);

    const ours = dataDir;
    dataDir = `${ours}-other`;
    const other = containers();
    await other.start();
    dataDir = ours;
    await other.stop();
    expect(await running(next, false)).toHaveLength(next.count);
  });

  it('falls back with a reason when an agent does not stay up', async () => {
    const demo = containers({ DEMO_API: 'no url' });
    expect(await demo.start()).toBe(false);
    expect(said.join('\n')).toMatch(/could not be made \(.*code 1.*Invalid URL/);
    expect(await running(demo)).toHaveLength(0);
  });

  it('has agents that end by themselves when the API stays away', async () => {
    const demo = containers({ DEMO_API: 'http://127.0.0.1:1', DEMO_GIVE_UP_MS: '1500' });
    expect(await demo.start()).toBe(true);
    await expect.poll(async () => (await running(demo, false)).length, { timeout: 30_000 }).toBe(0);
  });
});
