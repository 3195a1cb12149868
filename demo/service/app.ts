import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { CachedQueries } from './cached-queries';
import { connectionName, Database } from './database';
import { Knobs, type KnobValues, knobsPath } from './knobs';
import { measurements } from './measurements';
import { RequestMetrics } from './metrics';
import { knobs as declared, Settings } from './settings';
import { TaskCounts } from './task-counts';
import { Usage } from './usage';

export interface AppOptions {
  databaseUrl: string;
  redisUrl?: string | undefined;
  /** Without it the service offers no knobs. */
  knobsToken?: string | undefined;
  /** Called with the values of the knobs whenever they have changed. */
  onKnobs?: (values: KnobValues) => Promise<void>;
}

export interface DemoApp {
  server: Server;
  knobs: Knobs;
  close(): Promise<void>;
}

interface Answer {
  status: number;
  body: unknown;
  type?: string;
}

const maxBody = 100_000;

/** The demo API: four endpoints over users, sessions and tasks, as an unprepared team wrote them. */
export function demoApp({ databaseUrl, redisUrl, knobsToken, onKnobs }: AppOptions): DemoApp {
  const metrics = new RequestMetrics();
  const usage = new Usage(redisUrl);
  const database = new Database(databaseUrl);
  const queries = new CachedQueries(redisUrl);
  const taskCounts = new TaskCounts(database);
  const knobs = new Knobs(declared, knobsToken ?? '', async (values) => {
    const settings = Settings.parse(values);
    const { pooling, pool_size: poolSize, prepared_statements: preparedStatements } = settings;
    await database.configure({ pooling, poolSize, preparedStatements });
    await database.use((db) => queries.configure(settings, db));
    taskCounts.configure(settings.task_counts_view);
    await onKnobs?.(values);
  });
  const answerKnobs = async (request: IncomingMessage) => {
    const body = request.method === 'PUT' ? await readJson(request) : null;
    return knobs.answer(request.method ?? '', request.headers.authorization, body);
  };

  const routes: Record<string, (request: IncomingMessage, url: URL) => Promise<Answer>> = {
    'GET /health': async () => {
      await database.use((db) => db.query('select 1'));
      await usage.ping();
      return { status: 200, body: { status: 'ok' } };
    },

    'GET /api/v1/models/': async (request, url) =>
      database.use(async (db) => {
        const session = await queries.findSession(db, bearer(request) ?? url.searchParams.get('token') ?? '');
        if (!session) return unauthorised;
        await usage.count(session.user_id);
        const models = await queries.allModels(db);
        const open = await queries.openTasks(db, url.searchParams.get('email') ?? '');
        return { status: 200, body: { models, open } };
      }),

    'POST /api/v1/chat/': async (request) => {
      const input = await readJson(request);
      if (typeof input.email !== 'string' || typeof input.message !== 'string') {
        return { status: 400, body: { error: 'email and message are needed' } };
      }
      const { email, message } = input;
      return database.use(async (db) => {
        const session = await queries.findSession(db, bearer(request) ?? textOr(input.token, ''));
        if (!session) return unauthorised;
        await usage.count(session.user_id);
        const user = await queries.findUser(db, email);
        if (!user) return { status: 404, body: { error: 'no such user' } };
        const tasks = await queries.latestTasks(db, user.id);
        const before = await usage.recentReply(user.id);
        const reply = `${user.name} (${user.plan}) asked: ${message}. ${tasks.length} recent tasks, newest: ${tasks[0]?.title ?? 'none'}.`;
        await usage.keepReply(user.id, reply);
        return { status: 200, body: { reply, before, tasks } };
      });
    },

    'GET /metrics': async () => {
      const [connections, tasks] = await database.use(async (db) => {
        const { rows } = await db.query<{ n: number }>(
          'select count(*)::int as n from pg_stat_activity where application_name = $1',
          [connectionName],
        );
        return [rows[0]?.n ?? 0, await taskCounts.read(db)] as const;
      });
      const page = metrics.render(measurements(database, queries.cache, connections, tasks));
      return { status: 200, body: page, type: 'text/plain; version=0.0.4; charset=utf-8' };
    },

    ...(knobsToken ? { [`GET ${knobsPath}`]: answerKnobs, [`PUT ${knobsPath}`]: answerKnobs } : {}),
  };

  const server = createServer((request, response) => {
    const started = performance.now();
    const url = new URL(request.url ?? '/', 'http://demo');
    const method = request.method ?? 'GET';
    const name = `${method} ${url.pathname}`;
    const handle = routes[name];
    const answer = handle
      ? handle(request, url).catch((error: unknown): Answer => {
          console.error(name, error);
          return { status: 500, body: { error: 'internal error' } };
        })
      : Promise.resolve<Answer>({ status: 404, body: { error: 'not found' } });
    void answer.then((a) => {
      send(response, a);
      metrics.observe(
        method,
        handle ? url.pathname : 'other',
        a.status,
        (performance.now() - started) / 1000,
      );
    });
  });
  server.keepAliveTimeout = 30_000;

  return {
    server,
    knobs,
    close: async () => {
      server.closeIdleConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      usage.close();
      await taskCounts.close();
      await Promise.all([queries.close(), database.close()]);
    },
  };
}

const unauthorised: Answer = { status: 401, body: { error: 'sign in first' } };

/** The session token of the Authorization header; null without one: older clients send it as `token`. */
function bearer(request: IncomingMessage): string | null {
  return /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? null;
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === 'string' ? value : otherwise;
}

function send(response: ServerResponse, { status, body, type }: Answer): void {
  const text = type ? String(body) : JSON.stringify(body);
  response.writeHead(status, { 'content-type': type ?? 'application/json; charset=utf-8' });
  response.end(text);
}

async function readJson(request: IncomingMessage): Promise<Record<string, unknown>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBody) return {};
    chunks.push(chunk);
  }
  try {
    const value: unknown = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
