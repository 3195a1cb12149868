import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ChildService } from './child-process';
import { processStart } from './process-start';
import { readyMessage } from './ready';

let dir = '';
let said: string[] = [];
let gone: string[] = [];
let service: ChildService;
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'ratchet-child-'));
  said = [];
  gone = [];
});
afterEach(async () => {
  await service.stop();
  expect(service.pid === undefined || (await processStart(service.pid)) === null).toBe(true);
  fs.rmSync(dir, { recursive: true });
});

function child(
  what: string,
  options: Partial<ConstructorParameters<typeof ChildService>[0]> = {},
): ChildService {
  service = new ChildService({
    name: 'helper',
    command: async () => ({
      program: process.execPath,
      args: [path.resolve('test/fixtures/child.mjs'), what, path.join(dir, 'runs')],
    }),
    ready: readyMessage,
    logFile: path.join(dir, 'logs', 'helper.log'),
    backoffMs: 10,
    say: (line) => said.push(line),
    onGone: (message) => gone.push(message),
    ...options,
  });
  return service;
}

const runs = () => Number(fs.readFileSync(path.join(dir, 'runs'), 'utf8'));

describe('ChildService', () => {
  it('starts a child, waits until it is ready, and stops it', async () => {
    await child('good').start();
    expect(await processStart(service.pid!)).not.toBeNull();
    await Promise.all([service.stop(), service.stop()]);
    expect(await processStart(service.pid!)).toBeNull();
    expect(said).toEqual([]);
    expect(gone).toEqual([]);
  });

  it('kills a child that does not end when it is told to', async () => {
    await child('stubborn', { stopMs: 300 }).start();
    await service.stop();
    expect(await processStart(service.pid!)).toBeNull();
    expect(fs.readFileSync(path.join(dir, 'logs/helper.log'), 'utf8')).toBe('no\n');
    expect(said).toEqual(['! helper    did not end within 0.3 s and was killed']);
  });

  it('fails with the end of its log when the child does not come up', async () => {
    await expect(child('stillborn').start()).rejects.toThrow(
      /helper did not start: exit code 3\. End of .*helper\.log:\ncannot find the thing/,
    );
  });

  it('fails when the child is never ready, and leaves nothing', async () => {
    await expect(child('mute', { readyTimeoutMs: 300 }).start()).rejects.toThrow(/not ready after 0.3 s/);
    expect(await processStart(service.pid!)).toBeNull();
  });

  it('says which program is missing', async () => {
    await expect(
      child('', { command: async () => ({ program: '/no/such', args: [] }) }).start(),
    ).rejects.toThrow(/ENOENT/);
  });

  it('starts a crashed child again, and says so', async () => {
    await child('crashes-twice').start();
    await expect.poll(() => said.filter((s) => s.includes('runs again')).length, { timeout: 10_000 }).toBe(2);
    expect(said[0]).toMatch(/^! helper +ended \(exit code 9\); starting it again \(1 of 3\)$/);
    expect(runs()).toBe(3);
    expect(gone).toEqual([]);
  });

  it('starts a killed child again', async () => {
    await child('good').start();
    process.kill(service.pid!, 'SIGKILL');
    await expect.poll(() => said.length, { timeout: 10_000 }).toBe(2);
    expect(said[0]).toContain('ended by SIGKILL');
  });

  it('gives up on one that keeps crashing, with the end of its log', async () => {
    await child('crashes', { restarts: 2 }).start();
    await expect.poll(() => gone.length, { timeout: 10_000 }).toBe(1);
    expect(gone[0]).toMatch(
      /helper ended \(exit code 9\) and did not stay up\. End of .*:\ncrash 1\ncrash 2\ncrash 3$/,
    );
    expect(runs()).toBe(3);
  });

  it('a stop while it starts, or waits to start again, leaves nothing running', async () => {
    const starting = child('mute').start();
    await expect.poll(() => service.pid).toBeDefined();
    await service.stop();
    await starting;
    await child('crashes', { backoffMs: 60_000 }).start();
    await expect.poll(() => said.length).toBe(1);
    await service.stop();
    expect(runs()).toBeLessThanOrEqual(2);
    expect(gone).toEqual([]);
  });
});
