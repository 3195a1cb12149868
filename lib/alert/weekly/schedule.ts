import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import { ScheduleInput, type ScheduleView, weekdays } from '@/lib/contracts/report-schedule';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { nextWeekEnd } from './period';

/** The schedule of a stack; off where nobody has set it. Throws AppError('not-found') for an unknown stack. */
export async function scheduleView(store: Store, stack: string, now = Date.now()): Promise<ScheduleView> {
  const row = await store.db.stack.findUnique({
    where: { name: stack },
    include: {
      schedule: {
        include: {
          notifiers: { select: { id: true } },
          dispatches: { orderBy: { id: 'desc' }, take: 1 },
        },
      },
    },
  });
  if (!row) throw unknown(stack);
  const { schedule } = row;
  if (!schedule) {
    const usual = { enabled: false, weekday: 1, hour: 6, notifierIds: [] };
    return { stack, ...usual, nextAt: null, requestedAt: null, last: null, error: null };
  }
  const { enabled, weekday, hour, notifiers, dispatches, requestedAt, lastError } = schedule;
  const [last] = dispatches;
  return {
    stack,
    enabled,
    weekday,
    hour,
    notifierIds: notifiers.map((n) => n.id),
    nextAt: enabled ? new Date(nextWeekEnd(now, weekday, hour)).toISOString() : null,
    requestedAt: requestedAt?.toISOString() ?? null,
    last: last ? { reportId: last.reportId, at: last.at.toISOString(), notifiers: last.notifiers } : null,
    error: lastError,
  };
}

/** Switches the weekly report of a stack on or off, and says when and to whom. Throws AppError: not-found, bad-input. */
export async function setSchedule(store: Store, actor: Actor, input: unknown): Promise<void> {
  const { stack, notifierIds, ...rest } = ScheduleInput.parse(input);
  await store.db.$transaction(async (tx) => {
    const row = await tx.stack.findUnique({ where: { name: stack }, include: { schedule: true } });
    if (!row) throw unknown(stack);
    const found = await tx.notifier.findMany({ where: { id: { in: notifierIds } } });
    if (found.length < notifierIds.length)
      throw new AppError('bad-input', 'One of the notifiers is not there any more.', {
        field: 'notifierIds',
      });
    // A week that ended before it was switched on is not sent after the fact.
    const since = row.schedule?.enabled && rest.enabled ? {} : { enabledAt: new Date() };
    const notifiers = found.map(({ id }) => ({ id }));
    await tx.reportSchedule.upsert({
      where: { stackId: row.id },
      create: { stackId: row.id, ...rest, notifiers: { connect: notifiers } },
      update: { ...rest, ...since, notifiers: { set: notifiers } },
    });
    const to = found.map((n) => n.name).join(', ') || 'nobody';
    await audit(tx, actor, {
      action: 'report.schedule',
      subject: stack,
      outcome: 'ok',
      detail: rest.enabled
        ? `every ${weekdays[rest.weekday - 1]} at ${rest.hour}:00 UTC, to ${to}`
        : 'switched off',
    });
  });
}

/** Asks for a report of the last seven days; the worker writes and sends it. Throws AppError: not-found, conflict. */
export async function requestReport(store: Store, actor: Actor, stack: string): Promise<void> {
  await store.db.$transaction(async (tx) => {
    const row = await tx.stack.findUnique({ where: { name: stack } });
    if (!row) throw unknown(stack);
    await tx.reportSchedule.upsert({ where: { stackId: row.id }, create: { stackId: row.id }, update: {} });
    const { count } = await tx.reportSchedule.updateMany({
      where: { stackId: row.id, requestedAt: null },
      data: { requestedAt: new Date(), retryAt: null, lastError: null },
    });
    if (count === 0) throw new AppError('conflict', 'One is being written already.');
    await audit(tx, actor, { action: 'report.send', subject: stack, outcome: 'ok' });
  });
}

const unknown = (stack: string) =>
  new AppError('not-found', `There is no stack named "${stack}".`, { field: 'stack' });
