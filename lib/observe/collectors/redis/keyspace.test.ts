import { describe, expect, it } from 'vitest';
import { infoFields, infoNumber, parseInfo } from '@/lib/targets/redis/info';
import { prefixOf } from './keyspace';
import { RedisVitals } from './vitals';

describe('prefixOf', () => {
  it.each([
    ['session:8f14e45fceea167a', 'session:'],
    ['user:42:tasks', 'user:*:'],
    ['user:42:tasks:9', 'user:*:tasks:'],
    ['cache/models/list', 'cache/models/'],
    ['counter', 'counter'],
    ['job17', 'job*'],
    ['a:550e8400-e29b-41d4-a716-446655440000:x', 'a:*:'],
  ])('%s', (key, expected) => {
    expect(prefixOf(key)).toBe(expected);
  });
});

describe('INFO', () => {
  it('parses sections, empty values and fields', () => {
    const info = parseInfo(
      '# Server\r\nredis_version:7.0.15\r\nempty:\r\nurl:a:b\r\n\r\n# Keyspace\r\ndb0:keys=3,expires=1,avg_ttl=0\r\n',
    );
    expect(info).toEqual({
      redis_version: '7.0.15',
      empty: '',
      url: 'a:b',
      db0: 'keys=3,expires=1,avg_ttl=0',
    });
    expect(infoNumber(info, 'empty')).toBeNull();
    expect(infoNumber(info, 'redis_version')).toBeNull();
    expect(infoNumber(info, 'missing')).toBeNull();
    expect(infoFields(info.db0!)).toEqual({ keys: 3, expires: 1, avg_ttl: 0 });
  });
});

describe('RedisVitals', () => {
  const info = (commands: number, hits: number, misses: number, run = 'r1') => ({
    run_id: run,
    total_commands_processed: `${commands}`,
    keyspace_hits: `${hits}`,
    keyspace_misses: `${misses}`,
    evicted_keys: '0',
    used_memory: '1000',
    maxmemory: '0',
    connected_clients: '4',
  });
  const reader = () => {
    const vitals = new RedisVitals();
    let at = 0;
    return (read: Record<string, string>, sent = 0, own = { hits: 0, misses: 0 }) => {
      at += 5_000;
      const values = vitals.next({ info: read, startedAt: at, endedAt: at, sent, own, pingMs: 0.2 });
      return Object.fromEntries(values.map((v) => [v.metric, v.value]));
    };
  };

  it("takes Ratchet's own commands, lookups and connection off", () => {
    const next = reader();
    expect(next(info(100, 0, 0), 1)).toEqual({
      'redis.latency': 0.2,
      'redis.memory': 1000,
      'redis.memory_max': 0,
      'redis.clients': 3,
      'redis.keys': 0,
    });
    expect(next(info(1602, 1300, 300), 3, { hits: 1000, misses: 0 })).toMatchObject({
      'redis.commands': 300,
      'redis.hit_ratio': 0.5,
      'redis.evictions': 0,
    });
    const idle = next(info(1604, 1300, 300), 5, { hits: 1000, misses: 0 });
    expect(idle['redis.commands']).toBe(0);
    expect(idle).not.toHaveProperty('redis.hit_ratio');
  });

  it('measures no rate over a restart or a CONFIG RESETSTAT', () => {
    const next = reader();
    next(info(1e6, 1e5, 1e5));
    expect(next(info(10, 3, 1))).not.toHaveProperty('redis.commands');
    expect(next(info(1e7, 1e6, 1, 'r2'))).not.toHaveProperty('redis.commands');
    expect(next(info(1e7 + 50, 1e6, 1, 'r2'))).toMatchObject({ 'redis.commands': 10 });
  });
});
