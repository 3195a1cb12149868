import { z } from 'zod';
import { AlertCondition } from '@/lib/contracts/alert';
import { ChangePlan } from '@/lib/contracts/change';
import { DockerSnapshot } from '@/lib/contracts/docker-snapshot';
import { AppError } from '@/lib/contracts/error';
import { Evidence, Severity } from '@/lib/contracts/finding';
import { HttpSnapshot } from '@/lib/contracts/http-snapshot';
import type { MetricName } from '@/lib/contracts/metrics';
import { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import { RedisSnapshot } from '@/lib/contracts/redis-snapshot';
import type { TargetKind } from '@/lib/contracts/target';
import { shortestWindow } from '@/lib/diagnose/rules/docker/memory-proposal';
import type { CpuWindow, MemoryWindow } from '@/lib/diagnose/rules/docker/types';
import { windowSpread } from '@/lib/observe/series/window-spread';
import type { Store } from '@/lib/store/client';
import { loadTargets } from '@/lib/targets/registry';
import { boundsHeap } from './node-heap';
import type { ConnectionWindow } from './pgbouncer';
import type { StoredRule } from './prometheus-rules';

/** An open finding as the store keeps it. */
export interface OpenFinding {
  key: string;
  id: string;
  target: string;
  subject: string;
  title: string;
  evidence: z.infer<typeof Evidence>[];
}

/** What is kept of one target. */
export interface GatheredTarget {
  name: string;
  kind: TargetKind;
  address: string;
  memoryBytes: number | undefined;
  /** The newest heavy reading, by kind; null before the first, and where another version wrote it. */
  postgres: PostgresSnapshot | null;
  redis: RedisSnapshot | null;
  docker: DockerSnapshot | null;
  http: HttpSnapshot | null;
  /** Plans of its changes that are applied. */
  applied: ChangePlan[];
  /** Docker: working sets over the last 7 days. */
  memory: ReadonlyMap<string, MemoryWindow>;
  /** Docker: Node containers that were made anew with a bounded heap, with working sets before and since. */
  remade: ReadonlyMap<string, { before: MemoryWindow; since: MemoryWindow }>;
  /** Docker: CPU over the last 10 minutes. */
  cpu: ReadonlyMap<string, CpuWindow>;
  /** Postgres: connections over the last 7 days, by metric. */
  connections: Partial<Record<MetricName, ConnectionWindow>>;
}

/** What the configuration files of a stack are made from: all of it read from the store, nothing from a target. */
export interface Gathered {
  stack: string;
  targets: GatheredTarget[];
  findings: OpenFinding[];
  rules: StoredRule[];
}

/** A week holds what comes back every day and at its end; as for the memory rules. */
const windowMs = 7 * 86_400_000;
/** As for the rule on CPU. */
const cpuWindowMs = 10 * 60_000;
const connectionMetrics = [
  'pg.connections',
  'pg.connections_active',
  'pg.connections_idle_in_transaction',
] as const satisfies MetricName[];

/** @throws AppError not-found when there is no such stack */
export async function gather(store: Store, stack: string, now = new Date()): Promise<Gathered> {
  if (!(await store.db.stack.findUnique({ where: { name: stack } })))
    throw new AppError('not-found', `There is no stack named "${stack}".`, { field: 'stack' });
  const targets = await loadTargets(store, { stack });
  const ids = targets.map((t) => t.id);
  const [snapshots, changes, findings, rules] = await Promise.all([
    store.db.snapshot.findMany({ where: { targetId: { in: ids } } }),
    store.db.change.findMany({ where: { targetId: { in: ids }, state: 'applied' }, orderBy: { id: 'asc' } }),
    store.db.finding.findMany({
      where: { targetId: { in: ids }, state: 'open' },
      include: { target: { select: { name: true } } },
      orderBy: { id: 'asc' },
    }),
    store.db.alertRule.findMany({
      where: { enabled: true, OR: [{ stack: null }, { stack }] },
      orderBy: { name: 'asc' },
    }),
  ]);
  const from = new Date(now.getTime() - windowMs);
  const gathered = targets.map(async (target): Promise<GatheredTarget> => {
    const { id, kind, name, address, options } = target;
    const data = snapshots.find((s) => s.targetId === id && s.collector === kind)?.data;
    const spread = (metric: MetricName, since = from, until = now) =>
      windowSpread(store, { stack, target: name, metric }, since, until);
    const snapshot = kind === 'docker' ? (DockerSnapshot.safeParse(data).data ?? null) : null;
    const remade = async () => {
      const found = new Map<string, { before: MemoryWindow; since: MemoryWindow }>();
      for (const c of snapshot?.containers ?? []) {
        const made = new Date(c.createdAt);
        if (!c.node || !boundsHeap(c.node.options) || !(made > from)) continue;
        const own = (windows: Awaited<ReturnType<typeof spread>>) =>
          windows.find((w) => w.label === c.name && w.seconds >= shortestWindow);
        const before = own(await spread('docker.memory', from, made));
        const since = own(await spread('docker.memory', made));
        if (before && since) found.set(c.name, { before, since });
      }
      return found;
    };
    const byName = async (metric: MetricName, since = from) =>
      new Map(kind === 'docker' ? (await spread(metric, since)).map((w) => [w.label, w]) : []);
    const windows = async () =>
      Promise.all(
        connectionMetrics.map(async (metric) => {
          const [window] = await spread(metric);
          return window ? { [metric]: window } : {};
        }),
      );
    return {
      name,
      kind,
      address,
      memoryBytes: options.memoryBytes,
      postgres: kind === 'postgres' ? (PostgresSnapshot.safeParse(data).data ?? null) : null,
      redis: kind === 'redis' ? (RedisSnapshot.safeParse(data).data ?? null) : null,
      docker: snapshot,
      http: kind === 'http' ? (HttpSnapshot.safeParse(data).data ?? null) : null,
      applied: changes.filter((c) => c.targetId === id).map((c) => ChangePlan.parse(c.plan)),
      memory: await byName('docker.memory'),
      remade: await remade(),
      cpu: await byName('docker.cpu', new Date(now.getTime() - cpuWindowMs)),
      connections: kind === 'postgres' ? Object.assign({}, ...(await windows())) : {},
    };
  });
  return {
    stack,
    targets: await Promise.all(gathered),
    findings: findings.map(({ key, rule, subject, title, evidence, target }) => ({
      ...{ key, id: rule, target: target.name, subject, title },
      evidence: z.array(Evidence).parse(evidence),
    })),
    rules: rules.map((rule) => ({
      ...AlertCondition.parse(rule),
      ...{ name: rule.name, severity: Severity.parse(rule.severity), target: rule.target },
    })),
  };
}
