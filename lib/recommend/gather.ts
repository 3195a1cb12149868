import { gather } from '@/lib/configure/gather';
import type { Connection } from '@/lib/contracts/target';
import { analyseLoad } from '@/lib/load/analysis/analyse';
import { loadRecord } from '@/lib/load/tests/rows';
import { windowMean } from '@/lib/observe/series/window-mean';
import type { Store } from '@/lib/store/client';
import { dockerEndpoint } from '@/lib/targets/docker/endpoint';
import { redisEndpoint } from '@/lib/targets/redis/endpoint';
import { loadTargets } from '@/lib/targets/registry';
import { Prisma } from '@/prisma/generated/client';
import type { LoadFacts, RecommendFacts, TrafficFacts, Transport } from './types';

const hourMs = 3_600_000;

/** What the rules look at, all of it from the store. @throws AppError not-found when there is no such stack */
export async function recommendFacts(store: Store, stack: string, now = new Date()): Promise<RecommendFacts> {
  const gathered = await gather(store, stack, now);
  const targets = await loadTargets(store, { stack });
  const inStack = { target: { stack: { name: stack } } };
  const [muted, notChecked, snapshots, load] = await Promise.all([
    store.db.finding.findMany({
      where: { ...inStack, state: 'muted' },
      include: { target: { select: { name: true } } },
    }),
    store.db.notChecked.findMany({ where: inStack, include: { target: { select: { name: true } } } }),
    store.db.snapshot.findMany({
      where: inStack,
      select: { takenAt: true, target: { select: { name: true } } },
    }),
    newestLoad(store, stack),
  ]);
  const traffic = await trafficOf(store, gathered, now);
  return {
    gathered,
    readAt: new Map(snapshots.map((s) => [s.target.name, s.takenAt.toISOString()])),
    muted: muted.map((m) => ({ id: m.rule, target: m.target.name, subject: m.subject })),
    notChecked: notChecked.map((n) => ({ id: n.rule, target: n.target.name, reason: n.reason })),
    transports: targets.map(({ name, connection }) => ({ target: name, ...transportOf(connection) })),
    load,
    traffic: typeof traffic === 'string' ? null : traffic,
    trafficMissing: typeof traffic === 'string' ? traffic : '',
  };
}

const loopback = (host: string) => /^(localhost|127(\.\d+){3}|::1|\[::1\])$/i.test(host);

/** How a target is reached, from its address alone; nothing secret is in what is said. */
export function transportOf(connection: Connection): Omit<Transport, 'target'> {
  const { kind } = connection;
  switch (connection.kind) {
    case 'postgres': {
      const url = URL.canParse(connection.url) ? new URL(connection.url) : null;
      const mode = url?.searchParams.get('sslmode') ?? null;
      const ssl = url?.searchParams.get('ssl') ?? null;
      const host = url?.searchParams.get('host') ?? url?.hostname ?? '';
      return {
        ...{ kind, remote: host !== '' && !host.startsWith('/') && !loopback(host) },
        // The driver asks for TLS only where the address says so.
        encrypted: (mode !== null && mode !== 'disable') || ssl === 'true' || ssl === '1',
        said: mode === null ? 'no sslmode' : `sslmode=${mode}`,
      };
    }
    case 'redis': {
      const { host, path, tls } = redisEndpoint(connection.url);
      const remote = path === undefined && !loopback(host);
      return { kind, remote, encrypted: tls, said: tls ? 'rediss://' : 'redis://' };
    }
    case 'docker': {
      const { host, protocol } = dockerEndpoint(connection.socket);
      const remote = host !== undefined && !loopback(host);
      return { kind, remote, encrypted: protocol === 'https', said: protocol ?? 'a local socket' };
    }
    case 'http': {
      const { hostname, protocol } = new URL(connection.baseUrl);
      return {
        ...{ kind, remote: !loopback(hostname), encrypted: protocol === 'https:' },
        said: `${protocol}//`,
      };
    }
  }
}

/** The newest load test that has ended with something measured. */
async function newestLoad(store: Store, stack: string): Promise<LoadFacts | null> {
  const row = await store.db.loadTest.findFirst({
    where: {
      stack: { name: stack },
      state: { notIn: ['queued', 'running'] },
      head: { not: Prisma.DbNull },
      finishedAt: { not: null },
    },
    orderBy: { id: 'desc' },
    select: { id: true, title: true, target: true, finishedAt: true },
  });
  if (!row?.finishedAt) return null;
  const record = await loadRecord(store, row.id);
  const databaseTime = new Map<string, number>();
  for (const r of record.resources)
    if (r.metric === 'pg.database_time' && r.label === '')
      for (const [, value] of r.points)
        databaseTime.set(r.target, Math.max(value, databaseTime.get(r.target) ?? 0));
  return {
    ...{ id: row.id, title: row.title, target: row.target, finishedAt: row.finishedAt.toISOString() },
    exhausted: analyseLoad(record).exhausted,
    cpus: record.machine?.cores ?? Number.POSITIVE_INFINITY,
    databaseTime,
  };
}

/** Rates of the last hour, or why there are none. */
async function trafficOf(
  store: Store,
  { stack, targets }: RecommendFacts['gathered'],
  now: Date,
): Promise<TrafficFacts | string> {
  const [service, ...services] = targets.filter((t) => t.kind === 'http');
  const [database, ...databases] = targets.filter((t) => t.kind === 'postgres');
  if (!service || !database) return 'The stack has no service with a database beside it.';
  if (services.length + databases.length > 0)
    return 'With several services or databases a call cannot be told to belong to a request.';
  const from = new Date(now.getTime() - hourMs);
  const mean = async (metric: Parameters<typeof windowMean>[2]) =>
    windowMean(store, stack, metric, from, now);
  const [requests, medians, times, calls] = await Promise.all([
    mean('http.requests'),
    mean('http.p50'),
    mean('pg.database_time'),
    mean('pg.statement_calls'),
  ]);
  const whole = <T extends { label: string }>(all: readonly T[]): readonly T[] => {
    const together = all.filter((m) => m.label === '');
    return together.length > 0 ? together : all;
  };
  const rate = whole(requests).reduce((sum, m) => sum + m.mean, 0);
  if (requests.length === 0) return 'No requests were counted in the last hour.';
  const weights = new Map(requests.map((r) => [r.label, r.mean]));
  const weighed = whole(medians).map((m) => ({ ms: m.mean, weight: weights.get(m.label) ?? 0 }));
  const weight = weighed.reduce((sum, m) => sum + m.weight, 0);
  return {
    service: service.name,
    database: database.name,
    requests: rate,
    medianMs: weight > 0 ? weighed.reduce((sum, m) => sum + m.ms * m.weight, 0) / weight : null,
    databaseTime: times.find((t) => t.label === '')?.mean ?? null,
    calls: new Map(calls.map((c) => [c.label, c.mean])),
    at: now.toISOString(),
  };
}
