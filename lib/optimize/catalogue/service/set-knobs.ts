import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ChangePlan } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import { HttpSnapshot } from '@/lib/contracts/http-snapshot';
import { type Knob, KnobValues, knobsPath } from '@/lib/contracts/knobs';
import { connectHttp, type HttpSession } from '@/lib/targets/http/connect';
import { putKnobs, readKnobs } from '@/lib/targets/http/knobs';
import { HalfDoneError } from '../../half-done';
import type { CommandOptimization, CommandSession, OptimizationMeta } from '../../types';

/** What a finding asks for. */
const Wanted = z.object({ values: KnobValues, endpoints: z.array(z.string()).default([]) });

const Facts = z.object({
  values: KnobValues,
  /** What the knobs were before, as read at apply (before that, as the collector saw them). */
  previous: KnobValues,
  /** They had the values before this change, which then is not Ratchet's to undo. */
  preexisting: z.boolean().optional(),
});
type Facts = z.infer<typeof Facts>;

const meta: OptimizationMeta = {
  id: 'service/set-knobs',
  title: 'Set knobs of a service',
  kind: 'http',
  risk: 'low',
  locks: 'None. Requests under way end as they began; the next ones use the new values.',
  reversible: true,
  needsRestart: false,
};

/** Changes settings of a service while it runs, through the knobs that it offers (docs/knobs.md). */
export const setKnobs: CommandOptimization = {
  meta,
  runs: 'commands',

  propose(finding, snapshot) {
    const wanted = Wanted.safeParse(finding.facts);
    const knobs = HttpSnapshot.safeParse(snapshot).data?.knobs;
    if (!wanted.success || !knobs) return [];
    const { values, endpoints } = wanted.data;
    const { target, title } = finding;
    const plan = knobsPlan(meta, { target, knobs, values, why: title, affects: endpoints });
    return plan ? [{ ...plan, key: `${meta.id}:${JSON.stringify(values)}` }] : [];
  },

  async apply(session, plan) {
    const facts = Facts.parse(plan.facts);
    return connected(session, async (http, token) => {
      const found = await current(http, token, facts.values);
      const statement = put(facts.values).statement;
      if (same(found, facts.values)) {
        await session.skip(0, statement, 'the knobs have these values');
        return session.wasApplied ? {} : { plan: planned(plan, { ...facts, preexisting: true }) };
      }
      const previous = session.wasApplied ? facts.previous : found;
      const recorded = planned(plan, { values: facts.values, previous });
      await session.record(recorded);
      await change(session, http, token, facts.values, previous);
      return { plan: recorded };
    });
  },

  async rollback(session, plan) {
    const facts = Facts.parse(plan.facts);
    const statement = put(facts.previous).statement;
    if (facts.preexisting) {
      await session.skip(0, statement, 'the knobs had these values before the change, and keep them');
      return {};
    }
    return connected(session, async (http, token) => {
      if (same(await current(http, token, facts.previous), facts.previous))
        await session.skip(0, statement, 'the knobs have their former values');
      else await change(session, http, token, facts.previous, facts.values);
      return {};
    });
  },

  async settle(session, plan, direction) {
    const facts = Facts.parse(plan.facts);
    return connected(session, async (http, token) => {
      const found = await current(http, token, facts.values);
      const names = Object.keys(facts.values).join(', ');
      if (direction === 'apply' && same(found, facts.values))
        return { state: 'applied', what: `${names} had been set: applied.` };
      if (same(found, facts.previous))
        return { state: 'rolled-back', what: `${names} had the values from before: nothing was left.` };
      await session.undo(0, put(facts.previous).statement, 'a change that was interrupted', () =>
        putKnobs(http, token, facts.previous),
      );
      await verify(http, token, facts.previous);
      return { state: 'rolled-back', what: `${names} were set back to the values from before.` };
    });
  },
};

/** The same with values that a person chose: no finding asks for it. */
export const tryKnobs: CommandOptimization = {
  ...setKnobs,
  meta: { ...meta, id: 'service/try-knobs', title: 'Try a knob of a service', byHand: true },
  propose: () => [],
};

/** The change that sets these values; null where the service offers no such knobs, or has the values. */
export function knobsPlan(
  { id: optimization, risk, locks }: OptimizationMeta,
  o: { target: string; knobs: readonly Knob[]; values: KnobValues; why: string; affects: string[] },
): ChangePlan | null {
  const { values } = o;
  const previous = valuesOf(o.knobs, Object.keys(values));
  if (previous === null || same(previous, values)) return null;
  const names = Object.entries(values).map(([name, value]) => `${name} = ${value}`);
  const described = o.knobs.filter((k) => k.name in values && k.description !== '');
  return planned(
    {
      optimization,
      key: `${optimization}:${randomUUID()}`,
      title: `Set ${names.join(', ')} on ${o.target}`,
      subject: Object.keys(values).join(', '),
      why: [o.why, ...described.map((k) => k.description)].join(' '),
      steps: [put(values)],
      inverse: [put(previous)],
      risk,
      locks,
      reversible: true,
      needsRestart: false,
      facts: {},
      estimates: [],
      affects: o.affects,
    },
    { values, previous },
  );
}

/** Puts values and reads them back; where they do not hold, the former ones are put back. */
async function change(
  session: CommandSession,
  http: HttpSession,
  token: string,
  values: KnobValues,
  former: KnobValues,
): Promise<void> {
  try {
    await session.execute(0, put(values).statement, async () => {
      await putKnobs(http, token, values);
      await verify(http, token, values);
    });
  } catch (error) {
    // Refused before anything was sent.
    if (error instanceof AppError && error.code === 'cancelled') throw error;
    try {
      await session.undo(0, put(former).statement, 'the values did not hold', async () => {
        await putKnobs(http, token, former);
        await verify(http, token, former);
      });
    } catch (cause) {
      throw new HalfDoneError(
        `Setting the knobs of ${session.target.name} failed and could not be undone`,
        cause,
      );
    }
    const why = error instanceof Error ? error.message : String(error);
    throw new AppError('conflict', `${why} The former values were put back.`, { cause: error });
  }
}

/** @throws AppError conflict when the service does not have the values */
async function verify(http: HttpSession, token: string, values: KnobValues): Promise<void> {
  const found = await current(http, token, values);
  if (!same(found, values))
    throw new AppError(
      'conflict',
      `${http.address} took ${JSON.stringify(values)} and then has ${JSON.stringify(found)}: its knobs do not do what they say.`,
    );
}

/** The present values of the knobs named in `of`. @throws AppError unsupported when one is not offered */
async function current(http: HttpSession, token: string, of: KnobValues): Promise<KnobValues> {
  const found = valuesOf(await readKnobs(http, token), Object.keys(of));
  if (found === null)
    throw new AppError(
      'unsupported',
      `${http.address} does not offer all of the knobs ${Object.keys(of).join(', ')} any more. Diagnose again.`,
    );
  return found;
}

async function connected<T>(
  session: CommandSession,
  work: (http: HttpSession, token: string) => Promise<T>,
): Promise<T> {
  const { connection, options, name } = session.target;
  if (connection.kind !== 'http' || connection.knobsToken === undefined)
    throw new AppError(
      'privilege-missing',
      `${name} has no knobs token. Give it in the settings of the target to change its knobs.`,
    );
  const http = connectHttp(connection, options);
  try {
    return await work(http, connection.knobsToken);
  } finally {
    await http.close();
  }
}

function valuesOf(knobs: readonly Knob[], names: readonly string[]): KnobValues | null {
  const found = knobs.filter((k) => names.includes(k.name)).map((k) => [k.name, k.value] as const);
  return found.length === names.length ? Object.fromEntries(found) : null;
}

function same(a: KnobValues, b: KnobValues): boolean {
  return Object.keys(a).length === Object.keys(b).length && Object.keys(a).every((k) => a[k] === b[k]);
}

function planned(plan: ChangePlan, facts: Facts): ChangePlan {
  return { ...plan, steps: [put(facts.values)], inverse: [put(facts.previous)], facts: { ...facts } };
}

function put(values: KnobValues) {
  const body = JSON.stringify(values);
  return {
    kind: 'http' as const,
    statement: `PUT ${knobsPath} ${body}`,
    method: 'PUT' as const,
    path: knobsPath,
    body,
  };
}
