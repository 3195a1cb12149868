import { AppError } from '@/lib/contracts/error';
import type { CannotCheck, Diagnosis, Finding } from '@/lib/contracts/finding';
import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { readPostgresSnapshot } from '@/lib/observe/collectors/postgres/snapshot';
import type { Store } from '@/lib/store/client';
import { withObserver } from '@/lib/targets/postgres/connect';
import { messageOf } from '@/lib/targets/postgres/errors';
import { loadTargets, type Target } from '@/lib/targets/registry';
import type { Prisma } from '@/prisma/generated/client';
import { nextState } from './finding-state';
import { type DiagnoseTarget, diagnose } from './run';

/** A diagnosis with the snapshots it was made from, by target name. */
export interface RecordedDiagnosis {
  diagnosis: Diagnosis;
  snapshots: Map<string, PostgresSnapshot>;
}

/**
 * Diagnoses a stack and records the findings: new ones open, known ones refreshed, those not seen any more
 * resolved, muted ones left muted until their date. Targets that are paused or do not answer keep their
 * findings as they were; the latter are named in `cannotCheck`.
 * @throws AppError 'not-found' when there is no such stack.
 */
export async function diagnoseStack(store: Store, stack: string): Promise<Diagnosis> {
  return (await diagnoseAndRecord(store, stack)).diagnosis;
}

/** As diagnoseStack, with the snapshots. */
export async function diagnoseAndRecord(store: Store, stack: string): Promise<RecordedDiagnosis> {
  const row = await store.db.stack.findUnique({ where: { name: stack } });
  if (!row) throw new AppError('not-found', `There is no stack named "${stack}".`, { field: 'stack' });
  const targets = (await loadTargets(store, { stack })).filter((t) => !t.paused);
  const snapshots = new Map<string, PostgresSnapshot>();
  const inputs: { target: Target; input: DiagnoseTarget }[] = [];
  const silent: CannotCheck[] = [];
  for (const target of targets) {
    try {
      const input = await read(store, target);
      if (!input) continue;
      inputs.push({ target, input });
      if (target.kind === 'postgres') snapshots.set(target.name, input.snapshot as PostgresSnapshot);
    } catch (error) {
      silent.push({
        id: target.kind,
        target: target.name,
        reason: messageOf(error),
        enable: 'Make the target answer, then diagnose again.',
      });
    }
  }
  const { findings, cannotCheck } = await diagnose({ targets: inputs.map((i) => i.input) });
  await record(
    store,
    row.id,
    inputs.map((i) => i.target),
    findings,
    cannotCheck,
  );
  return { diagnosis: { findings, cannotCheck: [...cannotCheck, ...silent] }, snapshots };
}

/** What the rules look at: Postgres is read afresh, the others as their collector last saw them. Null when not read yet. */
async function read(store: Store, target: Target): Promise<DiagnoseTarget | null> {
  const { connection, kind, name } = target;
  if (connection.kind === 'postgres') {
    const snapshot = await withObserver(connection, readPostgresSnapshot);
    return { name, kind, snapshot, withConnection: (fn) => withObserver(connection, fn) };
  }
  const row = await store.db.snapshot.findUnique({
    where: { targetId_collector: { targetId: target.id, collector: kind } },
  });
  return row && { name, kind, snapshot: row.data };
}

/** Key of the advisory lock, with the stack's id: two diagnoses of a stack record one after the other. */
const lockClass = 0x52544446;

async function record(
  store: Store,
  stackId: number,
  targets: Target[],
  findings: Finding[],
  cannotCheck: CannotCheck[],
): Promise<void> {
  const now = new Date();
  const targetOf = new Map(targets.map((t) => [t.name, t.id]));
  await store.db.$transaction(
    async (tx) => {
      await tx.$executeRaw`select pg_advisory_xact_lock(${lockClass}::int, ${stackId}::int)`;
      const known = await tx.finding.findMany({
        where: { stackId, targetId: { in: [...targetOf.values()] } },
      });
      const byKey = new Map(known.map((k) => [k.key, k]));
      for (const finding of findings) {
        const targetId = targetOf.get(finding.target);
        if (targetId === undefined) continue;
        const standing = byKey.get(finding.key);
        const state = nextState(standing ? { ...standing, state: 'open' } : null, true, now);
        const unmuted = state === 'open' ? { mutedBy: null, mutedWhy: null, mutedUntil: null } : {};
        const data = { ...columns(finding), state, lastSeenAt: now, resolvedAt: null, ...unmuted };
        await tx.finding.upsert({
          where: { stackId_key: { stackId, key: finding.key } },
          create: { ...data, stackId, targetId, key: finding.key },
          update: data,
        });
      }
      const seen = new Set(findings.map((f) => f.key));
      const notChecked = new Set(cannotCheck.map((c) => `${c.id} ${targetOf.get(c.target)}`));
      const gone = known.filter(
        (k) => k.state !== 'resolved' && !seen.has(k.key) && !notChecked.has(`${k.rule} ${k.targetId}`),
      );
      await tx.finding.updateMany({
        where: { id: { in: gone.map((g) => g.id) } },
        data: { state: 'resolved', resolvedAt: now },
      });
    },
    { timeout: 30_000 },
  );
}

function columns(f: Finding): Omit<Prisma.FindingUncheckedCreateInput, 'stackId' | 'targetId' | 'key'> {
  const { id: rule, severity, subject, title, detail, evidence, weight, optimizations } = f;
  return { rule, severity, subject, title, detail, evidence, weight, optimizations };
}
