import type Docker from 'dockerode';
import type pg from 'pg';
import { AppError } from '@/lib/contracts/error';
import type { Store } from '@/lib/store/client';
import { readContainerFile } from '@/lib/targets/docker/one-file';
import type { Target } from '@/lib/targets/registry';

/** A container that a database server runs in, and its data folder inside. */
export interface ServerContainer {
  container: Docker.Container;
  name: string;
  dataDir: string;
  /** The signal that has the server stop at once and in order, where the image does not name one. */
  signal: string | undefined;
}

const local = new Set(['localhost', '127.0.0.1', '::1']);

/** The address of a server as the containers of an engine may have it. */
export interface ServerAddress {
  host: string;
  port: number;
}

/** What tells one cluster from all others, and where its files are. */
const identitySql = `select /* ratchet */ (select system_identifier::text from pg_catalog.pg_control_system()) as system,
  (select setting from pg_catalog.pg_settings where name = 'data_directory') as dir`;

/**
 * The container of an engine that runs the server of this connection: it has the server's address, and its data folder
 * holds the cluster with the server's system identifier. Null when no container has both.
 * @throws AppError 'unsupported' for a container that would not come back as it is; the engine's own errors
 */
export async function findServerContainer(
  store: Store,
  docker: Docker,
  engine: { host: string; prefix: string },
  address: ServerAddress,
  client: pg.Client,
): Promise<ServerContainer | null> {
  const { rows } = await client.query<{ system: string; dir: string | null }>(identitySql);
  const { system, dir } = rows[0] ?? { system: '', dir: null };
  if (dir === null)
    throw new AppError(
      'privilege-missing',
      'The operator role may not see where the server keeps its files: GRANT pg_read_all_settings to it.',
    );
  if ((await systemOfStore(store)) === system)
    throw new AppError(
      'unsupported',
      'Ratchet keeps its own records on this server, and does not restart it.',
    );
  for (const info of await docker.listContainers()) {
    const name = (info.Names[0] ?? info.Id).replace(/^\//, '');
    if (!name.startsWith(engine.prefix) || !hasAddress(info, address, engine.host)) continue;
    const container = docker.getContainer(info.Id);
    if ((await systemIn(container, dir)) !== system) continue;
    return { container, name, dataDir: dir, signal: await checked(container, name, info, address) };
  }
  return null;
}

/** Whether a server in this container can be reached at the address, by a published port, by name or by the host's network. */
export function hasAddress(
  info: Pick<Docker.ContainerInfo, 'Names' | 'Ports' | 'NetworkSettings' | 'HostConfig'>,
  { host, port }: ServerAddress,
  engineHost: string,
): boolean {
  const ofHost = local.has(host) || host === engineHost;
  const networks = Object.values(info.NetworkSettings?.Networks ?? {});
  return (
    (ofHost && info.Ports.some((p) => p.Type === 'tcp' && p.PublicPort === port)) ||
    (ofHost && info.HostConfig.NetworkMode === 'host') ||
    info.Names.includes(`/${host}`) ||
    networks.some((n) => n.IPAddress === host || (n.Aliases ?? []).includes(host))
  );
}

/** The system identifier is what a cluster's control file begins with (src/include/catalog/pg_control.h), here little-endian. */
async function systemIn(container: Docker.Container, dataDir: string): Promise<string | null> {
  try {
    const { content } = await readContainerFile(container, `${dataDir}/global/pg_control`);
    return content.length >= 8 ? content.readBigUInt64LE(0).toString() : null;
  } catch {
    return null;
  }
}

/** @throws AppError 'unsupported' for a container that a restart, or a server that does not start, would change or remove. */
async function checked(
  container: Docker.Container,
  name: string,
  info: Docker.ContainerInfo,
  { host, port }: ServerAddress,
): Promise<string | undefined> {
  const { HostConfig, Config, NetworkSettings } = await container.inspect();
  const refuse = (why: string) =>
    new AppError('unsupported', `The container ${name} is not restarted: ${why}.`);
  if (HostConfig.AutoRemove) throw refuse('it was started with --rm and is removed when its server ends');
  const published = info.Ports.find((p) => p.PublicPort === port)?.PrivatePort;
  const bindings: { HostPort?: string }[] = HostConfig.PortBindings?.[`${published}/tcp`] ?? [];
  if (published !== undefined && !bindings.some((b) => b.HostPort === String(port)))
    throw refuse('its published port is chosen anew at each start. Publish a fixed port');
  const byAddress = Object.values(NetworkSettings.Networks).find((n) => n.IPAddress === host);
  if (byAddress && byAddress.IPAMConfig?.IPv4Address !== host)
    throw refuse('its address is given anew at each start. Give it a fixed one, or name the container');
  return 'StopSignal' in Config && Config.StopSignal ? undefined : 'SIGINT';
}

async function systemOfStore(store: Store): Promise<string | null> {
  const { rows } = await store.pool.query<{ system: string }>(
    'select system_identifier::text as system from pg_catalog.pg_control_system()',
  );
  return rows[0]?.system ?? null;
}

/** Host and port of a target's connection for changes. */
export function serverAddress({ connection }: Target): ServerAddress | null {
  if (connection.kind !== 'postgres') return null;
  const url = new URL(connection.operatorUrl ?? connection.url);
  const host = url.searchParams.get('host') ?? (url.hostname.replace(/^\[|\]$/g, '') || 'localhost');
  // A folder of sockets leads to no container that could be told by its address.
  return host.startsWith('/') ? null : { host, port: Number(url.port || 5432) };
}
