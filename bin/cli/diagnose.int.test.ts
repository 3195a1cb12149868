import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestRedis, type TestRedis } from '@/test/redis';
import { runCli } from '@/test/run-cli';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis?.stop());

describe('ratchet diagnose', { timeout: 60_000 }, () => {
  it('reads a Redis server without a store, and exits 1 at --fail-on', async () => {
    const { code, stdout } = await runCli(['diagnose', '--redis', redis.url, '--fail-on', 'low', '--json']);
    const { findings, cannotCheck } = JSON.parse(stdout);
    expect(findings.map((f: { id: string }) => f.id)).toContain('redis/no-maxmemory');
    expect(Array.isArray(cannotCheck)).toBe(true);
    expect(code).toBe(1);
  });

  it('exits 2 for a server that does not answer, and for no target at all', async () => {
    const gone = await runCli(['diagnose', '--redis', 'redis://127.0.0.1:1']);
    expect(gone.code).toBe(2);
    expect(gone.stderr).toContain('127.0.0.1:1 does not answer');
    const none = await runCli(['diagnose']);
    expect(none.code).toBe(2);
    expect(none.stderr).toContain('--redis URL');
  });
});
