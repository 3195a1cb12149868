import type { ContainerSettings } from './container-settings';

/** A service of a compose project and what is changed of it. */
export interface Override {
  service: string;
  update: ContainerSettings;
}

/**
 * A compose override file with the settings of some services. Fields as in the Compose Specification, services: `mem_limit`,
 * `memswap_limit`, `cpus`, `cpu_quota`, `cpu_shares`, `restart`.
 */
export function overrideFile(overrides: readonly Override[]): string {
  const lines = overrides.flatMap(({ service, update }) => [
    `  ${/^[A-Za-z][\w-]*$/.test(service) ? service : JSON.stringify(service)}:`,
    ...composeFields(update).map(([name, value]) => `    ${name}: ${value}`),
  ]);
  return ['services:', ...lines, ''].join('\n');
}

/** Settings of a container as fields of a compose service, name and YAML text. */
export function composeFields(u: ContainerSettings): [string, string][] {
  const found: [string, string][] = [];
  if (u.Memory !== undefined) found.push(['mem_limit', String(u.Memory)]);
  if (u.MemorySwap !== undefined) found.push(['memswap_limit', String(u.MemorySwap)]);
  if (u.NanoCpus !== undefined) found.push(['cpus', String(u.NanoCpus / 1e9)]);
  if (u.CpuQuota !== undefined) found.push(['cpu_quota', String(u.CpuQuota)]);
  if (u.CpuShares !== undefined) found.push(['cpu_shares', String(u.CpuShares)]);
  if (u.RestartPolicy) {
    const { Name, MaximumRetryCount } = u.RestartPolicy;
    const count = Name === 'on-failure' && MaximumRetryCount > 0 ? `:${MaximumRetryCount}` : '';
    found.push(['restart', `"${Name}${count}"`]);
  }
  return found;
}
