import { configurationFragment } from '@/lib/diagnose/server-settings/fragment';
import { messageOf } from '@/lib/targets/postgres/errors';
import { HalfDoneError } from '../../half-done';
import { planOf } from '../../postgres/plan-of';
import {
  areSet,
  goBack,
  isSet,
  namesOf,
  recordPrevious,
  SettingsFacts,
  settingsTitle,
  writeBack,
  writeSettings,
} from '../../postgres/settings-change';
import {
  autoConfEntries,
  loadedText,
  refuseUnlessSystem,
  reload,
  reloadSql,
  restoreSql,
  setSql,
} from '../../postgres/system-settings';
import type { Optimization } from '../../types';

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
    const facts = SettingsFacts.safeParse(finding.facts).data;
    if (!facts || facts.settings.some((s) => s.takesEffect === 'restart')) return [];
    const { settings, purpose } = facts;
    const names = namesOf(facts);
    return [
      planOf(changeSettings.meta, finding, {
        key: `${facts.change}:${names.join(',')}`,
        title: settingsTitle(facts),
        subject: names.join(', '),
        steps: [...settings.map((s) => setSql(s.name, s.proposed)), reloadSql],
        inverse: [...names.map((n) => restoreSql(n, null)), reloadSql],
        facts,
        settings,
        ...(purpose === undefined ? {} : { purpose }),
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
    const asked = SettingsFacts.parse(plan.facts);
    const names = namesOf(asked);
    await refuseUnlessSystem(session, names);
    const now = await autoConfEntries(session, names);
    if (session.wasApplied && isSet(now, asked)) {
      await session.skip(0, reloadSql, 'postgresql.auto.conf holds these settings already');
      return {};
    }
    const recorded = await recordPrevious(session, plan, asked, now);
    try {
      await writeSettings(session, recorded.facts);
    } catch (error) {
      await goBack(session, recorded.facts, 'a setting was refused').catch((cause) => {
        throw new HalfDoneError(
          `Changing the settings failed (${messageOf(error)}), and they could not be set back`,
          cause,
        );
      });
      throw error;
    }
    return { plan: recorded.plan };
  },

  async rollback(session, plan) {
    const facts = SettingsFacts.parse(plan.facts);
    await refuseUnlessSystem(session, namesOf(facts));
    await writeBack(session, facts);
    return {};
  },

  async settle(session, plan, direction) {
    const facts = SettingsFacts.parse(plan.facts);
    if (facts.previous === null)
      return { state: 'rolled-back', what: 'No setting had been changed yet: nothing is left.' };
    if (direction === 'apply' && (await areSet(session, facts))) {
      const names = namesOf(facts);
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
