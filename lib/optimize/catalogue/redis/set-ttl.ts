import { z } from 'zod';
import type { ChangePlan, Step } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import { RedisSnapshot } from '@/lib/contracts/redis-snapshot';
import { looksLikeData } from '@/lib/diagnose/rules/redis/looks-like-data';
import { withRedis } from '@/lib/targets/redis/connect';
import { HalfDoneError } from '../../half-done';
import { expireBatch, type GivenTtl, limits, persistBatch, scanLasting } from '../../redis/lasting-keys';
import type { Carried, CommandOptimization, CommandSession, OptimizationMeta } from '../../types';

/** What a finding asks for. */
const Wanted = z.object({ prefix: z.string().min(1), ttlSeconds: z.number().int().positive() });

/** Which keys were given a time to live, and until when (s since 1970): what the inverse works on. */
const Given = z.object({ deadline: z.number().int(), keys: z.array(z.string()) });
const Facts = Wanted.extend({ given: z.array(Given).default([]) });
type Facts = z.infer<typeof Facts>;

const meta: OptimizationMeta = {
  id: 'redis/set-ttl',
  title: 'Give keys a time to live',
  kind: 'redis',
  risk: 'high',
  locks: `None: ${limits.batch} keys at a time with a pause between. The keys are deleted when the time is over; undo it before then. Keys that are written later have none again: have the application set it.`,
  reversible: true,
  needsRestart: false,
};

/** Gives the keys of a prefix that have no time to live one, and takes it from the same keys again. */
export const setTtl: CommandOptimization = {
  meta,
  runs: 'commands',

  propose(finding, snapshot) {
    const wanted = Wanted.safeParse(finding.facts).data;
    const seen = RedisSnapshot.safeParse(snapshot).data;
    const group = seen?.keyspace.prefixes.find((p) => p.prefix === wanted?.prefix);
    if (!wanted || !seen || !group || looksLikeData(group, seen.config) !== null) return [];
    const { keys, sampled } = seen.keyspace;
    const estimate = Math.round(((group.keys - group.withTtl) / Math.max(1, sampled)) * keys);
    const facts = { ...wanted, given: [] };
    const plan: ChangePlan = {
      optimization: meta.id,
      key: `${meta.id}:${wanted.prefix}`,
      title: `Give ${estimate > limits.keys ? `${limits.keys.toLocaleString('en-US')} of the` : 'the'} keys ${wanted.prefix} a time to live of ${hours(wanted.ttlSeconds)}`,
      subject: wanted.prefix,
      why: finding.title,
      steps: [expiring(facts)],
      inverse: [persisting(facts)],
      risk: meta.risk,
      locks: meta.locks,
      reversible: true,
      needsRestart: false,
      facts,
      estimates: [
        {
          label: 'keys without a time to live',
          value: estimate,
          unit: '',
          source: `a sample of ${sampled.toLocaleString('en-US')} of ${keys.toLocaleString('en-US')} keys`,
        },
      ],
      affects: [],
      purpose: 'to let go of keys that nobody reads any more',
    };
    return [plan];
  },

  async apply(session, plan): Promise<Carried> {
    const facts = Facts.parse(plan.facts);
    return connected(session, async (redis) => {
      await refuseReplica(redis, session.address);
      // Applied before: what it gave then it has given, and what is found now comes to it.
      const given: GivenTtl[] = session.wasApplied ? [...facts.given] : [];
      const former = given.length;
      const recorded = () => withGiven(plan, facts, given);
      const counted = () => given.reduce((sum, g) => sum + g.keys.length, 0);
      let step = 0;
      try {
        for await (const keys of scanLasting(redis, facts.prefix, limits.keys - counted())) {
          const batch = { deadline: deadlineOf(facts.ttlSeconds, step), keys };
          // Before it is carried out: a crash in between finds these keys named.
          given.push(batch);
          await session.record(recorded());
          await session.execute(step++, statementOf(batch), () => expireBatch(redis, batch));
        }
      } catch (error) {
        await undoAll(session, redis, given.slice(former));
        throw error;
      }
      if (step === 0) await session.skip(0, expiring(facts).statement, 'every key of the prefix has one');
      const done = counted();
      return {
        plan: recorded(),
        measured: [{ label: 'keys given a time to live', before: 0, after: done, unit: '' }],
      };
    });
  },

  async rollback(session, plan) {
    const facts = Facts.parse(plan.facts);
    return connected(session, async (redis) => {
      await refuseReplica(redis, session.address);
      for (const [step, batch] of facts.given.toReversed().entries())
        await session.execute(step, inverseOf(batch), () => persistBatch(redis, batch));
      if (facts.given.length === 0)
        await session.skip(0, persisting(facts).statement, 'no key was given one');
      return {};
    });
  },

  async settle(session, plan) {
    const facts = Facts.parse(plan.facts);
    return connected(session, async (redis) => {
      for (const [step, batch] of facts.given.toReversed().entries())
        await session.undo(step, inverseOf(batch), 'a change that was interrupted', () =>
          persistBatch(redis, batch),
        );
      const keys = facts.given.reduce((sum, g) => sum + g.keys.length, 0);
      return {
        state: 'rolled-back',
        what: `Of ${keys} keys that may have been given a time to live, none has it any more.`,
      };
    });
  },
};

type Connected = Parameters<Parameters<typeof withRedis>[1]>[0]['redis'];

async function undoAll(session: CommandSession, redis: Connected, given: readonly GivenTtl[]): Promise<void> {
  for (const [step, batch] of given.toReversed().entries()) {
    try {
      await session.undo(step, inverseOf(batch), 'it was not carried out to its end', () =>
        persistBatch(redis, batch),
      );
    } catch (cause) {
      throw new HalfDoneError(
        `Giving keys of ${session.address} a time to live failed and could not be undone`,
        cause,
      );
    }
  }
}

async function refuseReplica(redis: Connected, address: string): Promise<void> {
  const role: unknown = await redis.call('role');
  if (Array.isArray(role) && role[0] === 'slave')
    throw new AppError(
      'unsupported',
      `Redis at ${address} is a replica: keys are changed on its primary. Give the address of the primary.`,
    );
}

async function connected<T>(session: CommandSession, work: (redis: Connected) => Promise<T>): Promise<T> {
  const { connection } = session.target;
  if (connection.kind !== 'redis')
    throw new AppError('unsupported', `"${meta.id}" is not for a ${connection.kind} target.`);
  return withRedis(connection, ({ redis }) => work(redis));
}

/** Batches end a little after one another, over a tenth of the time, so that not all keys expire at once. */
function deadlineOf(ttlSeconds: number, step: number): number {
  const batches = limits.keys / limits.batch;
  return Math.floor(Date.now() / 1000 + ttlSeconds * (1 + (0.1 * (step % batches)) / batches));
}

function withGiven(plan: ChangePlan, facts: Facts, given: readonly GivenTtl[]): ChangePlan {
  const all: Facts = { ...facts, given: [...given] };
  return { ...plan, inverse: [persisting(all)], facts: all };
}

const statementOf = ({ deadline, keys }: GivenTtl) =>
  `EXPIREAT key ${deadline} NX, for ${keys.length} keys from ${keys[0]} to ${keys.at(-1)}`;
const inverseOf = ({ deadline, keys }: GivenTtl) =>
  `PERSIST key, for those of ${keys.length} keys from ${keys[0]} to ${keys.at(-1)} that expire at ${deadline}`;

function expiring({ prefix, ttlSeconds }: Facts): Step {
  const statement = `EXPIREAT key <${hours(ttlSeconds)} from now> NX, for each key ${prefix} without a time to live (SCAN; ${limits.batch} at a time, at most ${limits.keys})`;
  return { kind: 'redis', statement, command: ['EXPIREAT'] };
}

function persisting({ given }: Facts): Step {
  const keys = given.reduce((sum, g) => sum + g.keys.length, 0);
  const which =
    keys === 0 ? 'each key that was given one (they are recorded)' : `the ${keys} keys that were given one`;
  return { kind: 'redis', statement: `PERSIST key, for ${which}`, command: ['PERSIST'] };
}

const hours = (seconds: number) => `${Math.round(seconds / 360) / 10} hours`;
