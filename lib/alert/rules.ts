import type { z } from 'zod';
import { AlertRuleInput, type AlertRuleView, type MuteAlertInput } from '@/lib/contracts/alert';
import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { Prisma } from '@/prisma/generated/client';
import { conditionOf, type RuleRow, severityOf } from './rows';

const include = { notifiers: { select: { id: true } } } as const;

/** All rules by name. */
export async function listRules(store: Store): Promise<AlertRuleView[]> {
  return (await store.db.alertRule.findMany({ include, orderBy: { name: 'asc' } })).map(view);
}

/** Stores a new rule. Throws AppError 'bad-input' (unknown stack, target or notifier), 'conflict' (name taken). */
export async function addRule(store: Store, actor: Actor, input: AlertRuleInput): Promise<AlertRuleView> {
  return save(store, actor, 'alert-rule.add', input, (data, tx) =>
    tx.alertRule.create({ data: { ...data, notifiers: { connect: ids(input) } }, include }),
  );
}

/** Replaces a rule. A changed condition begins anew: its alerts are forgotten, for they judged something else. */
export async function updateRule(
  store: Store,
  actor: Actor,
  id: number,
  input: AlertRuleInput,
): Promise<AlertRuleView> {
  const old = await store.db.alertRule.findUnique({ where: { id } });
  if (!old) throw notFound(id);
  const same =
    JSON.stringify(conditionOf(old)) === JSON.stringify(conditionOf({ ...old, ...columns(input) })) &&
    old.stack === input.stack &&
    old.target === input.target &&
    (input.enabled || !old.enabled);
  return save(store, actor, 'alert-rule.update', input, async (data, tx) => {
    if (!same) await tx.alert.deleteMany({ where: { ruleId: id } });
    return tx.alertRule.update({ where: { id }, data: { ...data, notifiers: { set: ids(input) } }, include });
  });
}

/** Deletes a rule with its alerts and their history. */
export async function deleteRule(store: Store, actor: Actor, id: number): Promise<void> {
  await store.db.$transaction(async (tx) => {
    const row = await tx.alertRule.findUnique({ where: { id } });
    if (!row) throw notFound(id);
    await tx.alertRule.delete({ where: { id } });
    await audit(tx, actor, { action: 'alert-rule.delete', subject: row.name, outcome: 'ok' });
  });
}

/** Silences all messages of a rule until a time, or ends that. Its states go on. */
export async function muteRule(
  store: Store,
  actor: Actor,
  id: number,
  { until }: z.infer<typeof MuteAlertInput>,
): Promise<AlertRuleView> {
  const found = await store.db.alertRule.findUnique({ where: { id } });
  if (!found) throw notFound(id);
  return store.db.$transaction(async (tx) => {
    const data = {
      mutedUntil: until === null ? null : new Date(until),
      mutedBy: until === null ? null : actor.name,
    };
    const row = await tx.alertRule.update({ where: { id }, data, include });
    await audit(tx, actor, {
      action: until === null ? 'alert-rule.unmute' : 'alert-rule.mute',
      subject: row.name,
      outcome: 'ok',
      ...(until === null ? {} : { detail: `until ${until}` }),
    });
    return view(row);
  });
}

type Columns = ReturnType<typeof columns>;

async function save(
  store: Store,
  actor: Actor,
  action: string,
  input: AlertRuleInput,
  write: (data: Columns, tx: Prisma.TransactionClient) => Promise<RuleRow>,
): Promise<AlertRuleView> {
  const rule = AlertRuleInput.parse(input);
  await refuseUnknown(store, rule);
  try {
    return await store.db.$transaction(async (tx) => {
      const row = await write(columns(rule), tx);
      await audit(tx, actor, { action, subject: row.name, outcome: 'ok' });
      return view(row);
    });
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002')
      throw new AppError('conflict', `There is a rule named "${rule.name}" already.`, { field: 'name' });
    throw error;
  }
}

async function refuseUnknown(store: Store, rule: AlertRuleInput): Promise<void> {
  const known = await store.db.notifier.count({ where: { id: { in: rule.notifierIds } } });
  if (known !== new Set(rule.notifierIds).size)
    throw new AppError('bad-input', 'A notifier of this rule does not exist any more.', {
      field: 'notifierIds',
    });
  if (rule.stack !== null && !(await store.db.stack.findUnique({ where: { name: rule.stack } })))
    throw new AppError('bad-input', `There is no stack named "${rule.stack}".`, { field: 'stack' });
  if (rule.target !== null && !(await store.db.target.findFirst({ where: { name: rule.target } })))
    throw new AppError('bad-input', `There is no target named "${rule.target}".`, { field: 'target' });
}

function columns(input: AlertRuleInput) {
  const { notifierIds: _, ...data } = input;
  return data;
}

const ids = (input: AlertRuleInput) => input.notifierIds.map((id) => ({ id }));
const notFound = (id: number) => new AppError('not-found', `There is no alert rule ${id}.`);

function view(row: RuleRow): AlertRuleView {
  return {
    id: row.id,
    name: row.name,
    severity: severityOf(row),
    enabled: row.enabled,
    stack: row.stack,
    target: row.target,
    ...conditionOf(row),
    notifierIds: row.notifiers.map((n) => n.id),
    mutedUntil: row.mutedUntil?.toISOString() ?? null,
    mutedBy: row.mutedBy,
  };
}
