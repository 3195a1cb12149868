import { z } from 'zod';
import type { ChangePlan } from '@/lib/contracts/change';
import type { ConfigFile, Configuration } from '@/lib/contracts/configuration';
import { AppError } from '@/lib/contracts/error';
import type { Finding } from '@/lib/contracts/finding';
import type { TargetKind } from '@/lib/contracts/target';
import { type DiagnoseTarget, diagnose } from '@/lib/diagnose/run';
import { settingOfFinding } from '@/lib/diagnose/server-settings/of-finding';
import { ContainerSettings } from '@/lib/optimize/docker/container-settings';
import type { Store } from '@/lib/store/client';
import { composeFiles } from './compose';
import { type Gathered, type GatheredTarget, gather } from './gather';
import { poolFile } from './pgbouncer';
import { postgresFiles } from './postgres';
import { prometheusRules } from './prometheus-rules';
import { redisFile } from './redis';

/**
 * The configuration files of a stack, from what is kept of it: open findings, the newest readings, the samples of the last
 * 7 days, applied changes and alert rules. Asks nothing of any target and writes nothing.
 * @throws AppError not-found when there is no such stack
 */
export async function configurationOf(store: Store, stack: string, now = new Date()): Promise<Configuration> {
  return build(await gather(store, stack, now));
}

/** One file of it, or the inverse of one, by name. @throws AppError not-found */
export async function configurationText(store: Store, stack: string, name: string): Promise<string> {
  const { files } = await configurationOf(store, stack);
  const inverse = files.find((f) => f.inverse?.name === name)?.inverse;
  if (inverse) return inverse.text;
  const file = files.find((f) => f.name === name);
  if (!file)
    throw new AppError('not-found', `The stack ${stack} has no configuration file ${name}.`, {
      field: 'file',
    });
  if (file.text === null)
    throw new AppError('not-found', `${name}: ${file.nothing ?? 'nothing is proposed.'}`);
  return file.text;
}

async function build(of: Gathered): Promise<Configuration> {
  const files: ConfigFile[] = [];
  for (const target of of.targets) files.push(...(await filesOf(of, target)));
  files.push(prometheusRules(of.stack, of.rules));
  return { stack: of.stack, files, dashboards: dashboardsOf(of.targets.map((t) => t.kind)) };
}

async function filesOf(of: Gathered, target: GatheredTarget): Promise<ConfigFile[]> {
  const { name, postgres, redis, docker } = target;
  if (postgres) {
    const open = of.findings.filter((f) => f.target === name);
    const found = open.flatMap((f) => settingOfFinding(f) ?? []);
    const { connections } = target;
    return [
      ...postgresFiles({ target: name, snapshot: postgres, found }),
      poolFile({
        ...{ target: name, address: target.address, snapshot: postgres },
        connections: connections['pg.connections'] ?? null,
        active: connections['pg.connections_active'] ?? null,
        idleInTransaction: connections['pg.connections_idle_in_transaction'] ?? null,
        // A service that opens a connection a request is answered by a pool before its database.
        findings: of.findings.filter((f) => f.target === name || f.id === 'http/connection-per-request'),
      }),
    ];
  }
  if (redis)
    return [
      redisFile({
        ...{ target: name, snapshot: redis, applied: appliedRedis(target.applied) },
        findings: await openOf(of, target, redis),
      }),
    ];
  if (docker)
    return composeFiles({
      ...{
        target: name,
        snapshot: docker,
        memory: target.memory,
        remade: target.remade,
        applied: appliedDocker(target.applied),
      },
      findings: await openOf(of, target, docker),
    });
  return [];
}

/** The rules of these kinds are pure: run on the reading again, they give the facts that the store does not keep. */
async function openOf(of: Gathered, target: GatheredTarget, snapshot: unknown): Promise<Finding[]> {
  const { name, kind, memory, cpu, memoryBytes } = target;
  const input: DiagnoseTarget = { name, kind, snapshot, memory, cpu, machine: { memoryBytes } };
  const { findings } = await diagnose({ targets: [input] });
  const open = new Set(of.findings.map((f) => f.key));
  return findings.filter((f) => open.has(f.key));
}

const RedisSettings = z.object({
  settings: z.array(z.object({ setting: z.string().regex(/^[a-z][a-z0-9-]*$/), value: z.string().min(1) })),
});

function appliedRedis(plans: readonly ChangePlan[]) {
  return (
    plans
      // What the server has written to its own redis.conf needs no line here.
      .filter((p) => p.optimization === 'redis/set-config' && !p.configFile?.written)
      .flatMap((p) => RedisSettings.safeParse(p.facts).data?.settings ?? [])
  );
}

const Updated = z.object({ container: z.string(), update: ContainerSettings });

function appliedDocker(plans: readonly ChangePlan[]) {
  return plans
    .filter((p) => p.optimization === 'docker/update-container')
    .flatMap((p) => Updated.safeParse(p.facts).data ?? []);
}

const dashboards: { name: string; title: string; kind: TargetKind | null }[] = [
  { name: 'ratchet-overview.json', title: 'Overview', kind: null },
  { name: 'ratchet-postgres.json', title: 'PostgreSQL', kind: 'postgres' },
  { name: 'ratchet-redis.json', title: 'Redis', kind: 'redis' },
  { name: 'ratchet-containers.json', title: 'Containers', kind: 'docker' },
  { name: 'ratchet-services.json', title: 'Services', kind: 'http' },
];

function dashboardsOf(kinds: readonly TargetKind[]): Configuration['dashboards'] {
  return dashboards
    .filter((d) => d.kind === null || kinds.includes(d.kind))
    .map(({ name, title }) => ({ name, title, path: `/grafana/${name}` }));
}
