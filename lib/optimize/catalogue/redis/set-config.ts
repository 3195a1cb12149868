import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { ChangePlan } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import { RedisSnapshot } from '@/lib/contracts/redis-snapshot';
import { measuredMix } from '@/lib/observe/collectors/redis/operations';
import { withRedis } from '@/lib/targets/redis/connect';
import { HalfDoneError } from '../../half-done';
import type { CommandOptimization, CommandSession, OptimizationMeta } from '../../types';

/** Settings that take effect at once and whose former value can be set again. */
const Setting = z.enum([
  'maxmemory',
  'maxmemory-policy',
  'tcp-keepalive',
  'timeout',
  'activedefrag',
  'lazyfree-lazy-eviction',
  'lazyfree-lazy-expire',
  'lazyfree-lazy-server-del',
  'lazyfree-lazy-user-del',
]);

/** What a finding asks for: one setting, or several that belong together. Values as CONFIG GET spells them. */
const One = z.object({ setting: Setting, value: z.string().min(1) });
const Wanted = z.union([
  z.object({ settings: z.array(One).min(1) }),
  One.transform((one) => ({ settings: [one] })),
]);

/** `previous`: as read at apply; before that, as the collector saw it. */
const Planned = One.extend({ previous: z.string() });
type Planned = z.infer<typeof Planned>;

/** `preexisting`: they had the values before this change, which then are not Ratchet's to undo. */
const Several = z.object({ settings: z.array(Planned).min(1), preexisting: z.boolean().optional() });
type Facts = z.infer<typeof Several>;
/** Plans made before a change could hold several have their one setting in its place. */
const Facts = z.union([
  Several,
  Planned.extend({ preexisting: z.boolean().optional() }).transform(
    ({ preexisting, ...one }): Facts => ({ settings: [one], preexisting }),
  ),
]);

const meta: OptimizationMeta = {
  id: 'redis/set-config',
  title: 'Change a setting of Redis',
  kind: 'redis',
  risk: 'medium',
  locks: 'None. It holds until the server restarts: redis.conf is not written.',
  reversible: true,
  needsRestart: false,
};

/** What a setting is for, where that is not time. */
const purposes: Partial<Record<z.infer<typeof Setting>, string>> = {
  maxmemory: 'to keep Redis from taking all memory of the machine',
  'maxmemory-policy': 'to let writes through when the memory is full',
  timeout: 'to close connections that nobody uses',
  'tcp-keepalive': 'to close connections of clients that are gone',
  activedefrag: 'to give scattered memory back',
};

/** Sets one or several settings of a running Redis server by CONFIG SET. */
export const setConfig: CommandOptimization = {
  meta,
  runs: 'commands',

  propose(finding, snapshot) {
    const wanted = Wanted.safeParse(finding.facts).data;
    const seen = RedisSnapshot.safeParse(snapshot).data;
    if (!wanted || !seen?.config) return [];
    const { config } = seen;
    const settings = wanted.settings.flatMap(({ setting, value }) => {
      const previous = config[setting];
      return previous === undefined || previous === value ? [] : [{ setting, value, previous }];
    });
    const [first] = settings;
    if (!first) return [];
    const names = settings.map((s) => s.setting).join(', ');
    const purpose = settings.length === 1 ? purposes[first.setting] : undefined;
    const plan = {
      optimization: meta.id,
      key: `${meta.id}:${names}`,
      title: `Set ${names} to ${first.value}`,
      subject: names,
      why: finding.title,
      steps: [],
      inverse: [],
      risk: meta.risk,
      locks: meta.locks,
      reversible: true,
      needsRestart: false,
      facts: {},
      estimates: [],
      affects: measuredMix(seen.info).map((o) => o.command),
      ...(purpose === undefined ? {} : { purpose }),
      snippets: [
        {
          title: 'redis.conf: keeps it when the server restarts',
          text: settings.map((s) => `# was: ${s.previous}\n${s.setting} ${s.value}\n`).join(''),
        },
      ],
    };
    return [planned(plan, { settings })];
  },

  async apply(session, plan) {
    const facts = Facts.parse(plan.facts);
    return connected(session, async (redis) => {
      const found = await readAll(redis, facts.settings);
      const settings = found.map(({ now, ...one }) => ({
        ...one,
        previous: session.wasApplied ? one.previous : now,
      }));
      if (found.every((s) => s.now === s.value)) {
        for (const [step, s] of settings.entries())
          await session.skip(step, set(s.setting, s.value).statement, 'it has this value');
        return session.wasApplied ? {} : { plan: planned(plan, { ...facts, preexisting: true }) };
      }
      const recorded = planned(plan, { settings });
      await session.record(recorded);
      await changeAll(
        session,
        redis,
        found.map(({ setting, value, now }) => ({ setting, to: value, from: now })),
      );
      return { plan: recorded };
    });
  },

  async rollback(session, plan) {
    const { settings, preexisting } = Facts.parse(plan.facts);
    const back = settings.toReversed();
    if (preexisting) {
      for (const [step, s] of back.entries())
        await session.skip(
          step,
          set(s.setting, s.previous).statement,
          'it had this value before the change, and keeps it',
        );
      return {};
    }
    return connected(session, async (redis) => {
      const found = await readAll(redis, back);
      await changeAll(
        session,
        redis,
        found.map(({ setting, previous, now }) => ({ setting, to: previous, from: now })),
      );
      return {};
    });
  },

  async settle(session, plan, direction) {
    const { settings } = Facts.parse(plan.facts);
    return connected(session, async (redis) => {
      const found = await readAll(redis, settings);
      const names = settings.map((s) => s.setting).join(', ');
      if (direction === 'apply' && found.every((s) => s.now === s.value))
        return { state: 'applied', what: `${names} had been set: applied.` };
      for (const [step, s] of found.entries()) {
        if (s.now === s.previous) continue;
        await session.undo(step, set(s.setting, s.previous).statement, 'a change that was interrupted', () =>
          carryOut(redis, s.setting, s.previous),
        );
      }
      const former = settings.map((s) => s.previous).join(', ');
      return {
        state: 'rolled-back',
        what: `${names} ${settings.length === 1 ? 'has its former value' : 'have their former values'}, ${former}.`,
      };
    });
  },
};

interface Move {
  setting: string;
  to: string;
  /** The value it has now. */
  from: string;
}

/** Sets values and reads each back; where one does not hold, all are as they were found again. */
async function changeAll(session: CommandSession, redis: Redis, moves: readonly Move[]): Promise<void> {
  const done: [step: number, move: Move][] = [];
  for (const [step, move] of moves.entries()) {
    const { setting, to, from } = move;
    const { statement } = set(setting, to);
    if (from === to) {
      await session.skip(step, statement, 'it has this value');
      continue;
    }
    try {
      await session.execute(step, statement, () => carryOut(redis, setting, to));
      done.push([step, move]);
    } catch (error) {
      // Refused before it was sent: it has its value, those before it have not.
      const cancelled = error instanceof AppError && error.code === 'cancelled';
      await undoAll(session, redis, cancelled ? done : [...done, [step, move]]);
      if (cancelled) throw error;
      throw refused(session.address, error);
    }
  }
}

async function undoAll(
  session: CommandSession,
  redis: Redis,
  done: readonly [step: number, move: Move][],
): Promise<void> {
  for (const [step, { setting, from }] of done.toReversed()) {
    try {
      await session.undo(step, set(setting, from).statement, 'the change did not hold', () =>
        carryOut(redis, setting, from),
      );
    } catch (cause) {
      throw new HalfDoneError(
        `Setting ${setting} of ${session.address} failed and could not be undone`,
        cause,
      );
    }
  }
}

function refused(address: string, error: unknown): AppError {
  const why = error instanceof Error ? error.message : String(error);
  if (/defragmentation cannot be enabled/i.test(why))
    return new AppError(
      'unsupported',
      `Redis at ${address} was built without active defragmentation (it needs the jemalloc that comes with Redis). Nothing was changed; a restart gives the memory back.`,
      { cause: error },
    );
  return new AppError('conflict', `Redis at ${address}: ${why}. The former value was set again.`, {
    cause: error,
  });
}

async function carryOut(redis: Redis, setting: string, value: string): Promise<void> {
  await redis.config('SET', setting, value);
  const found = await read(redis, setting);
  if (found !== value) throw new Error(`CONFIG SET ${setting} ${value} was taken, and its value is ${found}`);
}

/** @throws AppError unsupported when the server has no such setting */
async function read(redis: Redis, setting: string): Promise<string> {
  const reply = z.array(z.string()).safeParse(await redis.config('GET', setting)).data;
  if (reply?.[1] === undefined)
    throw new AppError('unsupported', `This Redis server has no setting ${setting}. Diagnose again.`);
  return reply[1];
}

async function readAll(
  redis: Redis,
  settings: readonly Planned[],
): Promise<(Planned & { /** Its value on the server. */ now: string })[]> {
  const found: (Planned & { now: string })[] = [];
  for (const one of settings) found.push({ ...one, now: await read(redis, one.setting) });
  return found;
}

async function connected<T>(session: CommandSession, work: (redis: Redis) => Promise<T>): Promise<T> {
  const { connection } = session.target;
  if (connection.kind !== 'redis')
    throw new AppError('unsupported', `"${meta.id}" is not for a ${connection.kind} target.`);
  return withRedis(connection, ({ redis }) => work(redis));
}

function planned(plan: ChangePlan, facts: Facts): ChangePlan {
  const { settings } = facts;
  return {
    ...plan,
    steps: settings.map((s) => set(s.setting, s.value)),
    inverse: settings.toReversed().map((s) => set(s.setting, s.previous)),
    facts: { ...facts },
  };
}

function set(setting: string, value: string) {
  const command = ['CONFIG', 'SET', setting, value];
  return { kind: 'redis' as const, statement: command.join(' '), command };
}
