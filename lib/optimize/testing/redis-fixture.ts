import { Redis } from 'ioredis';
import type { ChangePlan } from '@/lib/contracts/change';
import type { Finding } from '@/lib/contracts/finding';
import { diagnose } from '@/lib/diagnose/run';
import { openRedis } from '@/lib/observe/collectors/redis/collector';
import type { Store } from '@/lib/store/client';
import { addTarget } from '@/lib/targets/registry';
import { startTestRedis, type TestRedis } from '@/test/redis';
import { startTestStore } from '@/test/store';
import { planChanges } from '../plan';
import { actor } from './fixture';

/** A store and a Redis server, with a client of it that outlives its failures. */
export interface RedisFixture {
  store: Store;
  storeUrl: string;
  server: TestRedis;
  redis: Redis;
  stop(): Promise<void>;
}

export async function startRedisFixture(): Promise<RedisFixture> {
  const [test, server] = await Promise.all([startTestStore(), startTestRedis()]);
  const redis = new Redis(server.url);
  redis.on('error', () => undefined);
  return {
    store: test.store,
    storeUrl: test.url,
    server,
    redis,
    stop: async () => {
      redis.disconnect();
      await Promise.all([server.stop(), test.stop()]);
    },
  };
}

/** What the collector reads of a server, and what the rules find in it. */
export async function diagnoseRedis(url: string): Promise<{ snapshot: unknown; findings: Finding[] }> {
  const collector = await openRedis({ kind: 'redis', url });
  try {
    const snapshot = await collector.snapshot(new AbortController().signal);
    const { findings } = await diagnose({ targets: [{ name: 'cache', kind: 'redis', snapshot }] });
    return { snapshot, findings };
  } finally {
    await collector.close();
  }
}

/** The changes that answer findings. */
export function plansFor(findings: Finding[], snapshot: unknown): ChangePlan[] {
  const others = new Map([['cache', snapshot]]);
  return planChanges({ findings, cannotCheck: [] }, new Map(), undefined, others).map((p) => p.plan);
}

/** Stores a plan as a proposed change of a Redis target; returns its id. */
export async function storeRedisChange(
  store: Store,
  plan: ChangePlan,
  url: string,
  name = 'cache',
): Promise<number> {
  const targetId = await addTarget(store, actor, { stack: 'test', name, connection: { kind: 'redis', url } });
  const { optimization, title, subject, key } = plan;
  const data = { targetId, key, optimization, title, subject, plan: plan as object };
  return (await store.db.change.create({ data })).id;
}
