import { config } from '@/lib/config';
import { log } from '@/lib/config/log';
import type { AlertMessage } from '@/lib/contracts/alert';
import { AppError } from '@/lib/contracts/error';
import type { ReportDocument } from '@/lib/contracts/report';
import { diagnoseStack } from '@/lib/diagnose/record';
import { buildReport } from '@/lib/report/build';
import { loadTestsWithin, trialsWithin } from '@/lib/report/period';
import { insertReport } from '@/lib/report/save';
import { chained } from '@/lib/store/chain/append';
import type { Store } from '@/lib/store/client';
import { Prisma } from '@/prisma/generated/client';
import { weekEnd, weekStart } from './period';

/** After a failure it is tried again so much later, ms. */
const retryMs = 600_000;

type Schedule = Prisma.ReportScheduleGetPayload<{
  include: { stack: true; notifiers: { select: { id: true } } };
}>;

/**
 * Writes the reports that are due and hands them to their notifiers. The report, that its week is done, and what is to be
 * sent are stored in one transaction: a worker that dies before has done nothing, one that dies after has nothing
 * left to do, and of two workers one succeeds. A stack that is being measured waits. Returns the numbers of the reports.
 */
export async function sendDueReports(store: Store, now = Date.now()): Promise<number[]> {
  const schedules = await store.db.reportSchedule.findMany({
    where: { OR: [{ enabled: true }, { requestedAt: { not: null } }] },
    include: { stack: true, notifiers: { select: { id: true } } },
  });
  const written: number[] = [];
  for (const schedule of schedules) {
    const due = await duePeriod(store, schedule, now);
    if (due === null) continue;
    try {
      const id = await write(store, schedule, due);
      if (id !== null) written.push(id);
    } catch (error) {
      const lastError =
        error instanceof AppError
          ? error.message
          : 'Something failed inside Ratchet. The log of the worker has the details.';
      log.warn(
        { err: error, stack: schedule.stack.name },
        'the weekly report could not be written; trying again',
      );
      const retryAt = new Date(now + retryMs);
      await store.db.reportSchedule.update({ where: { id: schedule.id }, data: { lastError, retryAt } });
    }
  }
  return written;
}

interface Due {
  /** What makes it one: the end of its week, or when it was asked for. */
  period: string;
  from: Date;
  to: Date;
}

async function duePeriod(store: Store, schedule: Schedule, now: number): Promise<Due | null> {
  const { id, stackId, enabled, enabledAt, weekday, hour, requestedAt, retryAt } = schedule;
  if (retryAt !== null && retryAt.getTime() > now) return null;
  const busy = await store.db.job.count({ where: { state: 'running', queue: `stack:${stackId}` } });
  if (busy > 0) return null;
  if (requestedAt !== null)
    return {
      period: `asked ${requestedAt.toISOString()}`,
      from: new Date(weekStart(requestedAt.getTime())),
      to: requestedAt,
    };
  const end = weekEnd(now, weekday, hour);
  if (!enabled || end < enabledAt.getTime()) return null;
  const period = `week to ${new Date(end).toISOString()}`;
  const done = await store.db.reportDispatch.count({ where: { scheduleId: id, period } });
  return done > 0 ? null : { period, from: new Date(weekStart(end)), to: new Date(end) };
}

/** The number of the report, or null when another worker was first. */
async function write(store: Store, schedule: Schedule, { period, from, to }: Due): Promise<number | null> {
  const { stack, stackId } = schedule;
  const document = await buildReport(store, {
    stack: stack.name,
    title: `Week of ${stack.name} to ${to.toISOString().slice(0, 10)}`,
    ...(await trialsWithin(store, stackId, from, to)),
    loadTestIds: await loadTestsWithin(store, stackId, from, to),
    diagnosis: await diagnoseStack(store, stack.name),
    startedAt: from,
    finishedAt: to,
  });
  try {
    return await store.db.$transaction(async (tx) => {
      const { id } = await tx.reportDispatch.create({
        data: { scheduleId: schedule.id, period, notifiers: schedule.notifiers.length },
      });
      await tx.reportSchedule.update({
        where: { id: schedule.id },
        data: {
          lastError: null,
          retryAt: null,
          ...(period.startsWith('asked') ? { requestedAt: null } : {}),
        },
      });
      const reportId = await insertReport(tx, { stackId, passId: null, document }, async (reportId) => {
        await tx.reportDispatch.update({ where: { id }, data: { reportId } });
        const message = reportMessage(document, reportId);
        await tx.delivery.createMany({
          data: schedule.notifiers.map((n) => ({ notifierId: n.id, message })),
        });
      });
      return reportId;
    }, chained);
  } catch (error) {
    if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002') return null;
    throw error;
  }
}

/** The summary in words, and where the whole report is. */
function reportMessage(document: ReportDocument, reportId: number): AlertMessage {
  const { score, stack } = document;
  const base = config().publicUrl ?? `http://${config().host}:${config().port}`;
  return {
    event: 'report',
    title: `${document.title}${score ? `: score ${score.score.toFixed(1)}, grade ${score.grade}` : ''}`,
    text: document.summary.join('\n'),
    at: document.finishedAt,
    severity: 'low',
    stack,
    target: '',
    label: '',
    value: score?.score ?? null,
    threshold: null,
    url: `${base}/reports/${reportId}`,
  };
}
