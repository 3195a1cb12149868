import type { z } from 'zod';
import {
  AlertState,
  type Alerts,
  type AlertsQuery,
  type AlertView,
  type MuteAlertInput,
} from '@/lib/contracts/alert';
import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import { severities } from '@/lib/contracts/finding';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import type { Prisma } from '@/prisma/generated/client';
import { conditionOf, severityOf } from './rows';

const include = {
  rule: true,
  target: { select: { name: true, stack: { select: { name: true } } } },
} satisfies Prisma.AlertInclude;
type Row = Prisma.AlertGetPayload<{ include: typeof include }>;

const order: AlertState[] = ['firing', 'no-data', 'pending', 'resolved', 'ok'];
const mostEvents = 500;
const defaultSpanMs = 7 * 86_400_000;

/** The state of every series under a rule, worst first, and what changed in a time range (a week by default). */
export async function listAlerts(store: Store, query: z.infer<typeof AlertsQuery>): Promise<Alerts> {
  const to = query.to ?? new Date();
  const from = query.from ?? new Date(to.getTime() - defaultSpanMs);
  const target = query.stack === undefined ? {} : { stack: { name: query.stack } };
  const [rows, events] = await Promise.all([
    store.db.alert.findMany({ where: { target, rule: { enabled: true } }, include }),
    store.db.alertEvent.findMany({
      where: { at: { gte: from, lte: to }, alert: { target } },
      include: { alert: { include } },
      orderBy: { id: 'desc' },
      take: mostEvents,
    }),
  ]);
  const rank = (a: AlertView) => order.indexOf(a.state) * 10 + severities.indexOf(a.severity);
  return {
    alerts: rows.map(view).sort((a, b) => rank(a) - rank(b) || a.target.localeCompare(b.target)),
    events: events.map(({ id, at, from: before, to: after, value, alert }) => {
      const { rule, severity, stack, target: name, label, metric, per } = view(alert);
      return {
        id: String(id),
        at: at.toISOString(),
        from: AlertState.parse(before),
        to: AlertState.parse(after),
        value,
        ...{ rule, severity, stack, target: name, label, metric, per },
      };
    }),
  };
}

/** Says that someone looks after a firing alert. Throws AppError 'not-found' | 'conflict'. */
export async function acknowledgeAlert(store: Store, actor: Actor, id: number): Promise<AlertView> {
  const taken = await store.db.alert.updateMany({
    where: { id, state: { in: ['firing', 'no-data'] } },
    data: { ackBy: actor.name, ackAt: new Date() },
  });
  const row = await found(store, id);
  if (taken.count === 0) throw new AppError('conflict', 'This alert is not firing any more.');
  await audit(store.db, actor, { action: 'alert.acknowledge', subject: subjectOf(row), outcome: 'ok' });
  return view(row);
}

/** Silences the messages of one series until a time, or ends that. Throws AppError 'not-found'. */
export async function muteAlert(
  store: Store,
  actor: Actor,
  id: number,
  { until }: z.infer<typeof MuteAlertInput>,
): Promise<AlertView> {
  await store.db.alert.updateMany({
    where: { id },
    data: { mutedUntil: until === null ? null : new Date(until) },
  });
  const row = await found(store, id);
  await audit(store.db, actor, {
    action: until === null ? 'alert.unmute' : 'alert.mute',
    subject: subjectOf(row),
    outcome: 'ok',
    ...(until === null ? {} : { detail: `until ${until}` }),
  });
  return view(row);
}

async function found(store: Store, id: number): Promise<Row> {
  const row = await store.db.alert.findUnique({ where: { id }, include });
  if (!row) throw new AppError('not-found', `There is no alert ${id}.`);
  return row;
}

const subjectOf = (row: Row) => `${row.rule.name}: ${row.target.name} ${row.label}`.trim();

function view(row: Row): AlertView {
  const { metric, per, comparison, threshold } = conditionOf(row.rule);
  return {
    id: row.id,
    ruleId: row.ruleId,
    rule: row.rule.name,
    severity: severityOf(row.rule),
    stack: row.target.stack.name,
    target: row.target.name,
    label: row.label,
    metric,
    per,
    comparison,
    threshold,
    state: AlertState.parse(row.state),
    since: row.since.toISOString(),
    value: row.value,
    ackBy: row.ackBy,
    ackAt: row.ackAt?.toISOString() ?? null,
    mutedUntil: row.mutedUntil?.toISOString() ?? null,
  };
}
