import { config } from '@/lib/config';
import type { MetricName } from '@/lib/contracts/metrics';
import { latest } from '@/lib/observe/series/latest';
import type { Store } from '@/lib/store/client';
import { type CurrentValue, currentValues } from './current';
import { alertMessage } from './message';
import { type AlertRow, columnsOf, conditionOf, memoryOf, type RuleRow, severityOf } from './rows';
import { transition, unseen } from './transition';

/** A quiet series without any data for this long is forgotten: its container or endpoint is gone. */
const forgetMs = 24 * 3_600_000;
/** Advisory lock of an evaluation ("alrt" in ASCII): one worker at a time. */
const lock = 0x616c7274;

interface Place {
  stack: string;
  target: string;
  targetId: number;
}

/**
 * Looks at every enabled rule once: moves the state of each of its series, writes what changed, and queues the
 * messages to be sent in the same transaction. Does nothing while another worker is at it. Paused targets keep
 * their state. Returns the number of transitions.
 */
export async function evaluateAlerts(store: Store, now = Date.now()): Promise<number> {
  const client = await store.pool.connect();
  try {
    const { rows } = await client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1) AS got', [lock]);
    if (rows[0]?.got !== true) return 0;
    try {
      return await evaluate(store, now);
    } finally {
      await client.query('SELECT pg_advisory_unlock($1)', [lock]);
    }
  } finally {
    client.release();
  }
}

async function evaluate(store: Store, now: number): Promise<number> {
  const rules = await store.db.alertRule.findMany({
    where: { enabled: true },
    include: { notifiers: { select: { id: true } }, alerts: true },
  });
  if (rules.length === 0) return 0;
  const stacks = await store.db.stack.findMany({
    select: { name: true, targets: { where: { paused: false }, select: { id: true, name: true } } },
  });
  let moved = 0;
  for (const stack of stacks) {
    const wanted = rules.filter((rule) => rule.stack === null || rule.stack === stack.name);
    const names = new Set<MetricName>();
    for (const rule of wanted) {
      const { metric, per } = conditionOf(rule);
      names.add(metric);
      if (per !== null) names.add(per);
    }
    const values = await latest(store, stack.name, [...names], { now });
    for (const rule of wanted) {
      for (const target of stack.targets) {
        if (rule.target !== null && rule.target !== target.name) continue;
        const place = { stack: stack.name, target: target.name, targetId: target.id };
        const seen = currentValues(conditionOf(rule), values).filter((v) => v.target === target.name);
        const known = rule.alerts.filter((alert) => alert.targetId === target.id);
        moved += await look(store, rule, place, seen, known, now);
      }
    }
  }
  return moved;
}

/** One rule on one target: every series that has a value now or is known from before. */
async function look(
  store: Store,
  rule: RuleRow,
  place: Place,
  seen: readonly CurrentValue[],
  known: readonly AlertRow[],
  now: number,
): Promise<number> {
  const labels = new Set([...seen.map((v) => v.label), ...known.map((alert) => alert.label)]);
  let moved = 0;
  for (const label of labels) {
    const value = seen.find((v) => v.label === label);
    const row = known.find((alert) => alert.label === label);
    if (await move(store, rule, place, label, value ?? null, row ?? null, now)) moved++;
  }
  return moved;
}

async function move(
  store: Store,
  rule: RuleRow,
  place: Place,
  label: string,
  value: CurrentValue | null,
  row: AlertRow | null,
  now: number,
): Promise<boolean> {
  const condition = conditionOf(rule);
  const before = row ? memoryOf(row) : unseen(now);
  const { memory, event } = transition(before, { at: now, value: value?.v ?? null }, condition);
  if (value === null && memory.state !== 'firing' && now - (memory.lastDataAt ?? memory.since) > forgetMs) {
    if (row) await store.db.alert.delete({ where: { id: row.id } });
    return false;
  }
  const columns = columnsOf(memory);
  const changed = memory.state !== before.state;
  // Acknowledged is the excess at hand, not the next one.
  const ack = changed ? { ackBy: null, ackAt: null } : {};
  await store.db.$transaction(async (tx) => {
    const { id, mutedUntil } = await tx.alert.upsert({
      where: { ruleId_targetId_label: { ruleId: rule.id, targetId: place.targetId, label } },
      create: { ruleId: rule.id, targetId: place.targetId, label, ...columns },
      update: { ...columns, ...ack },
    });
    if (!changed) return;
    await tx.alertEvent.create({
      data: { alertId: id, at: new Date(now), from: before.state, to: memory.state, value: memory.value },
    });
    const silent = [mutedUntil, rule.mutedUntil].some((until) => until !== null && until.getTime() > now);
    if (event === null || silent || rule.notifiers.length === 0) return;
    const message = alertMessage(event, memory, {
      rule: rule.name,
      severity: severityOf(rule),
      condition,
      stack: place.stack,
      target: place.target,
      label,
      url: `${config().publicUrl ?? `http://${config().host}:${config().port}`}/alerts`,
    });
    await tx.delivery.createMany({ data: rule.notifiers.map((n) => ({ notifierId: n.id, message })) });
  });
  return changed;
}
