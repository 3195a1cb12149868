import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import type { CannotCheck, Diagnosis, Finding } from '@/lib/contracts/finding';
import type { MetricName } from '@/lib/contracts/metrics';
import { PgSessionCounters, type PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { readPostgresSnapshot } from '@/lib/observe/collectors/postgres/snapshot';
import { windowSpread } from '@/lib/observe/series/window-spread';
import { baselineFor } from '@/lib/observe/statement-baseline';
import type { Store } from '@/lib/store/client';
import { withObserver } from '@/lib/targets/postgres/connect';
import { messageOf } from '@/lib/targets/postgres/errors';
import { loadTargets, type Target } from '@/lib/targets/registry';
import type { Prisma } from '@/prisma/generated/client';
import { nextState } from './finding-state';
import { regressions } from './regression/check';
import { type DiagnoseTarget, diagnose } from './run';

/** A diagnosis with the snapshots it was made from, by target name. */
export interface RecordedDiagnosis {
  diagnosis: Diagnosis;
  snapshots: Map<string, PostgresSnapshot>;
  /** Of the targets of other kinds, as their collectors wrote them. */
  others: Map<string, unknown>;
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
  const others = new Map<string, unknown>();
  const inputs: { target: Target; input: DiagnoseTarget }[] = [];
  const silent: CannotCheck[] = [];
  for (const target of targets) {
    try {
      const input = await read(store, target);
      if (!input) continue;
      inputs.push({ target, input });
      if (target.kind === 'postgres') snapshots.set(target.name, input.snapshot as PostgresSnapshot);
      else others.set(target.name, input.snapshot);
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
  findings.push(...(await regressions(store, { id: row.id, name: stack })));
  await record(
    store,
    row.id,
    inputs.map((i) => i.target),
    findings,
    cannotCheck,
  );
  await recordSilent(
    store,
    targets.map((t) => ({ id: t.id, why: silent.find((s) => s.target === t.name) })),
  );
  return { diagnosis: { findings, cannotCheck: [...cannotCheck, ...silent] }, snapshots, others };
}

/** What the rules look at: Postgres is read afresh, the others as their collector last saw them. Null when not read yet. */
async function read(store: Store, target: Target): Promise<DiagnoseTarget | null> {
  const { connection, kind, name } = target;
  if (connection.kind === 'postgres') {
    const snapshot = await withObserver(connection, readPostgresSnapshot);
    const { memoryBytes, storage, restartedBy } = target.options;
    return {
      name,
      kind,
      snapshot,
      withConnection: (fn) => withObserver(connection, fn),
      baseline: await baselineFor(store, target.id),
      earlier: Earlier.safeParse((await newest(store, target))?.data).data?.sessions ?? null,
      machine: { memoryBytes, storage },
      restartable: restartedBy !== undefined,
    };
  }
  const row = await newest(store, target);
  if (!row) return null;
  const windows =
    kind === 'docker'
      ? {
          memory: await spreadByName(store, target, 'docker.memory', memoryWindowMs),
          cpu: await spreadByName(store, target, 'docker.cpu', cpuWindowMs),
          throttled: await spreadByName(store, target, 'docker.throttled', cpuWindowMs),
        }
      : {};
  const machine = { memoryBytes: target.options.memoryBytes };
  return { name, kind, snapshot: row.data, machine, ...windows };
}

/** A week holds what comes back every day and at its end. */
const memoryWindowMs = 7 * 86_400_000;

/** Who takes the CPU now, and who is held back; long enough that a short burst is none. */
const cpuWindowMs = 10 * 60_000;

async function spreadByName(store: Store, { stack, name }: Target, metric: MetricName, windowMs: number) {
  const now = Date.now();
  const of = { stack, target: name, metric };
  const found = await windowSpread(store, of, new Date(now - windowMs), new Date(now));
  return new Map(found.map((w) => [w.label, w]));
}

/** The session counters of the collector's newest snapshot. */
const Earlier = z.object({ sessions: PgSessionCounters.nullable() });

function newest(store: Store, target: Target) {
  return store.db.snapshot.findUnique({
    where: { targetId_collector: { targetId: target.id, collector: target.kind } },
  });
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
      const gone = known.filter(
        (k) =>
          k.state !== 'resolved' &&
          !seen.has(k.key) &&
          !cannotCheck.some((c) => targetOf.get(c.target) === k.targetId && concerns(c, k)),
      );
      await tx.finding.updateMany({
        where: { id: { in: gone.map((g) => g.id) } },
        data: { state: 'resolved', resolvedAt: now },
      });
      await tx.notChecked.deleteMany({ where: { targetId: { in: [...targetOf.values()] } } });
      await tx.notChecked.createMany({
        data: cannotCheck.flatMap((c) => {
          const targetId = targetOf.get(c.target);
          return targetId === undefined ? [] : { targetId, ...notCheckedColumns(c) };
        }),
      });
    },
    { timeout: 30_000 },
  );
}

/** What could not be checked leaves the findings on it as they were. */
function concerns(c: CannotCheck, known: { rule: string; subject: string }): boolean {
  return c.id === known.rule && (c.subjects?.includes(known.subject) ?? true);
}

const notCheckedColumns = (c: CannotCheck) => ({ rule: c.id, reason: c.reason, enable: c.enable });

/** Of targets that did not answer, that is all that could not be checked; their findings stay as they were. */
async function recordSilent(
  store: Store,
  targets: { id: number; why: CannotCheck | undefined }[],
): Promise<void> {
  for (const { id, why } of targets) {
    if (!why) continue;
    await store.db.$transaction([
      store.db.notChecked.deleteMany({ where: { targetId: id } }),
      store.db.notChecked.create({ data: { targetId: id, ...notCheckedColumns(why) } }),
    ]);
  }
}

function columns(f: Finding): Omit<Prisma.FindingUncheckedCreateInput, 'stackId' | 'targetId' | 'key'> {
  const { id: rule, severity, subject, title, detail, evidence, weight, optimizations, related = [] } = f;
  return { rule, severity, subject, title, detail, evidence, weight, optimizations, related };
}
