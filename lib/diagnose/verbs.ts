import { z } from 'zod';
import { MuteInput } from '@/lib/contracts/api';
import type { Actor } from '@/lib/contracts/auth';
import { ChangePlan, isProvable } from '@/lib/contracts/change';
import { AppError } from '@/lib/contracts/error';
import {
  Evidence,
  FindingState,
  type FindingView,
  type NotChecked,
  Severity,
  severities,
} from '@/lib/contracts/finding';
import { TargetKind } from '@/lib/contracts/target';
import { audit } from '@/lib/store/audit';
import type { Store } from '@/lib/store/client';
import type { Prisma } from '@/prisma/generated/client';
import { thresholdsOf } from './thresholds';

const include = {
  target: { select: { name: true, kind: true } },
  changes: {
    select: { id: true, title: true, state: true, plan: true },
    where: { state: { not: 'obsolete' } },
    orderBy: { id: 'asc' },
  },
} satisfies Prisma.FindingInclude;

type Row = Prisma.FindingGetPayload<{ include: typeof include }>;

/** Findings of a stack (or all), most severe and heaviest first. Without a state: the open and the muted ones. */
export async function listFindings(
  store: Store,
  filter: { stack?: string | undefined; state?: FindingState | undefined } = {},
): Promise<FindingView[]> {
  const rows = await store.db.finding.findMany({
    where: {
      state: filter.state ?? { in: ['open', 'muted'] },
      ...(filter.stack === undefined ? {} : { stack: { name: filter.stack } }),
    },
    include,
  });
  const rank = (v: FindingView) => severities.indexOf(v.severity);
  const open = new Map(rows.map((r) => [r.key, r]));
  return rows
    .map((r) => view(r, open))
    .sort((a, b) => rank(a) - rank(b) || b.weight - a.weight || a.number - b.number);
}

/** Mutes a finding with a reason, until a date or for good. Throws AppError 'not-found' | 'bad-input'. */
export async function muteFinding(
  store: Store,
  actor: Actor,
  id: number,
  input: z.infer<typeof MuteInput>,
): Promise<FindingView> {
  const { why, until } = MuteInput.parse(input);
  if (until !== undefined && new Date(until) <= new Date())
    throw new AppError('bad-input', 'The date until which it is muted has passed.', { field: 'until' });
  return change(store, actor, id, 'finding.mute', why, {
    state: 'muted',
    mutedBy: actor.name,
    mutedWhy: why,
    mutedUntil: until === undefined ? null : new Date(until),
  });
}

/** Opens a muted finding again. Throws AppError 'not-found'. */
export async function unmuteFinding(store: Store, actor: Actor, id: number): Promise<FindingView> {
  return change(store, actor, id, 'finding.unmute', undefined, {
    mutedBy: null,
    mutedWhy: null,
    mutedUntil: null,
  });
}

async function change(
  store: Store,
  actor: Actor,
  id: number,
  action: string,
  detail: string | undefined,
  data: Prisma.FindingUpdateInput,
): Promise<FindingView> {
  return store.db.$transaction(async (tx) => {
    const found = await tx.finding.findUnique({ where: { id } });
    if (!found) throw new AppError('not-found', `There is no finding ${id}.`);
    // A resolved finding stays resolved; what is muted about it counts when it comes back.
    const state = found.state === 'resolved' ? 'resolved' : (data.state ?? 'open');
    const row = await tx.finding.update({ where: { id }, data: { ...data, state }, include });
    await audit(tx, actor, {
      action,
      subject: found.title,
      outcome: 'ok',
      ...(detail === undefined ? {} : { detail }),
    });
    return view(row);
  });
}

/** Rules that could not run at the newest diagnosis of a stack (or of all), in the rules' order. */
export async function listNotChecked(store: Store, stack?: string): Promise<NotChecked[]> {
  const rows = await store.db.notChecked.findMany({
    where: stack === undefined ? {} : { target: { stack: { name: stack } } },
    include: { target: { select: { name: true } } },
    orderBy: { id: 'asc' },
  });
  return rows.map(({ rule, reason, enable, at, target }) => ({
    id: rule,
    target: target.name,
    reason,
    enable,
    lastSeenAt: at.toISOString(),
  }));
}

/** `known` holds the rows that `related` may lead to, by key. */
function view(row: Row, known: ReadonlyMap<string, Row> = new Map()): FindingView {
  const related = z
    .array(z.string())
    .parse(row.related)
    .flatMap((key) => known.get(key) ?? []);
  return {
    number: row.id,
    key: row.key,
    id: row.rule,
    severity: Severity.parse(row.severity),
    target: row.target.name,
    targetKind: TargetKind.parse(row.target.kind),
    subject: row.subject,
    title: row.title,
    detail: row.detail,
    evidence: z.array(Evidence).parse(row.evidence),
    weight: row.weight,
    optimizations: z.array(z.string()).parse(row.optimizations),
    thresholds: thresholdsOf(row.rule),
    state: FindingState.parse(row.state),
    firstSeenAt: row.firstSeenAt.toISOString(),
    lastSeenAt: row.lastSeenAt.toISOString(),
    mutedBy: row.mutedBy,
    mutedWhy: row.mutedWhy,
    mutedUntil: row.mutedUntil?.toISOString() ?? null,
    changes: row.changes.map(({ plan, ...change }) => ({
      ...change,
      provable: isProvable(ChangePlan.pick({ reversible: true, needsRestart: true }).parse(plan)),
    })),
    related: related.map((r) => ({ number: r.id, title: r.title })),
  };
}
