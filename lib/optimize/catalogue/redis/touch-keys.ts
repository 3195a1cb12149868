import type { ChangePlan } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import { withRedis } from '@/lib/targets/redis/connect';
import type { CommandOptimization, OptimizationMeta } from '../../types';
import { batchText, interrupted, Warmed, warmAll, warmingPlan } from '../../warming';

const meta: OptimizationMeta = {
  id: 'redis/touch-keys',
  title: 'Touch keys of Redis',
  kind: 'redis',
  risk: 'low',
  locks: 'None: one key at a time.',
  reversible: false,
  needsRestart: false,
  byHand: true,
};

/**
 * Touches keys, so that they count as just used (kept longer by the LRU and LFU policies), and tells which of them the
 * cache still lacks. Source: Redis documentation, TOUCH.
 */
export const touchKeys: CommandOptimization = {
  meta,
  runs: 'commands',
  propose: () => [],

  async apply(session, plan) {
    const { connection } = session.target;
    if (connection.kind !== 'redis')
      throw new AppError('unsupported', `"${meta.id}" is not for a ${connection.kind} target.`);
    const warmed = Warmed.parse(plan.facts);
    const seen = { there: 0, missing: 0 };
    await withRedis(connection, ({ redis }) =>
      warmAll(
        session,
        warmed,
        (batch) => batchText('TOUCH', batch),
        async (key) => {
          seen[(await redis.touch(key)) === 1 ? 'there' : 'missing'] += 1;
        },
      ),
    );
    const count = (label: string, after: number) => ({ label, before: null, after, unit: '' });
    return {
      measured: [count('keys touched', seen.there), count('keys that are not there', seen.missing)],
    };
  },

  rollback: async () => ({}),
  settle: async () => interrupted,
};

/** The change that touches these keys. */
export function touchKeysPlan(target: string, warmed: Warmed): ChangePlan {
  const n = warmed.list.length;
  return warmingPlan(meta, warmed, {
    title: `Touch ${n === 1 ? 'one key' : `${n} keys`} of ${target}`,
    subject: target,
    why: 'Touched keys count as just used, so that eviction takes others first. Keys that are not there are counted: only the application can write them.',
    what: 'keys',
    step: (key) => ({ kind: 'redis', statement: `TOUCH ${key}`, command: ['TOUCH', key] }),
  });
}
