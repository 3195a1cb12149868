import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { RedisServer } from '@/lib/services/redis-server';

export interface TestRedis {
  server: RedisServer;
  url: string;
  stop(): Promise<void>;
}

/** Starts a fresh Redis on a free port, with extra server arguments if wanted. */
export async function startTestRedis(args: string[] = []): Promise<TestRedis> {
  const dataDir = await fs.mkdtemp(path.join(os.tmpdir(), 'ratchet-redis-'));
  const said: string[] = [];
  const server = new RedisServer({ dataDir, args, say: (line) => said.push(line) });
  await server.start();
  const { url } = server;
  if (!url) throw new Error(`No Redis server: ${said.join('\n')}`);
  return {
    server,
    url,
    stop: async () => {
      await server.stop();
      await fs.rm(dataDir, { recursive: true, force: true });
    },
  };
}
