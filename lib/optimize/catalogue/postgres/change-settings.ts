import { z } from 'zod';
import { ChangePlan } from '@/lib/contracts/change';
import { configurationFragment } from '@/lib/diagnose/server-settings/fragment';
import { messageOf } from '@/lib/targets/postgres/errors';
import { HalfDoneError } from '../../half-done';
import { alone, planOf } from '../../postgres/plan-of';
import {
  autoConfEntries,
  loadedText,
  refuseUnlessSystem,
  reload,
  reloadSql,
  restoreSql,
  setSql,
} from '../../postgres/system-settings';
import type { ChangeSession, Optimization } from '../../types';

const Row = ChangePlan.shape.settings
  .unwrap()
  .element.extend({ name: z.string().regex(/^[a-z_][a-z0-9_.]*$/) });
const Facts = z.object({
  /** Which group of settings it is: tells one change of settings from another. */
  change: z.string(),
  settings: z.array(Row).min(1),
  /** Entries of postgresql.auto.conf before it was first applied: null for none. Null as a whole before that. */
  previous: z.record(z.string(), z.string().nullable()).nullable().default(null),
  statements: z.array(z.string()).default([]),
});
type Facts = z.infer<typeof Facts>;

/** Sets server settings that a reload brings into force, as one change; undone as one. */
export const changeSettings: Optimization = {
  meta: {
    id: 'postgres/change-settings',
    title: 'Change server settings',
    kind: 'postgres',
    risk: 'medium',
    locks: 'None. Every session takes up the new values with its next statement.',
    reversible: true,
    needsRestart: false,
  },

  propose(finding) {
    const facts = Facts.safeParse(finding.facts).data;
    if (!facts || facts.settings.some((s) => s.takesEffect === 'restart')) return [];
    const { settings } = facts;
    const names = namesOf(facts);
    const [one] = settings;
    return [
      planOf(changeSettings.meta, finding, {
        key: `${facts.change}:${names.join(',')}`,
        title:
          settings.length === 1 && one
            ? `Set ${one.name} to ${one.proposed}`
            : `Set ${settings.length} server settings: ${names.join(', ')}`,
        subject: names.join(', '),
        steps: [...settings.map((s) => setSql(s.name, s.proposed)), reloadSql],
        inverse: [...names.map((n) => restoreSql(n, null)), reloadSql],
        facts,
        settings,
        snippets: [
          {
            title: 'The same as lines of postgresql.conf (not written by this change)',
            text: configurationFragment(settings, finding.id),
          },
        ],
      }),
    ];
  },

  async apply(session, plan) {
    const facts = Facts.parse(plan.facts);
    const names = namesOf(facts);
    await refuseUnlessSystem(session, names);
    const now = await autoConfEntries(session, names);
    if (session.wasApplied && isSet(now, facts)) {
      await session.skip(0, reloadSql, 'postgresql.auto.conf holds these settings already');
      return {};
    }
    const recorded = withPrevious(plan, { ...facts, previous: entriesOf(names, now) });
    await session.record(recorded);
    try {
      for (const [step, s] of facts.settings.entries())
        await session.execute(step, setSql(s.name, s.proposed));
      await load(session, names, facts.settings.length);
    } catch (error) {
      await goBack(session, Facts.parse(recorded.facts), 'a setting was refused').catch((cause) => {
        throw new HalfDoneError(
          `Changing the settings failed (${messageOf(error)}), and they could not be set back`,
          cause,
        );
      });
      throw error;
    }
    return { plan: recorded };
  },

  async rollback(session, plan) {
    const facts = Facts.parse(plan.facts);
    const names = namesOf(facts);
    await refuseUnlessSystem(session, names);
    for (const [step, name] of names.entries())
      await session.execute(step, restoreSql(name, facts.previous?.[name] ?? null));
    await load(session, names, names.length);
    return {};
  },

  async settle(session, plan, direction) {
    const facts = Facts.parse(plan.facts);
    if (facts.previous === null)
      return { state: 'rolled-back', what: 'No setting had been changed yet: nothing is left.' };
    const names = namesOf(facts);
    const now = await autoConfEntries(session, names);
    if (direction === 'apply' && isSet(now, facts)) {
      const loaded = await reload(session, names, (statement) =>
        session.undo(names.length, statement, 'all settings had been written, but perhaps not loaded'),
      );
      return { state: 'applied', what: `All settings had been written: ${loadedText(loaded)}.` };
    }
    await goBack(session, facts, direction === 'apply' ? 'not all settings had been written' : 'finished');
    return {
      state: 'rolled-back',
      what:
        direction === 'apply'
          ? 'Not all settings had been written; those that had were set back.'
          : 'Setting back was interrupted; it was finished.',
    };
  },
};

const namesOf = (facts: Facts) => facts.settings.map((s) => s.name);

const entriesOf = (names: readonly string[], now: ReadonlyMap<string, string>) =>
  Object.fromEntries(names.map((n) => [n, now.get(n) ?? null]));

const isSet = (now: ReadonlyMap<string, string>, facts: Facts) =>
  facts.settings.every((s) => now.get(s.name) === s.proposed);

async function load(session: ChangeSession, names: readonly string[], step: number): Promise<void> {
  const loaded = await reload(session, names, (statement) => session.execute(step, statement));
  await session.skip(step, reloadSql, loadedText(loaded));
}

/** Sets every setting back to what was recorded. */
async function goBack(session: ChangeSession, facts: Facts, why: string): Promise<void> {
  const names = namesOf(facts);
  for (const [step, name] of names.entries())
    await session.undo(step, restoreSql(name, facts.previous?.[name] ?? null), why);
  await reload(session, names, (statement) => session.undo(names.length, statement, why));
}

function withPrevious(plan: ChangePlan, facts: Facts): ChangePlan {
  const back = namesOf(facts).map((n) => restoreSql(n, facts.previous?.[n] ?? null));
  return { ...plan, inverse: [...back, reloadSql].map(alone), facts: { ...plan.facts, ...facts } };
}
