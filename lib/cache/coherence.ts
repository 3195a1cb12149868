import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { connectRedis, type RedisLink } from './redis-link';
import { enterMember, expelMembers, invalidateTags, markWhole, renewMember } from './scripts';

/** How long a process may serve its own memory after Redis last confirmed that it is a member, ms. */
export const leaseMs = 2_000;
/** How long an invalidation waits for the other processes to say that they have dropped the values, ms. */
const acknowledgeMs = 300;
/** Time limit of the calls that carry an invalidation, ms: longer than that of a read, for it must arrive. */
const invalidationTimeoutMs = 1_000;

const Message = z.object({ id: z.string(), from: z.string(), tags: z.array(z.string()) });
const Acknowledgement = z.object({ id: z.string(), member: z.string() });

/** An invalidation on its way, and who has acknowledged it. */
interface Waiting {
  members: Set<string>;
  /** Called at each acknowledgement. */
  done: () => void;
}

export interface CoherenceEvents {
  /** Values with these tags are no longer good. */
  invalidated(tags: string[]): void;
  /** Invalidations may have been missed: nothing that is held or being loaded can be trusted. */
  mayHaveMissed(): void;
}

/**
 * Keeps the memory of all processes in step. Each process is a member under a lease in Redis, hears
 * invalidations on a channel, and acknowledges them. An invalidation is over when each member has
 * acknowledged it, or was expelled and its lease has run out. A process whose lease has run out does not
 * trust its memory; so no process serves an old value after the invalidation is over.
 */
export class Coherence {
  readonly #link: RedisLink;
  readonly #url: string;
  readonly #namespace: string;
  readonly #events: CoherenceEvents;
  readonly #member = randomUUID();
  readonly #waiting = new Map<string, Waiting>();
  #subscription: Redis | null = null;
  #listening = false;
  #leaseUntil = 0;
  /** When the set of members may be marked as whole by this one; null: it is, or another does it. */
  #markAt: number | null = null;
  #timer: NodeJS.Timeout | null = null;
  #renewing: Promise<void> | null = null;

  constructor(link: RedisLink, url: string, namespace: string, events: CoherenceEvents) {
    this.#link = link;
    this.#url = url;
    this.#namespace = namespace;
    this.#events = events;
  }

  /** True while this process would have been told of every invalidation that is over. */
  holds(now: number): boolean {
    return now < this.#leaseUntil;
  }

  start(): void {
    const subscription = connectRedis(this.#url);
    this.#subscription = subscription;
    subscription.on('ready', () => {
      subscription.subscribe(this.#channel, this.#inbox(this.#member)).then(
        () => {
          this.#listening = true;
          return this.renew();
        },
        () => undefined,
      );
    });
    subscription.on('close', () => {
      this.#listening = false;
      this.#leaseUntil = 0;
    });
    subscription.on('message', (channel: string, text: string) => this.#hear(channel, text));
    this.#timer = setInterval(() => void this.renew(), leaseMs / 4);
    this.#timer.unref();
  }

  /** Renews the lease, or enters as a new member; never rejects. */
  renew(): Promise<void> {
    this.#renewing ??= this.#renew()
      .catch(() => undefined)
      .finally(() => {
        this.#renewing = null;
      });
    return this.#renewing;
  }

  async #renew(): Promise<void> {
    if (!this.#listening) return;
    const asked = performance.now();
    const keys = [this.#members, this.#memberKey(this.#member)];
    const args = [this.#member, leaseMs];
    if (this.#leaseUntil === 0 || (await this.#link.script(renewMember, keys, args)) !== 1) {
      this.#leaseUntil = 0;
      const whole = await this.#link.script(enterMember, keys, args);
      this.#markAt = whole === 1 ? null : performance.now() + leaseMs;
      this.#events.mayHaveMissed();
    }
    if (this.#listening) this.#leaseUntil = asked + leaseMs;
    if (this.#markAt !== null && asked >= this.#markAt) {
      await this.#link.script(markWhole, [this.#members], [this.#member]);
      this.#markAt = null;
    }
  }

  /**
   * Makes the tags invalid in Redis and in every process, and waits until that is so.
   * @param tagKeys the keys of their versions. @param detachedMs how long a process without a lease serves
   * what it loaded itself. @throws RedisUnavailable when Redis did not take it.
   */
  async invalidate(tags: string[], tagKeys: string[], detachedMs: number): Promise<void> {
    const id = randomUUID();
    const heard = this.#waitFor(id);
    try {
      const answer = z
        .array(z.string())
        .parse(
          await this.#link.script(
            invalidateTags,
            [this.#members, ...tagKeys],
            [
              this.#channel,
              JSON.stringify({ id, from: this.#member, tags } satisfies z.infer<typeof Message>),
              this.#memberKey(''),
            ],
            invalidationTimeoutMs,
          ),
        );
      const end = answer.indexOf('');
      const others = (members: string[]) => members.filter((m) => m !== this.#member);
      const missing = await heard.all(others(answer.slice(1, end)));
      // Redis may have evicted what it knew of the members: then only time is certain.
      const uncertain = answer[0] !== '1' || others(answer.slice(end + 1)).length > 0;
      const waits = [uncertain ? Math.max(leaseMs, detachedMs) : 0];
      if (missing.length > 0) waits.push(Math.max(detachedMs, await this.#expel(missing)));
      const longest = Math.max(...waits);
      if (longest > 0) await pause(longest);
    } finally {
      heard.stop();
    }
  }

  async close(): Promise<void> {
    if (this.#timer) clearInterval(this.#timer);
    this.#leaseUntil = 0;
    if (this.#listening) await this.#expel([this.#member]).catch(() => undefined);
    this.#listening = false;
    this.#subscription?.disconnect();
  }

  async #expel(members: string[]): Promise<number> {
    const keys = [this.#members, ...members.map((m) => this.#memberKey(m))];
    return z.number().parse(await this.#link.script(expelMembers, keys, members, invalidationTimeoutMs));
  }

  #hear(channel: string, text: string): void {
    if (channel === this.#channel) {
      const { id, from, tags } = Message.parse(JSON.parse(text));
      if (from === this.#member) return;
      this.#events.invalidated(tags);
      const answer = JSON.stringify({ id, member: this.#member } satisfies z.infer<typeof Acknowledgement>);
      // Not delivered: the other side waits for the end of the lease.
      this.#link.call((redis) => redis.publish(this.#inbox(from), answer)).catch(() => undefined);
    } else {
      const { id, member } = Acknowledgement.parse(JSON.parse(text));
      const wait = this.#waiting.get(id);
      wait?.members.add(member);
      wait?.done();
    }
  }

  /** Collects the acknowledgements of an invalidation from before it is sent: they may come before its answer. */
  #waitFor(id: string) {
    const members = new Set<string>();
    const wait: Waiting = { members, done: () => undefined };
    this.#waiting.set(id, wait);
    return {
      /** Those of `expected` that did not answer in time. */
      all: async (expected: string[]): Promise<string[]> => {
        const missing = () => expected.filter((m) => !members.has(m));
        if (missing().length === 0) return [];
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, acknowledgeMs);
          wait.done = () => {
            if (missing().length > 0) return;
            clearTimeout(timer);
            resolve();
          };
        });
        return missing();
      },
      stop: () => this.#waiting.delete(id),
    };
  }

  get #channel(): string {
    return `${this.#namespace}:invalidate`;
  }
  get #members(): string {
    return `${this.#namespace}:members`;
  }
  #memberKey(member: string): string {
    return `${this.#namespace}:member:${member}`;
  }
  #inbox(member: string): string {
    return `${this.#namespace}:inbox:${member}`;
  }
}
