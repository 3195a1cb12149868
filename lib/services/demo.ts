import { randomBytes } from 'node:crypto';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { seed } from '@/demo/schema/seed';
import { volumesAt } from '@/demo/schema/volumes';
import { config } from '@/lib/config';
import type { Connection, TargetOptions } from '@/lib/contracts/target';
import { ChildService } from './child-process';
import { DemoPostgres } from './demo-postgres';
import { DemoTraffic } from './demo-traffic';
import { freePort } from './free-port';
import type { Say, Service } from './lifecycle';
import { readyMessage } from './ready';
import { RedisServer } from './redis-server';

export interface DemoOptions {
  /** Data folder of the installation. */
  dataDir: string;
  /** A Redis server to use instead of starting one. */
  redisUrl?: string | undefined;
  /** Share of the full data volume, in (0, 1]; 1 by default. */
  scale?: number | undefined;
  say: Say;
}

export interface DemoTarget {
  name: string;
  connection: Connection;
  options: TargetOptions;
}

/** Services in the order in which they start. */
export type DemoServices = Service[] & {
  /** What to observe, once the services run. */
  targets(): DemoTarget[];
};

const root = fileURLToPath(new URL('../..', import.meta.url));
const require = createRequire(import.meta.url);

/**
 * The sample stack: a Postgres cluster of its own with seeded data, Redis, the demo API, and a light traffic on
 * it, from containers where a Docker engine answers.
 */
export function demoServices(options: DemoOptions): DemoServices {
  const { dataDir, redisUrl = config().redisUrl, scale = config().demoScale, say } = options;
  // A demo that is gone is no reason to stop what watches real stacks.
  const onGone = (message: string) => say(`! ${message}`);
  const dir = path.join(dataDir, 'demo');
  const volumes = volumesAt(scale);
  const postgres = new DemoPostgres({ dataDir, say });
  const redis = new RedisServer({ dataDir: dir, url: redisUrl, say });
  /** Known to the service and, sealed, to its target; new at each start. */
  const knobsToken = randomBytes(24).toString('base64url');
  let port = 0;
  let seeded = '';

  const data: Service = {
    name: 'demo-data',
    start: async () => {
      let shown = -1;
      const onProgress = (share: number) => {
        const tenth = Math.floor(share * 10);
        if (tenth > shown) say(`· demo-data loading users, sessions and tasks: ${tenth * 10} %`);
        shown = tenth;
      };
      const loaded = await seed(postgres.url, { scale, onProgress });
      const rows = (n: number) => n.toLocaleString('en-US');
      seeded = `${rows(volumes.users)} users, ${rows(volumes.sessions)} sessions, ${rows(volumes.tasks)} tasks${loaded ? '' : ', there already'}`;
    },
    stop: async () => undefined,
    describe: () => seeded,
  };

  const api = new ChildService({
    name: 'demo-api',
    command: async () => {
      port = await freePort(port);
      return {
        program: process.execPath,
        args: ['--import', require.resolve('tsx'), path.join(root, 'demo/service/main.ts')],
        env: {
          DEMO_DATABASE_URL: postgres.url,
          DEMO_PORT: String(port),
          DEMO_KNOBS_TOKEN: knobsToken,
          DEMO_KNOBS_FILE: path.join(dir, 'knobs.json'),
          ...(redis.url ? { DEMO_REDIS_URL: redis.url } : {}),
        },
      };
    },
    ready: readyMessage,
    logFile: path.join(dataDir, 'logs', 'demo-api.log'),
    say,
    onGone,
    describe: () => `http://127.0.0.1:${port}`,
  });

  const traffic = new DemoTraffic({
    root,
    dataDir,
    volumes,
    say,
    onGone,
    api: () => `http://127.0.0.1:${port}`,
  });

  return Object.assign([postgres, data, redis, api, traffic], {
    targets: (): DemoTarget[] => [
      {
        name: 'demo-postgres',
        connection: { kind: 'postgres', url: postgres.url },
        options: { restartedBy: 'ratchet' },
      },
      ...(redis.url
        ? [{ name: 'demo-redis', connection: { kind: 'redis', url: redis.url }, options: {} } as const]
        : []),
      {
        name: 'demo-api',
        connection: { kind: 'http', baseUrl: `http://127.0.0.1:${port}`, headers: {}, knobsToken },
        options: apiOptions,
      },
      ...(traffic.socket
        ? [
            {
              name: 'docker',
              connection: { kind: 'docker', socket: traffic.socket },
              options: { containerPrefix: traffic.containerPrefix },
            } as const,
          ]
        : []),
    ],
  });
}

/**
 * The requests that a trial on the demo sends, with tokens and addresses read from its database. The token goes in
 * the query and the body: a mix fills placeholders there, not in headers.
 */
const apiOptions: TargetOptions = {
  metricsPath: '/metrics',
  probePath: '/health',
  mix: {
    parameters: {
      token: {
        target: 'demo-postgres',
        sql: 'select token from sessions where active and expires_at > now() order by id desc limit 200',
      },
      email: {
        target: 'demo-postgres',
        sql: 'select u.email from users u where u.id in (select distinct t.user_id from tasks t where t.id % 1000 = 1) order by md5(u.email) limit 200',
      },
    },
    requests: [
      { name: 'GET /health', method: 'GET', path: '/health', headers: {}, weight: 1 },
      {
        name: 'GET /api/v1/models/',
        method: 'GET',
        path: '/api/v1/models/?token={token}&email={email}',
        headers: {},
        weight: 2,
      },
      {
        name: 'POST /api/v1/chat/',
        method: 'POST',
        path: '/api/v1/chat/',
        headers: { 'content-type': 'application/json' },
        body: '{"token":"{token}","email":"{email}","message":"What is next?"}',
        weight: 2,
      },
      { name: 'GET /metrics', method: 'GET', path: '/metrics', headers: {}, weight: 1 },
    ],
  },
};
