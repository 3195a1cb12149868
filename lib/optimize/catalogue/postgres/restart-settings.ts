import { AppError } from '@/lib/contracts/error';
import { configurationFragment } from '@/lib/diagnose/server-settings/fragment';
import { messageOf } from '@/lib/targets/postgres/errors';
import { HalfDoneError } from '../../half-done';
import { alone, planOf } from '../../postgres/plan-of';
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
  inForce,
  refuseUnlessSystem,
  reloadSql,
  restoreSql,
  setSql,
} from '../../postgres/system-settings';
import { restartText } from '../../session';
import type { ChangeSession, Optimization } from '../../types';

const restart = { kind: 'restart' as const, statement: restartText };

/**
 * Sets server settings that only a restart brings into force, as one change, and restarts the server: only where
 * Ratchet runs it or may restart its container. Undone as one, with another restart.
 */
export const restartSettings: Optimization = {
  meta: {
    id: 'postgres/restart-settings',
    title: 'Change server settings and restart',
    kind: 'postgres',
    risk: 'high',
    locks:
      'Every session is cut off: statements that run are undone, and nobody can connect until the server answers again, mostly after a second or two.',
    reversible: true,
    needsRestart: true,
  },

  propose(finding) {
    const facts = SettingsFacts.safeParse(finding.facts).data;
    if (!facts?.settings.some((s) => s.takesEffect === 'restart')) return [];
    const { settings } = facts;
    const names = namesOf(facts);
    const plan = planOf(restartSettings.meta, finding, {
      key: `${facts.change}:${names.join(',')}`,
      title: `${settingsTitle(facts)}, and restart the server`,
      subject: names.join(', '),
      steps: [],
      inverse: [],
      facts,
      settings,
      snippets: [
        {
          title: 'The same as lines of postgresql.conf (not written by this change)',
          text: configurationFragment(settings, finding.id),
        },
      ],
    });
    return [
      {
        ...plan,
        steps: [...settings.map((s) => alone(setSql(s.name, s.proposed))), alone(reloadSql), restart],
        inverse: [...names.map((n) => alone(restoreSql(n, null))), alone(reloadSql), restart],
      },
    ];
  },

  async apply(session, plan) {
    const asked = SettingsFacts.parse(plan.facts);
    const names = namesOf(asked);
    await refuseUnlessSystem(session, names);
    await refuseUnlessOwn(session);
    const now = await autoConfEntries(session, names);
    const startedAt = await startTime(session);
    if (session.wasApplied && isSet(now, asked) && startedAt !== asked.startedAt) {
      await session.skip(0, reloadSql, 'the server runs with these settings already');
      return {};
    }
    const { plan: recorded, facts } = await recordPrevious(session, plan, { ...asked, startedAt }, now);
    try {
      await session.restart(await writeSettings(session, facts), facts.previous ?? {});
    } catch (error) {
      await goBack(session, facts, 'the server does not run with the settings').catch((cause) => {
        throw new HalfDoneError(
          `Changing the settings failed (${messageOf(error)}), and they could not be set back`,
          cause,
        );
      });
      throw error;
    }
    for (const { name, source } of (await inForce(session, names)).overridden)
      await session.skip(names.length + 1, restartText, `${name} is overridden (${source})`);
    return { plan: recorded };
  },

  async rollback(session, plan) {
    const facts = SettingsFacts.parse(plan.facts);
    await refuseUnlessSystem(session, namesOf(facts));
    await refuseUnlessOwn(session);
    const recorded = { ...plan, facts: { ...plan.facts, startedAt: await startTime(session) } };
    await session.record(recorded);
    await session.restart(await writeBack(session, facts), proposed(facts));
    return { plan: recorded };
  },

  async settle(session, plan, direction) {
    const facts = SettingsFacts.parse(plan.facts);
    if (facts.previous === null)
      return { state: 'rolled-back', what: 'No setting had been changed yet: nothing is left.' };
    const names = namesOf(facts);
    await session.restarter?.withdraw();
    const restarted = (await startTime(session)) !== facts.startedAt;
    const applying = direction === 'apply';
    if (applying && restarted && (await areSet(session, facts)))
      return { state: 'applied', what: 'The server had been restarted and runs with all settings.' };
    await goBack(session, facts, applying ? 'the server had not been restarted with all' : 'finished');
    const { pendingRestart } = await inForce(session, names);
    if (restarted ? pendingRestart.length > 0 : !applying) {
      await refuseUnlessOwn(session);
      await session.restart(names.length + 1, proposed(facts), 'settling: the settings were set back');
    }
    return {
      state: 'rolled-back',
      what: applying
        ? 'The server had not been restarted with all settings; those that had been written were set back.'
        : 'Setting back was interrupted; it was finished, and the server runs without the settings.',
    };
  },
};

const proposed = (facts: SettingsFacts) =>
  Object.fromEntries(facts.settings.map((s) => [s.name, s.proposed]));

/** @throws AppError 'unsupported' for a server that Ratchet may not restart. */
async function refuseUnlessOwn({ restarter, client, address }: ChangeSession): Promise<void> {
  if (restarter === null)
    throw new AppError('unsupported', `Ratchet may not restart the server at ${address}: it runs by itself.`);
  await restarter.refuseUnlessOwn(client);
}

/** When the server was started, as text with microseconds. */
async function startTime({ client }: ChangeSession): Promise<string> {
  const { rows } = await client.query<{ at: string }>(
    'select /* ratchet */ extract(epoch from pg_catalog.pg_postmaster_start_time())::text as at',
  );
  return rows[0]?.at ?? '';
}
