import { z } from 'zod';
import {
  type ChangeDetail,
  ChangeOutcome,
  ChangePlan,
  ChangeState,
  type ChangeView,
  JournalLine,
} from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import { TargetKind } from '@/lib/contracts/target';
import type { Store } from '@/lib/store/client';
import type { Prisma } from '@/prisma/generated/client';

const include = {
  target: { include: { stack: true } },
  trials: { orderBy: { id: 'desc' }, select: { id: true, state: true, verdict: true } },
} satisfies Prisma.ChangeInclude;

type Row = Prisma.ChangeGetPayload<{ include: typeof include }>;

/** Changes of a stack (or of all), newest activity first; obsolete ones last. */
export async function listChanges(store: Store, stack?: string): Promise<ChangeView[]> {
  const rows = await store.db.change.findMany({
    where: stack === undefined ? {} : { target: { stack: { name: stack } } },
    include,
    orderBy: [{ updatedAt: 'desc' }, { id: 'desc' }],
  });
  const views = rows.map(view);
  return [...views.filter((v) => v.state !== 'obsolete'), ...views.filter((v) => v.state === 'obsolete')];
}

/** One change. Throws AppError('not-found'). */
export async function changeView(store: Store, id: number): Promise<ChangeView> {
  return view(await load(store, id));
}

/** One change with its journal, oldest line first. Throws AppError('not-found'). */
export async function changeDetail(store: Store, id: number): Promise<ChangeDetail> {
  const row = await load(store, id);
  const journal = await store.db.journalEntry.findMany({ where: { changeId: id }, orderBy: { id: 'asc' } });
  return { ...view(row), journal: journal.map((j) => JournalLine.parse({ ...j, at: j.at.toISOString() })) };
}

async function load(store: Store, id: number): Promise<Row> {
  const row = await store.db.change.findUnique({ where: { id }, include });
  if (!row) throw new AppError('not-found', `There is no change ${id}.`);
  return row;
}

const StoredVerdict = z.object({ verdict: z.string() });

function view(row: Row): ChangeView {
  return {
    id: row.id,
    stack: row.target.stack.name,
    target: row.target.name,
    targetKind: TargetKind.parse(row.target.kind),
    findingNumber: row.findingId,
    state: ChangeState.parse(row.state),
    plan: ChangePlan.parse(row.plan),
    outcome: row.outcome === null ? null : ChangeOutcome.parse(row.outcome),
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    trials: row.trials.map((t) => ({
      id: t.id,
      state: t.state,
      verdict: StoredVerdict.safeParse(t.verdict).data?.verdict ?? null,
    })),
  };
}
