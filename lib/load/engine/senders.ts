import type { Turn } from '../sequence';
import type { Exchange, Transport, WireRequest } from '../wire/exchange';
import type { Judged } from './judge-response';
import type { Meter } from './meter';
import type { Schedule } from './schedule';

export interface SendEnv {
  transport: Transport;
  meter: Meter;
  request(probe: number, turn: number): WireRequest;
  /** By probe. */
  judge: readonly ((exchange: Exchange) => Judged)[];
  /** ms, monotonic. */
  now(): number;
}

/** Pause of a user whose connection failed, so that a dead target is not hammered, ms. */
const brokenPauseMs = 25;
/** The resolution of Node's timers: a request sent this close after it was due is on time, ms. */
const timerMs = 2;

/** Sends one request; it counts from `from`. `done` says whether the transport failed. */
function send(
  env: SendEnv,
  { probe, turn }: Turn,
  from: number,
  lateBy: number,
  done: (broken: boolean) => void,
): void {
  const { meter } = env;
  const request = env.request(probe, turn);
  meter.sending(from + lateBy, lateBy);
  env.transport.send(request, (exchange) => {
    const at = env.now();
    const judged = env.judge[probe]?.(exchange) ?? { error: null, detail: null };
    meter.ended(probe, at, at - from, exchange.bytes, judged.error, judged.detail);
    done(exchange.status === 0);
  });
}

interface User {
  index: number;
  timer: NodeJS.Timeout | null;
}

/** The closed model: users that send, wait for the whole response, pause, and send again. */
export class Users {
  /** Users at work, those in their pause too. */
  readonly #at = new Set<User>();
  #wanted = 0;

  constructor(
    readonly env: SendEnv,
    readonly next: () => Turn,
    /** Length of the next pause, ms. */
    readonly thinkMs: () => number,
  ) {}

  get active(): number {
    return this.#at.size;
  }

  /** Makes it so many users: new ones begin at once, those too many stop after their response. */
  set(wanted: number): void {
    this.#wanted = wanted;
    if (this.#at.size >= wanted) {
      for (const user of this.#at) if (user.index >= wanted && user.timer) this.#leave(user);
      return;
    }
    const taken = new Set([...this.#at].map((u) => u.index));
    for (let index = 0; index < wanted; index++) {
      if (taken.has(index)) continue;
      const user: User = { index, timer: null };
      this.#at.add(user);
      this.#go(user);
    }
  }

  #go(user: User): void {
    if (user.index >= this.#wanted) {
      this.#leave(user);
      return;
    }
    const { env } = this;
    env.meter.offered += 1;
    send(env, this.next(), env.now(), 0, (broken) => {
      if (user.index >= this.#wanted) {
        this.#leave(user);
        return;
      }
      const pause = this.thinkMs() + (broken ? brokenPauseMs : 0);
      if (pause <= 0) {
        this.#go(user);
        return;
      }
      user.timer = setTimeout(() => {
        user.timer = null;
        this.#go(user);
      }, pause);
    });
  }

  #leave(user: User): void {
    if (user.timer) clearTimeout(user.timer);
    this.#at.delete(user);
  }
}

/**
 * The open model: requests go out when they are due, whatever became of earlier ones, and count from when they were due, so
 * that a stall of the target is in the latency of everyone who came during it (no coordinated omission). A request sent within
 * 2 ms of its time counts from when it was sent: that is the resolution of the generator's timers and not the target's time.
 * Source: G. Tene, "How NOT to Measure Latency"; the constant-throughput mode of wrk2.
 */
export class Arrivals {
  #stopped = false;

  constructor(
    readonly env: SendEnv,
    readonly schedule: Schedule,
    readonly maxInFlight: number,
  ) {}

  /**
   * Sends what is due by now and before `beforeMs`. `startedAt` is the run's start on the clock of `env.now`. Returns when the
   * next is due. Times in ms since the start.
   */
  sendDue(startedAt: number, beforeMs: number): number {
    const { env, schedule } = this;
    if (this.#stopped) return Number.POSITIVE_INFINITY;
    for (;;) {
      const dueMs = schedule.peek();
      if (dueMs >= beforeMs) return dueMs;
      const now = env.now();
      const lateBy = now - startedAt - dueMs;
      if (!(lateBy >= 0)) return dueMs;
      const turn = schedule.take();
      env.meter.offered += 1;
      if (env.meter.inFlight >= this.maxInFlight) {
        env.meter.dropped += 1;
        continue;
      }
      const onTime = lateBy <= timerMs;
      send(env, turn, onTime ? now : now - lateBy, onTime ? 0 : lateBy, () => undefined);
    }
  }

  stop(): void {
    this.#stopped = true;
  }
}
