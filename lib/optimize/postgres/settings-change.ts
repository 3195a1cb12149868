import { z } from 'zod';
import { ChangePlan } from '@/lib/contracts/change';
import type { ChangeSession } from '../types';
import { alone } from './plan-of';
import { autoConfEntries, loadedText, reload, reloadSql, restoreSql, setSql } from './system-settings';

const Row = ChangePlan.shape.settings
  .unwrap()
  .element.extend({ name: z.string().regex(/^[a-z_][a-z0-9_.]*$/) });

/** Facts of a change of server settings. */
export const SettingsFacts = z.object({
  /** Which group of settings it is: tells one change of settings from another. */
  change: z.string(),
  settings: z.array(Row).min(1),
  /** Entries of postgresql.auto.conf before it was first applied: null for none. Null as a whole before that. */
  previous: z.record(z.string(), z.string().nullable()).nullable().default(null),
  statements: z.array(z.string()).default([]),
  /** What it is for besides time; see ChangePlan. */
  purpose: z.string().optional(),
  /** When the server had last been started, before the newest attempt; null before that, and where no restart matters. */
  startedAt: z.string().nullable().default(null),
});
export type SettingsFacts = z.infer<typeof SettingsFacts>;

export const namesOf = (facts: SettingsFacts) => facts.settings.map((s) => s.name);

/** What the change is called. */
export function settingsTitle(facts: SettingsFacts): string {
  const [one] = facts.settings;
  return facts.settings.length === 1 && one
    ? `Set ${one.name} to ${one.proposed}`
    : `Set ${facts.settings.length} server settings: ${namesOf(facts).join(', ')}`;
}

export const isSet = (now: ReadonlyMap<string, string>, facts: SettingsFacts) =>
  facts.settings.every((s) => now.get(s.name) === s.proposed);

/** Stores what there is now as the way back. */
export async function recordPrevious(
  session: ChangeSession,
  plan: ChangePlan,
  facts: SettingsFacts,
  now: ReadonlyMap<string, string>,
): Promise<{ plan: ChangePlan; facts: SettingsFacts }> {
  const names = namesOf(facts);
  const previous = Object.fromEntries(names.map((n) => [n, now.get(n) ?? null]));
  const recorded = {
    ...plan,
    inverse: [
      ...names.map((n) => alone(restoreSql(n, previous[n] ?? null))),
      ...plan.inverse.slice(names.length),
    ],
    facts: { ...plan.facts, ...facts, previous },
  };
  await session.record(recorded);
  return { plan: recorded, facts: { ...facts, previous } };
}

/** Writes every setting, and has the server look at its files. Returns the number of the next step. */
export async function writeSettings(session: ChangeSession, facts: SettingsFacts): Promise<number> {
  for (const [step, s] of facts.settings.entries()) await session.execute(step, setSql(s.name, s.proposed));
  return load(session, facts);
}

/** Writes what was recorded, likewise. */
export async function writeBack(session: ChangeSession, facts: SettingsFacts): Promise<number> {
  for (const [step, name] of namesOf(facts).entries())
    await session.execute(step, restoreSql(name, facts.previous?.[name] ?? null));
  return load(session, facts);
}

async function load(session: ChangeSession, facts: SettingsFacts): Promise<number> {
  const names = namesOf(facts);
  const loaded = await reload(session, names, (statement) => session.execute(names.length, statement));
  await session.skip(names.length, reloadSql, loadedText(loaded));
  return names.length + 1;
}

/** Sets every setting back to what was recorded, undoing. */
export async function goBack(session: ChangeSession, facts: SettingsFacts, why: string): Promise<void> {
  const names = namesOf(facts);
  for (const [step, name] of names.entries())
    await session.undo(step, restoreSql(name, facts.previous?.[name] ?? null), why);
  await reload(session, names, (statement) => session.undo(names.length, statement, why));
}

/** Whether postgresql.auto.conf holds all of them. */
export async function areSet(session: ChangeSession, facts: SettingsFacts): Promise<boolean> {
  return isSet(await autoConfEntries(session, namesOf(facts)), facts);
}
