import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import { displayIdentifier, quoteLiteral } from '@/lib/targets/postgres/quote';
import type { ChangeSession, Optimization, OptimizationMeta } from '../types';
import { planOf } from './plan-of';

const Facts = z.object({
  pid: z.number().int().positive(),
  /** Start of the server process, UTC with microseconds. */
  startedAt: z.iso.datetime(),
  because: z.enum(['blocking', 'idle-in-transaction']),
});
type Facts = z.infer<typeof Facts>;

/** How long a session may take to obey. */
const obeyMs = 5_000;

interface Seen {
  state: string | null;
  blocks: boolean;
  mine: boolean;
  superuser: boolean;
  ownSuperuser: boolean;
  maySignal: boolean;
  role: string;
}

/**
 * An optimization that signals one session: by its process number and the start of that process, so that it never
 * meets a later session with the same number, and only while it still does what it is signalled for.
 */
export function signalSession(
  meta: OptimizationMeta,
  fn: 'pg_cancel_backend' | 'pg_terminate_backend',
  verb: string,
): Optimization {
  const sql = (f: Facts) =>
    `SELECT pg_catalog.${fn}(pid) FROM pg_catalog.pg_stat_activity WHERE pid = ${f.pid} AND backend_start = ${quoteLiteral(f.startedAt)}::timestamptz`;
  const obeyed = (seen: Seen | null) =>
    seen === null || (fn === 'pg_cancel_backend' && seen.state !== 'active');
  return {
    meta,
    propose(finding) {
      const facts = Facts.safeParse(finding.facts).data;
      if (!facts) return [];
      return [
        planOf(meta, finding, {
          key: `${facts.pid} ${facts.startedAt}`,
          title: `${verb} process ${facts.pid}`,
          subject: `process ${facts.pid}`,
          steps: [sql(facts)],
          inverse: [],
          facts,
        }),
      ];
    },
    async apply(session, plan) {
      const facts = Facts.parse(plan.facts);
      const seen = await look(session, facts);
      refuse(session.address, facts, seen);
      await session.execute(0, sql(facts));
      const deadline = Date.now() + obeyMs;
      while (!obeyed(await look(session, facts))) {
        if (Date.now() > deadline)
          throw new AppError(
            'timeout',
            `Process ${facts.pid} on ${session.address} was asked to stop and has not within ${obeyMs / 1000} s. Look at it in pg_stat_activity.`,
          );
        await pause(50);
      }
      return {};
    },
    rollback: async () => ({}),
    async settle(session, plan) {
      const facts = Facts.parse(plan.facts);
      return obeyed(await look(session, facts))
        ? { state: 'applied', what: `Process ${facts.pid} has stopped what it did.` }
        : { state: 'rolled-back', what: `Process ${facts.pid} goes on as before: it was not signalled.` };
    },
  };
}

function refuse(address: string, facts: Facts, seen: Seen | null): void {
  const still =
    seen !== null &&
    (facts.because === 'blocking' ? seen.blocks : (seen.state?.startsWith('idle in transaction') ?? false));
  if (!still)
    throw new AppError(
      'conflict',
      `Process ${facts.pid} on ${address} ${seen === null ? 'is gone' : facts.because === 'blocking' ? 'keeps nobody waiting any more' : 'is not idle in a transaction any more'}. Nothing was done.`,
    );
  const allowed = seen.ownSuperuser || (!seen.superuser && (seen.mine || seen.maySignal));
  if (allowed) return;
  throw new AppError(
    'privilege-missing',
    seen.superuser
      ? `Process ${facts.pid} on ${address} is a superuser's: only a superuser may stop it, and ${seen.role} is none.`
      : `${seen.role} may not stop the sessions of others on ${address}: GRANT pg_signal_backend TO ${displayIdentifier(seen.role)};`,
  );
}

async function look({ client }: ChangeSession, facts: Facts): Promise<Seen | null> {
  const { rows } = await client.query<Seen>(
    `select /* ratchet */ a.state, coalesce(r.rolsuper, false) as superuser, current_user::text as role,
       coalesce(pg_catalog.pg_has_role(current_user, a.usesysid, 'usage'), false) as mine,
       pg_catalog.pg_has_role(current_user, 'pg_signal_backend', 'usage') as "maySignal",
       (select o.rolsuper from pg_catalog.pg_roles o where o.rolname = current_user) as "ownSuperuser",
       exists (select from pg_catalog.pg_stat_activity w where w.wait_event_type = 'Lock'
         and a.pid = any (pg_catalog.pg_blocking_pids(w.pid))) as blocks
     from pg_catalog.pg_stat_activity a left join pg_catalog.pg_roles r on r.oid = a.usesysid
     where a.pid = $1 and a.backend_start = $2::timestamptz`,
    [facts.pid, facts.startedAt],
  );
  return rows[0] ?? null;
}
