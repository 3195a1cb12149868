import type { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import type { FindingLink, ObserveQuery, Origin } from '@/lib/contracts/observe';
import type { TargetKind, TargetView } from '@/lib/contracts/target';
import { listFindings } from '@/lib/diagnose/verbs';
import type { Store } from '@/lib/store/client';
import { targetViews } from '@/lib/targets/registry';

const kindNames: Record<TargetKind, string> = {
  postgres: 'PostgreSQL',
  redis: 'Redis',
  docker: 'Docker',
  http: 'HTTP',
};

/**
 * The target a page shows: the named one of this kind, else the first.
 * @throws AppError not-found
 */
export async function observedTarget(
  store: Store,
  kind: TargetKind,
  { stack, target }: ObserveQuery,
): Promise<TargetView> {
  const all = (await targetViews(store, stack)).filter((t) => t.kind === kind);
  const found = target === undefined ? all[0] : all.find((t) => t.name === target);
  if (found) return found;
  const name = target === undefined ? '' : ` named "${target}"`;
  throw new AppError('not-found', `The stack ${stack} has no ${kindNames[kind]} target${name}.`, {
    field: 'target',
  });
}

export interface Observed<S> extends Origin {
  /** Null until the first heavy reading. */
  snapshot: S | null;
  /** All open findings on this target, worst first. */
  findings: FindingLink[];
  /** Open findings on one subject of this target, as the rules spell it. */
  findingsOn: (subject: string) => FindingLink[];
}

/**
 * The newest snapshot of a page's target with the open findings on it.
 * @throws AppError not-found; internal when the stored snapshot is not of the shape of this version
 */
export async function observed<S>(
  store: Store,
  kind: TargetKind,
  schema: z.ZodType<S>,
  query: ObserveQuery,
): Promise<Observed<S>> {
  const target = await observedTarget(store, kind, query);
  const [row, findings] = await Promise.all([
    store.db.snapshot.findUnique({ where: { targetId_collector: { targetId: target.id, collector: kind } } }),
    listFindings(store, { stack: query.stack, state: 'open' }),
  ]);
  const own = findings.filter((f) => f.target === target.name);
  const bySubject = new Map<string, FindingLink[]>();
  for (const { number, severity, title, subject } of own) {
    const links = bySubject.get(subject) ?? [];
    links.push({ number, severity, title });
    bySubject.set(subject, links);
  }
  return {
    target,
    takenAt: row?.takenAt.toISOString() ?? null,
    snapshot: row ? parsed(schema, row.data, target.name) : null,
    findings: own.map(({ number, severity, title }) => ({ number, severity, title })),
    findingsOn: (subject) => bySubject.get(subject) ?? [],
  };
}

function parsed<S>(schema: z.ZodType<S>, data: unknown, target: string): S {
  const read = schema.safeParse(data);
  if (read.success) return read.data;
  throw new AppError(
    'internal',
    `The stored reading of ${target} was made by another version of Ratchet. It is replaced within a minute.`,
    { cause: read.error },
  );
}
