import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import type { CannotCheck, Diagnosis, Finding } from '@/lib/contracts/finding';
import type { MetricName } from '@/lib/contracts/metrics';
import {
  PgSessionCounters,
  type PgStatementBaseline,
  type PostgresSnapshot,
} from '@/lib/contracts/postgres-snapshot';
import { readPostgresSnapshot } from '@/lib/observe/collectors/postgres/snapshot';
import { windowSpread } from '@/lib/observe/series/window-spread';
import { baselineFor } from '@/lib/observe/statement-baseline';
import type { Store } from '@/lib/store/client';
import { withObserver } from '@/lib/targets/postgres/connect';
import { messageOf } from '@/lib/targets/postgres/errors';
import { loadTargets, type Target } from '@/lib/targets/registry';
import { regressions } from './regression/check';
import type { ApplicationWindow } from './rules/http/types';
import { type DiagnoseTarget, diagnose } from './run';
import { storeFindings } from './store-findings';

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

/**
 * As diagnoseStack, with the snapshots. `since`: counters of databases, by target, from which on their statements are judged
 * by themselves, in place of those of an hour ago. `observe`: how databases are connected to, for reading them whole.
 */
export async function diagnoseAndRecord(
  store: Store,
  stack: string,
  since: ReadonlyMap<number, PgStatementBaseline> = new Map(),
  observe: typeof withObserver = withObserver,
): Promise<RecordedDiagnosis> {
  const row = await store.db.stack.findUnique({ where: { name: stack } });
  if (!row) throw new AppError('not-found', `There is no stack named "${stack}".`, { field: 'stack' });
  const targets = (await loadTargets(store, { stack })).filter((t) => !t.paused);
  const snapshots = new Map<string, PostgresSnapshot>();
  const others = new Map<string, unknown>();
  const inputs: { target: Target; input: DiagnoseTarget }[] = [];
  const silent: CannotCheck[] = [];
  for (const target of targets) {
    try {
      const input = await read(store, target, since.get(target.id), observe);
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
async function read(
  store: Store,
  target: Target,
  since: PgStatementBaseline | undefined,
  observe: typeof withObserver,
): Promise<DiagnoseTarget | null> {
  const { connection, kind, name } = target;
  if (connection.kind === 'postgres') {
    const snapshot = await observe(connection, readPostgresSnapshot);
    const { memoryBytes, storage, restartedBy } = target.options;
    return {
      name,
      kind,
      snapshot,
      withConnection: (fn) => withObserver(connection, fn),
      baseline: since ?? (await baselineFor(store, target.id)),
      earlier: Earlier.safeParse((await newest(store, target))?.data).data?.sessions ?? null,
      machine: { memoryBytes, storage },
      restartable: restartedBy !== undefined,
    };
  }
  const row = await newest(store, target);
  if (!row) return null;
  const machine = { memoryBytes: target.options.memoryBytes };
  return { name, kind, snapshot: row.data, machine, ...(await windowsOf(store, target)) };
}

/** What was sampled of a target over the last minutes or days, where rules go by it. */
async function windowsOf(store: Store, target: Target) {
  if (target.kind === 'docker')
    return {
      memory: await spreadByName(store, target, 'docker.memory', memoryWindowMs),
      cpu: await spreadByName(store, target, 'docker.cpu', recentMs),
      throttled: await spreadByName(store, target, 'docker.throttled', recentMs),
    };
  if (target.kind !== 'http') return {};
  const application: ApplicationWindow = {};
  for (const [name, metric] of applicationMetrics) {
    const [spread] = (await spreadByName(store, target, metric, recentMs)).values();
    if (spread) application[name] = spread;
  }
  return { application };
}

const applicationMetrics = [
  ['poolInUse', 'http.pool_in_use'],
  ['poolWaiting', 'http.pool_waiting'],
  ['lookups', 'http.cache_lookups'],
  ['hitRatio', 'http.cache_hit_ratio'],
  ['localRatio', 'http.cache_local_ratio'],
] as const satisfies [keyof ApplicationWindow, MetricName][];

/** A week holds what comes back every day and at its end. */
const memoryWindowMs = 7 * 86_400_000;

/** How it is now: who takes the CPU, who waits; long enough that a short burst is none. */
const recentMs = 10 * 60_000;

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
      await storeFindings(tx, stackId, targetOf, findings, cannotCheck, now);
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
