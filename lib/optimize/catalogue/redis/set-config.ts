import type { Redis } from 'ioredis';
import { z } from 'zod';
import { type ChangePlan, writingConfigFile } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import { RedisSnapshot } from '@/lib/contracts/redis-snapshot';
import { measuredMix } from '@/lib/observe/collectors/redis/operations';
import { withRedis } from '@/lib/targets/redis/connect';
import { HalfDoneError, StillAppliedError } from '../../half-done';
import { hasConfigFile, rewrite, rewriteIfThere, withoutFile } from '../../redis/config-file';
import { carryOut, changeAll, read, set } from '../../redis/settings';
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
  locks:
    'None. It holds until the server restarts, unless redis.conf is written too: with every setting as the server has it then.',
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
      configFile: { path: seen.info.config_file || null, written: false },
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
      const written = writes(session, plan);
      if (written && !(await hasConfigFile(redis))) throw withoutFile();
      const asked = writingConfigFile(plan, written);
      const found = await readAll(redis, facts.settings);
      const settings = found.map(({ now, ...one }) => ({
        ...one,
        previous: session.wasApplied ? one.previous : now,
      }));
      if (found.every((s) => s.now === s.value)) {
        for (const [step, s] of settings.entries())
          await session.skip(step, set(s.setting, s.value).statement, 'it has this value');
        const kept = planned(asked, session.wasApplied ? facts : { ...facts, preexisting: true });
        await session.record(kept);
        if (written) await rewriteOnly(session, redis, plan, kept);
        return { plan: kept };
      }
      const recorded = planned(asked, { settings });
      await session.record(recorded);
      const moves = found.map(({ setting, value, now }) => ({ setting, to: value, from: now }));
      const done = await changeAll(session, redis, moves);
      if (written) await rewrite(session, redis, settings.length, done);
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
      const moves = found.map(({ setting, previous, now }) => ({ setting, to: previous, from: now }));
      const done = await changeAll(session, redis, moves);
      if (plan.configFile?.written) await rewriteIfThere(session, redis, settings.length, done);
      return {};
    });
  },

  async settle(session, plan, direction) {
    const { settings } = Facts.parse(plan.facts);
    return connected(session, async (redis) => {
      const found = await readAll(redis, settings);
      const names = settings.map((s) => s.setting).join(', ');
      const written = plan.configFile?.written ?? false;
      // Whether the one that died had written the file cannot be seen from here; writing it again does no harm.
      const write = async () => {
        if (written) await rewriteIfThere(session, redis, settings.length, []);
      };
      if (direction === 'apply' && found.every((s) => s.now === s.value)) {
        await write();
        return {
          state: 'applied',
          what: `${names} had been set${written ? ', and redis.conf was written' : ''}: applied.`,
        };
      }
      for (const [step, s] of found.entries()) {
        if (s.now === s.previous) continue;
        await session.undo(step, set(s.setting, s.previous).statement, 'a change that was interrupted', () =>
          carryOut(redis, s.setting, s.previous),
        );
      }
      await write();
      const former = settings.map((s) => s.previous).join(', ');
      return {
        state: 'rolled-back',
        what: `${names} ${settings.length === 1 ? 'has its former value' : 'have their former values'}, ${former}.`,
      };
    });
  },
};

/** Whether the configuration file is to be written: as asked for, and once written by an applied change it stays so. */
function writes(session: CommandSession, plan: ChangePlan): boolean {
  const before = plan.configFile?.written ?? false;
  const asked = session.asked.writeConfigFile ?? before;
  return asked || (session.wasApplied && before);
}

/** Has the server write its file for a change whose settings it has already; where it cannot, all stays as it was. */
async function rewriteOnly(session: CommandSession, redis: Redis, before: ChangePlan, kept: ChangePlan) {
  try {
    await rewrite(session, redis, kept.steps.length - 1, []);
  } catch (error) {
    if (error instanceof HalfDoneError) throw error;
    await session.record(writingConfigFile(kept, before.configFile?.written ?? false));
    throw session.wasApplied && error instanceof AppError ? new StillAppliedError(error) : error;
  }
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
  const all = {
    ...plan,
    steps: settings.map((s) => set(s.setting, s.value)),
    inverse: settings.toReversed().map((s) => set(s.setting, s.previous)),
    facts: { ...facts },
  };
  return writingConfigFile(all, plan.configFile?.written ?? false);
}
