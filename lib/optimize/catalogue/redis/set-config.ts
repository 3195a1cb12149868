import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { ChangePlan } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import { RedisSnapshot } from '@/lib/contracts/redis-snapshot';
import { withRedis } from '@/lib/targets/redis/connect';
import { HalfDoneError } from '../../half-done';
import type { CommandOptimization, CommandSession, OptimizationMeta } from '../../types';

/** Settings that take effect at once and whose former value can be set again. */
const Setting = z.enum(['maxmemory', 'maxmemory-policy', 'tcp-keepalive']);

/** What a finding asks for. Values as CONFIG GET spells them. */
const Wanted = z.object({ setting: Setting, value: z.string().min(1) });

const Facts = Wanted.extend({
  /** As read at apply; before that, as the collector saw it. */
  previous: z.string(),
  /** It had the value before this change, which then is not Ratchet's to undo. */
  preexisting: z.boolean().optional(),
});
type Facts = z.infer<typeof Facts>;

const meta: OptimizationMeta = {
  id: 'redis/set-config',
  title: 'Change a setting of Redis',
  kind: 'redis',
  risk: 'medium',
  locks: 'None. It holds until the server restarts: redis.conf is not written.',
  reversible: true,
  needsRestart: false,
};

/** Sets one setting of a running Redis server by CONFIG SET. */
export const setConfig: CommandOptimization = {
  meta,
  runs: 'commands',

  propose(finding, snapshot) {
    const wanted = Wanted.safeParse(finding.facts).data;
    const previous = wanted && RedisSnapshot.safeParse(snapshot).data?.config?.[wanted.setting];
    if (!wanted || previous === undefined || previous === wanted.value) return [];
    const plan = {
      optimization: meta.id,
      key: `${meta.id}:${wanted.setting}`,
      title: `Set ${wanted.setting} to ${wanted.value}`,
      subject: wanted.setting,
      why: finding.title,
      steps: [],
      inverse: [],
      risk: meta.risk,
      locks: meta.locks,
      reversible: true,
      needsRestart: false,
      facts: {},
      estimates: [],
      affects: [],
    };
    return [planned(plan, { ...wanted, previous })];
  },

  async apply(session, plan) {
    const facts = Facts.parse(plan.facts);
    const { setting, value } = facts;
    return connected(session, async (redis) => {
      const found = await read(redis, setting);
      if (found === value) {
        await session.skip(0, set(setting, value).statement, 'it has this value');
        return session.wasApplied ? {} : { plan: planned(plan, { ...facts, preexisting: true }) };
      }
      const previous = session.wasApplied ? facts.previous : found;
      const recorded = planned(plan, { setting, value, previous });
      await session.record(recorded);
      await change(session, redis, setting, value, previous);
      return { plan: recorded };
    });
  },

  async rollback(session, plan) {
    const { setting, value, previous, preexisting } = Facts.parse(plan.facts);
    const { statement } = set(setting, previous);
    if (preexisting) {
      await session.skip(0, statement, 'it had this value before the change, and keeps it');
      return {};
    }
    return connected(session, async (redis) => {
      if ((await read(redis, setting)) === previous)
        await session.skip(0, statement, 'it has its former value');
      else await change(session, redis, setting, previous, value);
      return {};
    });
  },

  async settle(session, plan, direction) {
    const { setting, value, previous } = Facts.parse(plan.facts);
    return connected(session, async (redis) => {
      const found = await read(redis, setting);
      if (direction === 'apply' && found === value)
        return { state: 'applied', what: `${setting} had been set: applied.` };
      if (found !== previous)
        await session.undo(0, set(setting, previous).statement, 'a change that was interrupted', () =>
          carryOut(redis, setting, previous),
        );
      return { state: 'rolled-back', what: `${setting} has its former value, ${previous}.` };
    });
  },
};

/** Sets a value and reads it back; where it does not hold, the former one is set again. */
async function change(
  session: CommandSession,
  redis: Redis,
  setting: string,
  value: string,
  former: string,
): Promise<void> {
  try {
    await session.execute(0, set(setting, value).statement, () => carryOut(redis, setting, value));
  } catch (error) {
    // Refused before anything was sent.
    if (error instanceof AppError && error.code === 'cancelled') throw error;
    try {
      await session.undo(0, set(setting, former).statement, 'the value did not hold', () =>
        carryOut(redis, setting, former),
      );
    } catch (cause) {
      throw new HalfDoneError(
        `Setting ${setting} of ${session.address} failed and could not be undone`,
        cause,
      );
    }
    const why = error instanceof Error ? error.message : String(error);
    throw new AppError('conflict', `Redis at ${session.address}: ${why}. The former value was set again.`, {
      cause: error,
    });
  }
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

async function connected<T>(session: CommandSession, work: (redis: Redis) => Promise<T>): Promise<T> {
  const { connection } = session.target;
  if (connection.kind !== 'redis')
    throw new AppError('unsupported', `"${meta.id}" is not for a ${connection.kind} target.`);
  return withRedis(connection, ({ redis }) => work(redis));
}

function planned(plan: ChangePlan, facts: Facts): ChangePlan {
  const { setting, value, previous } = facts;
  return { ...plan, steps: [set(setting, value)], inverse: [set(setting, previous)], facts: { ...facts } };
}

function set(setting: string, value: string) {
  const command = ['CONFIG', 'SET', setting, value];
  return { kind: 'redis' as const, statement: command.join(' '), command };
}
