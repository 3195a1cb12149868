import { describe, expect, it } from 'vitest';
import type { Connection } from '@/lib/contracts/target';
import { addressOf } from './address';

const pg = (url: string): Connection => ({ kind: 'postgres', url });
const redis = (url: string): Connection => ({ kind: 'redis', url });
const docker = (socket: string): Connection => ({ kind: 'docker', socket });
const http = (baseUrl: string): Connection => ({
  kind: 'http',
  baseUrl,
  headers: { authorization: 'Bearer s3cret' },
});

describe('addressOf', () => {
  it.each<[Connection, string]>([
    [pg('postgres://user:s3cret@db.example:5433/shop?sslmode=disable'), 'db.example:5433/shop'],
    [pg('postgres://user@db.example/shop?password=s3cret'), 'db.example:5432/shop'],
    [pg('postgresql://u:p%40s3cret%2F@[::1]:5432/a%20b'), '[::1]:5432/a b'],
    [pg('postgres:///shop?host=/var/run/postgresql&user=u&password=s3cret'), '/var/run/postgresql:5432/shop'],
    [redis('redis://127.0.0.1'), '127.0.0.1:6379'],
    [redis('rediss://user:s3cret@cache.example:7000/3'), 'cache.example:7000/3'],
    [redis('redis://:s3cret%40%2F@[2001:db8::1]:6380/0?password=s3cret'), '[2001:db8::1]:6380'],
    [redis('unix:///run/redis.sock?db=2&password=s3cret'), '/run/redis.sock#2'],
    [redis('/run/redis.sock'), '/run/redis.sock'],
    [redis('cache:6379'), 'cache:6379'],
    [redis(':s3cret@cache:6379/1'), 'cache:6379/1'],
    [
      redis('redis+sentinel://u:s3cret@s1,s2:26380,[::1]:1/main/3?sentinelPassword=s3cret'),
      'main/3 by sentinels s1:26379, s2:26380, [::1]:1',
    ],
    [redis('redis-sentinel://s1/main'), 'main by sentinels s1:26379'],
    [docker('unix:///var/run/docker.sock'), '/var/run/docker.sock'],
    [docker('/var/run/docker.sock'), '/var/run/docker.sock'],
    [docker('tcp://user:s3cret@host:2375'), 'host:2375'],
    [docker('tcp://[::1]:80'), '[::1]:80'],
    [docker('tcp://host'), 'host:2375'],
    [http('http://user:s3cret@host:8080/api/?token=s3cret#s3cret'), 'http://host:8080/api/'],
    [http('https://host'), 'https://host'],
  ])('%o', (connection, expected) => {
    expect(addressOf(connection)).toBe(expected);
  });

  it.each<Connection>([
    pg('http://user:s3cret@host'),
    pg('postgres://user:s3cret@host:port/db'),
    redis('redis://u:s3cret@host:port'),
    redis('redis-sentinel://u:s3cret@host'),
    redis('redis+sentinel://u:s3cret@host/main/notanumber'),
    redis('redis+sentinel://u:s3cret@host:port/main'),
    redis('redis+cluster://u:s3cret@host'),
    redis('redis://u:s3cret@host/notanumber'),
    redis('redis://u:s3cret%E0%A4%A@host'),
    docker('ssh://u:s3cret@host'),
    docker('s3cret'),
    http('ftp://u:s3cret@host'),
  ])('refuses what cannot be read without repeating it: %o', (connection) => {
    const error = (() => {
      try {
        return addressOf(connection);
      } catch (e) {
        return e;
      }
    })();
    expect(error).toMatchObject({ name: 'AppError', code: 'bad-input' });
    expect(String(error)).not.toContain('s3cret');
  });
});
