import type { ChangePlan } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import { connectHttp } from '@/lib/targets/http/connect';
import type { CommandOptimization, OptimizationMeta } from '../../types';
import { batchText, interrupted, Warmed, warmAll, warmingPlan } from '../../warming';

const meta: OptimizationMeta = {
  id: 'service/warm-routes',
  title: 'Warm routes of a service',
  kind: 'http',
  risk: 'low',
  locks: 'None: one request at a time, on one connection.',
  reversible: false,
  needsRestart: false,
  byHand: true,
};

/** Ours: a service that leaves so many unanswered one after the other is not there; each took the client's time limit. */
const mostSilentInARow = 5;

/** Asks a service for routes, so that its caches hold the answers before people ask. */
export const warmRoutes: CommandOptimization = {
  meta,
  runs: 'commands',
  // Which routes are worth it, the person who plans it says.
  propose: () => [],

  async apply(session, plan) {
    const { connection, options } = session.target;
    if (connection.kind !== 'http')
      throw new AppError('unsupported', `"${meta.id}" is not for a ${connection.kind} target.`);
    const warmed = Warmed.parse(plan.facts);
    const seen = { answered: 0, refused: 0, silent: 0 };
    let silentInARow = 0;
    const http = connectHttp(connection, options);
    try {
      await warmAll(
        session,
        warmed,
        (batch) => batchText('GET', batch),
        async (path) => {
          const status = await http.get(path).then(
            (answer) => answer.status,
            (error: unknown) => {
              // An address that may not be called is a mistake in the list, not an answer.
              if (error instanceof AppError && error.code === 'not-allowed') throw error;
              return null;
            },
          );
          seen[status === null ? 'silent' : status < 300 ? 'answered' : 'refused'] += 1;
          silentInARow = status === null ? silentInARow + 1 : 0;
          if (silentInARow === mostSilentInARow)
            throw new AppError(
              'conflict',
              `${session.address} left ${mostSilentInARow} routes one after the other unanswered, the last ${path}. Before that, ${seen.answered} were warmed; they stay so.`,
            );
        },
      );
    } finally {
      await http.close();
    }
    if (seen.answered === 0)
      throw new AppError(
        'conflict',
        `None of ${warmed.list.length} routes of ${session.address} was answered with a status below 300: ${seen.refused} with a status of 300 or more, ${seen.silent} not at all. Check the paths and what the target sends as headers.`,
      );
    const count = (label: string, after: number) => ({ label, before: null, after, unit: '' });
    return {
      measured: [
        count('routes warmed', seen.answered),
        count('not warmed: status 300 or more', seen.refused),
        count('not warmed: no answer', seen.silent),
      ],
    };
  },

  rollback: async () => ({}),
  settle: async () => interrupted,
};

/** The change that asks a service for these paths. */
export function warmRoutesPlan(target: string, warmed: Warmed): ChangePlan {
  const n = warmed.list.length;
  return warmingPlan(meta, warmed, {
    title: `Warm ${n === 1 ? 'one route' : `${n} routes`} of ${target}`,
    subject: target,
    why: 'Asked for before people ask, these routes find their answers in the caches. A GET that changes something would do so here too.',
    what: 'requests',
    step: (path) => ({ kind: 'http', statement: `GET ${path}`, method: 'GET', path, body: '' }),
  });
}
