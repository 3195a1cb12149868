import { z } from 'zod';
import { TwoLevelCache } from '@/lib/cache/cache';
import { defineKey } from '@/lib/cache/key';
import type { Queryable } from './database';
import * as queries from './queries';
import type { Settings } from './settings';

const date = z.codec(z.iso.datetime(), z.date(), {
  decode: (text) => new Date(text),
  encode: (value) => value.toISOString(),
});

/** Short: a session that was ended is let in for as long. */
const session = defineKey({
  name: 'session',
  id: (token: string) => token,
  schema: z.object({ id: z.string(), user_id: z.string() }).nullable(),
  ttlMs: 10_000,
  tags: () => ['sessions'],
});
const user = defineKey({
  name: 'user',
  id: (email: string) => email,
  schema: z.object({ id: z.string(), name: z.string(), plan: z.string() }).nullable(),
  ttlMs: 60_000,
  tags: () => ['users'],
});
const models = defineKey({
  name: 'models',
  id: (_: null) => 'all',
  schema: z.array(z.object({ id: z.number(), name: z.string(), provider: z.string(), context: z.number() })),
  ttlMs: 300_000,
  tags: () => ['models'],
});
const latest = defineKey({
  name: 'latest-tasks',
  id: (userId: string) => userId,
  schema: z.array(z.object({ id: z.string(), title: z.string(), status: z.string(), created_at: date })),
  ttlMs: 30_000,
  tags: () => ['tasks'],
});
const open = defineKey({
  name: 'open-tasks',
  id: (email: string) => email,
  schema: z.array(z.object({ title: z.string(), model: z.string(), plan: z.string(), created_at: date })),
  ttlMs: 30_000,
  tags: () => ['tasks', 'users', 'models'],
});

/** How many sessions are loaded beforehand. */
const warmSessions = 200;

/** The queries of the service, from the cache where that is on. */
export class CachedQueries {
  readonly #redisUrl: string | null;
  #cache: TwoLevelCache | null = null;

  constructor(redisUrl: string | undefined) {
    this.#redisUrl = redisUrl ?? null;
  }

  get cache(): TwoLevelCache | null {
    return this.#cache;
  }

  /** Resolves when requests use the new settings. `db` is asked for what is loaded beforehand. */
  async configure(settings: Settings, db: Queryable): Promise<void> {
    const own = { local: settings.local_level, compressionThresholdBytes: settings.compression_threshold };
    this.#cache?.configure(own);
    if (settings.cache === (this.#cache !== null)) return;
    const before = this.#cache;
    this.#cache = null;
    await before?.close();
    if (!settings.cache) return;
    const cache = new TwoLevelCache({ redisUrl: this.#redisUrl, namespace: 'demo-api', ...own });
    await cache.start();
    if (settings.warming) {
      await cache.warm(models, [null], async () => [await queries.allModels(db)]);
      const newest = await queries.newestSessions(db, warmSessions);
      await cache.setMany(
        session,
        newest.map(({ token, id, user_id }) => ({ params: token, value: { id, user_id } })),
      );
    }
    this.#cache = cache;
  }

  async findSession(db: Queryable, token: string) {
    const load = () => queries.findSession(db, token);
    return this.#cache ? this.#cache.get(session, token, load) : load();
  }

  async findUser(db: Queryable, email: string) {
    const load = () => queries.findUser(db, email);
    return this.#cache ? this.#cache.get(user, email, load) : load();
  }

  async allModels(db: Queryable) {
    const load = () => queries.allModels(db);
    return this.#cache ? this.#cache.get(models, null, load) : load();
  }

  async latestTasks(db: Queryable, userId: string) {
    const load = () => queries.latestTasks(db, userId);
    return this.#cache ? this.#cache.get(latest, userId, load) : load();
  }

  async openTasks(db: Queryable, email: string) {
    const load = () => queries.openTasks(db, email);
    return this.#cache ? this.#cache.get(open, email, load) : load();
  }

  async close(): Promise<void> {
    await this.#cache?.close();
  }
}
