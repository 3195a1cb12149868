import type { ZodType } from 'zod';
import { open, seal } from './codec';
import { Coherence } from './coherence';
import { refreshesEarly } from './early-refresh';
import type { Flight } from './flights';
import { type CacheKey, keyText } from './key';
import type { LocalEntry } from './local-level';
import { Memory } from './memory';
import { type CacheOptions, type CacheSettings, defaults, type Invalidated } from './options';
import { type Found, RedisLevel, type Storing } from './redis-level';
import { RedisLink, RedisUnavailable } from './redis-link';
import { type CacheStatistics, Counters, type Level } from './statistics';

interface Wanted<Params> {
  params: Params;
  flight: Flight;
  /** Which of the values asked for it is. */
  at: number;
}

/** Loads the values of many parameters, in their order. */
export type LoadMany<Params, Value> = (missing: Params[]) => Promise<Value[]>;

/**
 * A cache with two levels: the memory of this process in front of Redis. A call never fails because of Redis:
 * when that is away or slow, values come from memory and from their source. Values are shared between callers
 * and frozen.
 */
export class TwoLevelCache {
  readonly #memory: Memory;
  readonly #counters = new Counters();
  readonly #link: RedisLink | null;
  readonly #redis: RedisLevel | null;
  readonly #coherence: Coherence | null;
  /** Writes that nobody waits for. */
  readonly #writes = new Set<Promise<void>>();
  /** Tags whose invalidation Redis has not taken yet: until then its values with them are not used. */
  readonly #owed = new Set<string>();
  readonly #detachedMs: number;
  #compressionThresholdBytes: number;
  readonly #owing: NodeJS.Timeout | null = null;

  constructor(options: CacheOptions) {
    this.#compressionThresholdBytes = options.compressionThresholdBytes ?? defaults.compressionThresholdBytes;
    this.#detachedMs = options.detachedMs ?? defaults.detachedMs;
    this.#memory = new Memory(
      options.local ?? defaults.local,
      { ...defaults.limits, ...options.limits },
      this.#detachedMs,
      (now) => this.#coherence?.holds(now) ?? true,
    );
    const { redisUrl, namespace } = options;
    this.#link = redisUrl
      ? new RedisLink(redisUrl, options.timeoutMs ?? defaults.timeoutMs, this.#counters)
      : null;
    this.#redis = this.#link ? new RedisLevel(this.#link, namespace, this.#counters) : null;
    this.#coherence =
      this.#link && redisUrl
        ? new Coherence(this.#link, redisUrl, namespace, {
            invalidated: (tags) => {
              this.#counters.invalidations.received += 1;
              this.#memory.forget(tags);
            },
            mayHaveMissed: () => this.#memory.forgetAll(),
          })
        : null;
    if (this.#coherence) {
      this.#owing = setInterval(() => void this.#payOwed(), 500);
      this.#owing.unref();
    }
  }

  /** Connects; waits for Redis for at most `waitMs` and goes on without it. */
  async start(waitMs = 1_000): Promise<void> {
    this.#coherence?.start();
    const until = performance.now() + waitMs;
    await this.#link?.ready(waitMs);
    while (this.#coherence && !this.#coherence.holds(performance.now()) && performance.now() < until)
      await new Promise((resolve) => setTimeout(resolve, 10));
  }

  /** Changes settings of a running cache. */
  configure(settings: Partial<CacheSettings>): void {
    if (settings.local !== undefined) this.#memory.keeps = settings.local;
    if (settings.compressionThresholdBytes !== undefined)
      this.#compressionThresholdBytes = settings.compressionThresholdBytes;
  }

  /** The value: from memory, from Redis, or from `load`. @throws what `load` throws. */
  async get<Params, Value>(
    kind: CacheKey<Params, Value>,
    params: Params,
    load: () => Promise<Value>,
  ): Promise<Value> {
    const since = performance.now();
    const entry = this.#memory.get(keyText(kind, params), since);
    if (!entry) return (await this.getMany(kind, [params], async () => [await load()]))[0] as Value;
    if (this.#served(entry, since)) this.#refresh(kind, [params], async () => [await load()]);
    return entry.value as Value;
  }

  /**
   * Many values in the order of their parameters: those not in memory are read from Redis in one round trip,
   * the rest loaded in one call. @throws what `loadMany` throws.
   */
  async getMany<Params, Value>(
    kind: CacheKey<Params, Value>,
    list: readonly Params[],
    loadMany: LoadMany<Params, Value>,
  ): Promise<Value[]> {
    const since = performance.now();
    const values: unknown[] = [];
    const wanted: Wanted<Params>[] = [];
    const early: Params[] = [];
    const under: Promise<unknown>[] = [];
    for (const [at, params] of list.entries()) {
      const key = keyText(kind, params);
      const entry = this.#memory.get(key, since);
      const joined = entry ? undefined : this.#memory.joinable(key, since);
      values.push(entry?.value);
      if (entry) {
        if (this.#served(entry, since)) early.push(params);
      } else if (joined) {
        this.#counters.joined += 1;
        under.push(
          joined.join().then((value) => {
            values[at] = value;
          }),
        );
      } else wanted.push({ params, flight: this.#memory.begin(key, kind.tags(params), since), at });
    }
    if (wanted.length > 0) under.push(this.#fly(kind, wanted, loadMany, values));
    if (early.length > 0) this.#refresh(kind, early, loadMany);
    if (under.length > 0) await Promise.all(under);
    return values as Value[];
  }

  /** Puts values that the caller knows to be current into both levels, in one round trip. */
  async setMany<Params, Value>(
    kind: CacheKey<Params, Value>,
    values: readonly { params: Params; value: Value }[],
  ): Promise<void> {
    const since = performance.now();
    const storing = values.flatMap(({ params, value }) => {
      const address = { key: keyText(kind, params), tags: kind.tags(params) };
      const envelope = this.#sealed(kind, value, 0);
      if (!envelope) return [];
      this.#memory.keep({ ...address, since }, envelope, value);
      return [{ ...address, envelope, ttlMs: kind.ttlMs, versions: null }];
    });
    await this.#store(storing);
  }

  /** Loads what is not in Redis yet, in batches, so that the first requests find it; returns how many there are. */
  async warm<Params, Value>(
    kind: CacheKey<Params, Value>,
    list: readonly Params[],
    loadMany: LoadMany<Params, Value>,
    batch = 100,
  ): Promise<number> {
    let warmed = 0;
    for (let i = 0; i < list.length; i += batch)
      warmed += (await this.getMany(kind, list.slice(i, i + batch), loadMany)).length;
    await this.settled();
    return warmed;
  }

  /**
   * Makes every value with one of these tags invalid. Once it has returned `everywhere: true`, no call that
   * begins afterwards gets a value loaded before it, in this process or another that shares the namespace.
   * `everywhere: false`: Redis did not take it; this process keeps to it and hands it on when Redis is back.
   */
  async invalidate(tags: string[]): Promise<Invalidated> {
    this.#counters.invalidations.sent += 1;
    this.#memory.forget(tags);
    if (!this.#coherence) return { everywhere: true };
    try {
      await this.#deliver(tags);
      return { everywhere: true };
    } catch (error) {
      if (!(error instanceof RedisUnavailable)) throw error;
      for (const tag of tags) this.#owed.add(tag);
      this.#memory.forget(tags);
      return { everywhere: false, why: error.message };
    }
  }

  statistics(): CacheStatistics {
    return this.#counters.read(this.#link?.reachable ?? false, this.#memory.size);
  }

  /** Waits for writes to Redis that no call waits for. */
  async settled(): Promise<void> {
    while (this.#writes.size > 0) await Promise.all(this.#writes);
  }

  async close(): Promise<void> {
    if (this.#owing) clearInterval(this.#owing);
    await this.settled();
    await this.#coherence?.close();
    this.#link?.close();
    this.#memory.forgetAll();
  }

  /** Counts a hit in memory; true when it should be loaded again before it expires. */
  #served(entry: LocalEntry, since: number): boolean {
    this.#counters.hits.local += 1;
    this.#counters.took('local', performance.now() - since);
    return refreshesEarly(entry.expiresAt - Date.now(), entry.loadMs, 1 - Math.random());
  }

  /** Ends every flight of `wanted`, from Redis or from the source. @throws what `loadMany` throws. */
  async #fly<Params, Value>(
    kind: CacheKey<Params, Value>,
    wanted: readonly Wanted<Params>[],
    loadMany: LoadMany<Params, Value>,
    into: unknown[],
  ): Promise<void> {
    const read = await this.#read(wanted);
    const missing: Wanted<Params>[] = [];
    const versions: (string | null)[][] = [];
    const landed: [Wanted<Params>, Value][] = [];
    const early: Params[] = [];
    const now = Date.now();
    for (const [i, one] of wanted.entries()) {
      const envelope = read?.[i]?.envelope;
      const opened = envelope ? open(kind.schema, envelope.json) : null;
      if (!envelope || !opened) {
        if (envelope) this.#counters.codecErrors += 1;
        missing.push(one);
        versions.push(read?.[i]?.versions ?? []);
        continue;
      }
      if (one.flight.current) this.#memory.keep(one.flight, envelope, opened.value);
      if (refreshesEarly(envelope.expiresAt - now, envelope.loadMs, 1 - Math.random()))
        early.push(one.params);
      landed.push([one, opened.value]);
    }
    this.#counters.hits.redis += landed.length;
    this.#land('redis', landed, into);
    if (early.length > 0) this.#refresh(kind, early, loadMany);
    if (missing.length > 0) {
      this.#counters.misses += missing.length;
      await this.#load(kind, missing, read && versions, loadMany, into);
    }
  }

  /** Loads values and keeps them. `before`: versions of their tags as read; null without Redis. @throws what `loadMany` throws. */
  async #load<Params, Value>(
    kind: CacheKey<Params, Value>,
    wanted: readonly Wanted<Params>[],
    before: (string | null)[][] | null,
    loadMany: LoadMany<Params, Value>,
    into: unknown[],
  ): Promise<void> {
    try {
      // Before loading begins: what is invalidated from here on must not be stored.
      const versions = before && (await this.#versions(wanted, before));
      this.#counters.loads += 1;
      const started = performance.now();
      const values = await loadMany(wanted.map((w) => w.params));
      const loadMs = performance.now() - started;
      if (values.length !== wanted.length)
        throw new Error(`The loader of ${kind.name} gave ${values.length} values for ${wanted.length}`);
      const storing: Storing[] = [];
      const landed: [Wanted<Params>, Value][] = [];
      for (const [i, one] of wanted.entries()) {
        const value = values[i] as Value;
        const envelope = this.#sealed(kind, value, loadMs);
        const { key, tags, current } = one.flight;
        if (envelope && current) {
          this.#memory.keep(one.flight, envelope, value);
          const own = versions?.[i];
          if (own) storing.push({ key, tags, envelope, ttlMs: kind.ttlMs, versions: own });
        }
        landed.push([one, value]);
      }
      this.#land('source', landed, into);
      this.#later(this.#store(storing));
    } catch (error) {
      this.#counters.loadErrors += 1;
      for (const { flight } of wanted) {
        this.#memory.end(flight);
        flight.reject(error);
      }
      throw error;
    }
  }

  /** Loads values again in the background while the present ones are served. */
  #refresh<Params, Value>(
    kind: CacheKey<Params, Value>,
    list: readonly Params[],
    loadMany: LoadMany<Params, Value>,
  ): void {
    const since = performance.now();
    const wanted = list.flatMap((params, at) => {
      const key = keyText(kind, params);
      if (this.#memory.isLoading(key)) return [];
      return [{ params, flight: this.#memory.begin(key, kind.tags(params), since), at }];
    });
    if (wanted.length === 0) return;
    this.#counters.earlyRefreshes += wanted.length;
    const before = this.#redis && wanted.map((w) => w.flight.tags.map(() => null));
    // A refresh that fails leaves the present value; it is counted, and the next call tries again.
    this.#later(this.#load(kind, wanted, before, loadMany, []).catch(() => undefined));
  }

  /** Ends flights with their values, which those who wait get. */
  #land(level: Level, landed: readonly [Wanted<unknown>, unknown][], into: unknown[]): void {
    const now = performance.now();
    for (const [{ flight, at }, value] of landed) {
      into[at] = value;
      this.#memory.end(flight);
      this.#counters.took(level, now - flight.since);
      flight.resolve(value);
    }
  }

  /** What Redis has; null when it cannot be asked. Never rejects. */
  async #read(wanted: readonly Wanted<unknown>[]): Promise<Found[] | null> {
    const found = await this.#redis?.read(wanted.map((w) => w.flight)).catch(() => null);
    return (
      found?.map((f, i) =>
        this.#owes(wanted[i]?.flight.tags ?? []) ? { envelope: null, versions: [] } : f,
      ) ?? null
    );
  }

  /** Complete versions of the tags of each value; null for a value that must not be stored. */
  async #versions(
    wanted: readonly Wanted<unknown>[],
    before: (string | null)[][],
  ): Promise<(string[] | null)[]> {
    const lacking = [
      ...new Set(wanted.flatMap((w, i) => w.flight.tags.filter((_, t) => (before[i]?.[t] ?? null) === null))),
    ];
    const made = new Map<string, string>();
    if (lacking.length > 0 && this.#redis) {
      const versions = await this.#redis.versions(lacking).catch(() => []);
      for (const [i, tag] of lacking.entries()) made.set(tag, versions[i] ?? '');
    }
    return wanted.map((w, i) => {
      const versions = w.flight.tags.map((tag, t) => before[i]?.[t] ?? made.get(tag) ?? '');
      return versions.includes('') ? null : versions;
    });
  }

  /** Never rejects: a value that is not stored is loaded again. */
  async #store(values: readonly Storing[]): Promise<void> {
    const good = values.filter((v) => !this.#owes(v.tags));
    await this.#redis?.store(good, this.#compressionThresholdBytes).catch(() => undefined);
  }

  #sealed<Value>(kind: { schema: ZodType<Value>; ttlMs: number }, value: Value, loadMs: number) {
    const envelope = seal(kind.schema, value, Date.now() + kind.ttlMs, loadMs);
    if (!envelope) this.#counters.codecErrors += 1;
    return envelope;
  }

  #later(write: Promise<void>): void {
    this.#writes.add(write);
    void write.finally(() => this.#writes.delete(write));
  }

  #owes(tags: readonly string[]): boolean {
    return this.#owed.size > 0 && tags.some((tag) => this.#owed.has(tag));
  }

  async #deliver(tags: string[]): Promise<void> {
    if (!this.#coherence || !this.#redis) return;
    const redis = this.#redis;
    await this.#coherence.invalidate(
      tags,
      tags.map((tag) => redis.tagKey(tag)),
      this.#detachedMs,
    );
    // Again: a value read from Redis just before the versions went may have come in since.
    this.#memory.forget(tags);
    for (const tag of tags) this.#owed.delete(tag);
  }

  async #payOwed(): Promise<void> {
    if (this.#owed.size > 0) await this.#deliver([...this.#owed]).catch(() => undefined);
  }
}
