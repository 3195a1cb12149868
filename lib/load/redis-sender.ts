import type { Connection } from '../contracts/target';
import type { RedisProbe } from '../contracts/workload';
import { connectRedis, type RedisSession } from '../targets/redis/connect';
import { ownNamespace } from './redis-probes/own-keys';
import { now, reason, type Sent } from './senders';

type RedisConnection = Extract<Connection, { kind: 'redis' }>;

/** Commands that a probe in the mode `read` may send: they change nothing. */
const reads = new Set([
  ...['GET', 'MGET', 'EXISTS', 'TTL', 'HGET', 'HMGET', 'HGETALL'],
  ...['SISMEMBER', 'LRANGE', 'ZSCORE', 'ZRANGE', 'PING'],
]);

/** One client's own connection to one Redis target: one command at a time, no pipelining, as a request waits for it. */
export class RedisClient {
  readonly #connection: RedisConnection;
  #opening: Promise<RedisSession> | null = null;
  /** Keys of Ratchet's own that were written. */
  readonly #written = new Set<string>();

  constructor(connection: RedisConnection) {
    this.#connection = connection;
  }

  /** Opens the connection when it is not open. Throws AppError as connectRedis. */
  async connect(): Promise<void> {
    await this.#open();
  }

  async send(probe: RedisProbe, turn: number): Promise<Sent> {
    const args = probe.rows[turn % probe.rows.length] ?? [];
    const refused = refusal(probe, args);
    if (refused !== null) return { ms: 0, error: refused, broken: true };
    let started = now();
    try {
      const { redis } = await this.#open();
      if (probe.mode === 'own' && args[0] !== undefined) this.#written.add(args[0]);
      started = now();
      await redis.call(probe.command, ...args);
      return { ms: now() - started, error: null, broken: false };
    } catch (failure) {
      const ms = now() - started;
      const answered = failure instanceof Error && failure.name === 'ReplyError';
      if (!answered) this.#drop();
      return { ms, error: reason(failure), broken: !answered };
    }
  }

  /** Deletes what it wrote and ends. A server that does not answer any more lets these keys expire by themselves. */
  async close(): Promise<void> {
    const keys = [...this.#written];
    this.#written.clear();
    if (keys.length > 0) {
      await this.#open()
        .then(({ redis }) => redis.del(...keys))
        .catch(() => undefined);
    }
    this.#drop();
  }

  async #open(): Promise<RedisSession> {
    this.#opening ??= connectRedis(this.#connection);
    try {
      return await this.#opening;
    } catch (error) {
      this.#opening = null;
      throw error;
    }
  }

  #drop(): void {
    const opened = this.#opening;
    this.#opening = null;
    void opened?.then(
      (session) => session.close(),
      () => undefined,
    );
  }
}

/** A probe comes from a stored document: what it may do is checked where it is done. */
function refusal({ command, mode }: RedisProbe, args: readonly string[]): string | null {
  if (mode === 'read')
    return reads.has(command) ? null : `${command} is no command that a read probe may send`;
  const own = command === 'SET' && args[0]?.startsWith(ownNamespace) && args[2] === 'EX';
  return own ? null : `a write probe may only SET keys under ${ownNamespace} that expire`;
}
