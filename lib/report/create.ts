import type { Actor } from '@/lib/contracts/auth';
import { AppError } from '@/lib/contracts/error';
import { CreateReportInput, type ReportCreated } from '@/lib/contracts/report-create';
import { recordedDiagnosis } from '@/lib/diagnose/recorded';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import { buildReport, type ReportInput } from './build';
import { loadTestsWithin, trialsWithin } from './period';
import { saveReport } from './save';

const under = ['queued', 'running'];
/** Longest period of a report, days: as long as hourly means are kept. */
const mostDays = 400;

type Scope = Pick<ReportInput, 'trialIds' | 'loadTestIds' | 'changeIds' | 'startedAt' | 'finishedAt'> & {
  title: string;
};

/**
 * Writes and keeps a report of trials and load tests that somebody picked, of one change, or of a time. Findings are those
 * recorded at its end. Only a report of a time has a score: one of picked trials would say what was picked.
 * @throws AppError not-found; bad-input for what is of another stack, or nothing; conflict while one of them runs
 */
export async function createReport(
  store: Store,
  actor: Actor,
  input: CreateReportInput,
): Promise<ReportCreated> {
  const given = CreateReportInput.parse(input);
  const stack = await store.db.stack.findUnique({ where: { name: given.stack } });
  if (!stack)
    throw new AppError('not-found', `There is no stack named "${given.stack}".`, { field: 'stack' });
  const scope = await scopeOf(store, stack, given);
  const scored = given.about === 'period';
  const document = await buildReport(store, {
    ...scope,
    title: given.title ?? scope.title,
    stack: stack.name,
    diagnosis: await recordedDiagnosis(store, stack.name, scope.finishedAt),
    scored,
    skipped: scored
      ? []
      : [{ what: 'Score', why: 'it is of a pass or of a time, not of what somebody picked' }],
  });
  const reportId = await saveReport(store, { stackId: stack.id, passId: null, document });
  await audit(store.db, actor, {
    action: 'report.create',
    subject: `report ${reportId}: ${document.title}`,
    outcome: 'ok',
    detail: `${scope.trialIds.length} trials, ${scope.loadTestIds?.length ?? 0} load tests`,
  });
  return { reportId };
}

async function scopeOf(
  store: Store,
  stack: { id: number; name: string },
  given: ReturnType<typeof CreateReportInput.parse>,
): Promise<Scope> {
  switch (given.about) {
    case 'picked': {
      if (given.trialIds.length + given.loadTestIds.length === 0)
        throw new AppError('bad-input', 'Pick at least one trial or load test.', { field: 'trialIds' });
      return picked(store, stack, given.trialIds, given.loadTestIds);
    }
    case 'change': {
      const change = await store.db.change.findUnique({
        where: { id: given.changeId },
        include: {
          target: { select: { stackId: true } },
          trials: { select: { id: true, state: true }, orderBy: { id: 'asc' } },
        },
      });
      if (!change || change.target.stackId !== stack.id)
        throw new AppError('not-found', `The stack ${stack.name} has no change ${given.changeId}.`, {
          field: 'changeId',
        });
      const ended = change.trials.filter((t) => !under.includes(t.state)).map((t) => t.id);
      if (ended.length === 0)
        throw new AppError(
          'conflict',
          `No trial of change ${change.id} has ended: nothing is measured of it.`,
          {
            field: 'changeId',
          },
        );
      return { ...(await picked(store, stack, ended, [])), title: change.title };
    }
    case 'period': {
      const { from, to } = given;
      if (from >= to || from.getTime() < to.getTime() - mostDays * 86_400_000)
        throw new AppError('bad-input', `The period must begin before it ends, at most ${mostDays} days.`, {
          field: 'from',
        });
      if (to.getTime() > Date.now())
        throw new AppError('bad-input', 'The period must have ended.', { field: 'to' });
      const [trials, loadTestIds] = await Promise.all([
        trialsWithin(store, stack.id, from, to),
        loadTestsWithin(store, stack.id, from, to),
      ]);
      const day = (date: Date) => date.toISOString().slice(0, 10);
      return {
        ...{ ...trials, loadTestIds, startedAt: from, finishedAt: to },
        title: `${stack.name} from ${day(from)} to ${day(to)}`,
      };
    }
  }
}

/** What was picked, in the order it ran, and the time from its first start to its last end. */
async function picked(
  store: Store,
  stack: { id: number; name: string },
  trialIds: readonly number[],
  loadTestIds: readonly number[],
): Promise<Scope> {
  const [trials, loads] = await Promise.all([
    store.db.trial.findMany({ where: { id: { in: [...trialIds] } }, orderBy: { id: 'asc' } }),
    store.db.loadTest.findMany({
      where: { id: { in: [...loadTestIds] } },
      omit: { plan: true, head: true },
      orderBy: { id: 'asc' },
    }),
  ]);
  check('trial', stack, trialIds, trials, 'trialIds');
  check('load test', stack, loadTestIds, loads, 'loadTestIds');
  const all = [...trials, ...loads];
  const starts = all.map((t) => (t.startedAt ?? t.createdAt).getTime());
  const ends = all.map((t) => (t.finishedAt ?? t.createdAt).getTime());
  return {
    trialIds: trials.map((t) => t.id),
    loadTestIds: loads.map((t) => t.id),
    changeIds: [...new Set(trials.flatMap((t) => t.changeId ?? []))],
    startedAt: new Date(Math.min(...starts)),
    finishedAt: new Date(Math.max(...ends)),
    title: `Picked measurements of ${stack.name}`,
  };
}

function check(
  noun: string,
  stack: { id: number; name: string },
  asked: readonly number[],
  found: readonly { id: number; stackId: number; state: string }[],
  field: string,
): void {
  for (const id of asked) {
    const row = found.find((f) => f.id === id);
    if (!row) throw new AppError('not-found', `There is no ${noun} ${id}.`, { field });
    if (row.stackId !== stack.id)
      throw new AppError('bad-input', `The ${noun} ${id} is of another stack than ${stack.name}.`, { field });
    if (under.includes(row.state))
      throw new AppError(
        'conflict',
        `The ${noun} ${id} is ${row.state}; a report can hold it when it has ended.`,
        {
          field,
        },
      );
  }
}
