import type { LoadPlan } from '../../contracts/load';
import type { LoadOutcome, StressLimit } from '../../contracts/load-record';
import { seededRandom } from '../../stats/random';
import { Http1Transport } from '../wire/http1';
import { Http2Transport } from '../wire/http2';
import type { Origin } from '../wire/resolve';
import { GeneratorLimit } from './generator-limit';
import { responseJudge } from './judge-response';
import { LevelPlan } from './level-plan';
import { Meter, type RawSecond } from './meter';
import { requestMaker } from './requests';
import { levelSchedule, replaySchedule, turnsOf } from './schedule';
import { Arrivals, type SendEnv, Users } from './senders';
import { Stress } from './stress';
import { StopThresholds } from './thresholds';

export interface EngineInput {
  plan: LoadPlan;
  /** Sent with every request; may hold secrets. */
  headers: Record<string, string>;
  origin: Origin;
  onSecond(second: RawSecond): void;
}

interface Ending {
  outcome: LoadOutcome;
  reason: string | null;
  limit: StressLimit | null;
}

export interface EngineEnd extends Ending {
  generatorLimited: { from: number; why: string } | null;
  firstError: string | null;
}

/** How often the closed model and the ends of seconds are looked after, ms. */
const tickMs = 10;
/** How long a run that was stopped waits for what is in flight, ms. */
const stopGraceMs = 1_000;

/**
 * Runs one plan to its end. What is in flight at the end is waited for (at most the request timeout; one second after
 * `stop`) and counted in the seconds in which it ends, so that the slowest are not cut off. Throws AppError('bad-input').
 */
export class Engine {
  readonly #plan: LoadPlan;
  readonly #onSecond: EngineInput['onSecond'];
  readonly #env: SendEnv;
  readonly #meter: Meter;
  readonly #level: LevelPlan;
  readonly #users: Users | null = null;
  readonly #arrivals: Arrivals | null = null;
  readonly #limit: GeneratorLimit;
  readonly #stops: StopThresholds;
  readonly #stress: Stress | null;
  #startedAt = 0;
  #cutAt = 0;
  #t = 0;
  /** Set when nothing more is sent: what is in flight may end until then. */
  #drainUntil: number | null = null;
  #end: Ending | null = null;

  constructor({ plan, headers, origin, onSecond }: EngineInput) {
    const { profile } = plan;
    this.#plan = plan;
    this.#onSecond = onSecond;
    this.#meter = new Meter(plan.probes.map((p) => p.name));
    const o = {
      keepAlive: profile.keepAlive,
      timeoutMs: profile.requestTimeoutMs,
      maxBodyBytes: profile.maxBodyBytes,
      tls: plan.target.tls,
    };
    const judge = plan.probes.map(responseJudge);
    const request = requestMaker(plan, headers);
    this.#env = {
      transport: profile.http === '2' ? new Http2Transport(origin, o) : new Http1Transport(origin, o),
      meter: this.#meter,
      request,
      judge,
      now: () => performance.now(),
    };
    this.#level = new LevelPlan(profile.startLevel, profile.stages);
    this.#limit = new GeneratorLimit(profile.model);
    this.#stops = new StopThresholds(profile.thresholds);
    this.#stress = profile.stress ? new Stress(profile, profile.stress) : null;
    if (plan.arrivals) {
      const schedule = replaySchedule(plan.arrivals, plan.probes.length);
      this.#arrivals = new Arrivals(this.#env, schedule, profile.maxInFlight);
    } else if (profile.model === 'open') {
      const schedule = levelSchedule(this.#level, turnsOf(plan));
      this.#arrivals = new Arrivals(this.#env, schedule, profile.maxInFlight);
    } else {
      const { minMs, maxMs } = profile.thinkTime;
      const random = seededRandom(plan.seed);
      const think = () => minMs + (maxMs > minMs ? random.next() * (maxMs - minMs) : 0);
      this.#users = new Users(this.#env, turnsOf(plan), think);
    }
  }

  async run(): Promise<EngineEnd> {
    this.#startedAt = this.#env.now();
    this.#cutAt = this.#startedAt;
    if (this.#stress && this.#level.endMs === 0) this.#nextStep(this.#stress);
    try {
      await new Promise<void>((resolve, reject) => {
        const tick = () => {
          try {
            const wait = this.#tick();
            if (wait === null) resolve();
            else setTimeout(tick, wait);
          } catch (error) {
            reject(error);
          }
        };
        tick();
      });
    } finally {
      this.#env.transport.close();
      this.#meter.stop();
    }
    const end = this.#end ?? { outcome: 'completed', reason: null, limit: null };
    const limited = this.#limit.found;
    return {
      ...end,
      // What the generator could not do says nothing of the target.
      ...(limited && (end.outcome === 'completed' || end.outcome === 'limit-found')
        ? { outcome: 'generator-limited' as const, reason: limited.why, limit: null }
        : {}),
      generatorLimited: limited,
      firstError: this.#meter.firstError,
    };
  }

  /** Stops sending; the run then ends within about a second. Idempotent. */
  stop(outcome: LoadOutcome, reason: string): void {
    this.#finish({ outcome, reason, limit: null }, stopGraceMs);
  }

  /** Does what is due. Returns how long until there is more to do, ms; null when the run is over. */
  #tick(): number | null {
    const now = this.#env.now();
    const elapsed = now - this.#startedAt;
    while (now - this.#cutAt >= 1_000) {
      // However late this is, what was due in a second counts in it.
      this.#sendDue();
      this.#cut(1_000);
    }
    if (this.#drainUntil === null) this.#advance(elapsed);
    if (this.#drainUntil !== null && (this.#meter.inFlight === 0 || now >= this.#drainUntil)) {
      this.#cut(Math.max(1, now - this.#cutAt));
      return null;
    }
    const due = this.#sendDue();
    if (due === null) return tickMs;
    const wait = due - (this.#env.now() - this.#startedAt);
    return Math.min(tickMs, Math.max(0, wait));
  }

  /** Sends what is due in the running second; when the next request is due, ms since the start, or null when none will be. */
  #sendDue(): number | null {
    if (this.#drainUntil !== null || !this.#arrivals) return null;
    return this.#arrivals.sendDue(this.#startedAt, this.#cutAt + 1_000 - this.#startedAt);
  }

  /** Follows the level, and ends the run when its plan is over. */
  #advance(elapsed: number): void {
    const over = this.#plan.arrivals
      ? (this.#plan.arrivals.at(-1)?.[0] ?? 0) < elapsed
      : elapsed >= this.#level.endMs;
    if (over) {
      // What was due in the last moment goes out before the end.
      this.#sendDue();
      const limit = this.#stress?.judge() ?? null;
      if (limit) this.#finish({ outcome: 'limit-found', reason: limit.why, limit });
      else if (!this.#stress) this.#finish({ outcome: 'completed', reason: null, limit: null });
      else if (this.#limit.found || !this.#nextStep(this.#stress))
        this.#finish({
          outcome: 'completed',
          reason: `No limit was found up to ${this.#stress.highest}.`,
          limit: null,
        });
    }
    if (this.#drainUntil === null) this.#users?.set(Math.round(this.#level.levelAt(elapsed)));
  }

  #nextStep(stress: Stress): boolean {
    const level = stress.next();
    if (level === null) return false;
    this.#level.append({ durationMs: 0, level });
    this.#level.append({ durationMs: stress.search.stepMs, level });
    return true;
  }

  #finish(end: Ending, graceMs = this.#plan.profile.requestTimeoutMs): void {
    const until = this.#env.now() + graceMs;
    if (this.#drainUntil !== null) {
      this.#drainUntil = Math.min(this.#drainUntil, until);
      return;
    }
    this.#end = end;
    this.#drainUntil = until;
    this.#users?.set(0);
    this.#arrivals?.stop();
  }

  #cut(durationMs: number): void {
    const meter = this.#meter;
    const active = this.#users ? this.#users.active : meter.inFlight;
    this.#cutAt += durationMs;
    const level = this.#drainUntil === null ? this.#level.levelAt(this.#cutAt - this.#startedAt) : 0;
    const figures = meter.figures(this.#env.now(), durationMs, active);
    if (this.#drainUntil === null) {
      this.#stress?.second(figures);
      const why = this.#stops.second(figures);
      if (why !== null) this.#finish({ outcome: 'threshold', reason: why, limit: null });
    }
    const second = meter.cut(this.#t++, durationMs, level, active);
    this.#limit.second(second, this.#env.transport.exhausted);
    this.#onSecond(second);
  }
}
