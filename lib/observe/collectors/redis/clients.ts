import type { RedisClients, RedisSnapshot } from '@/lib/contracts/redis-snapshot';
import type { RedisSession } from '@/lib/targets/redis/connect';
import { infoNumber } from '@/lib/targets/redis/info';
import { permitted } from './permitted';

/** CLIENT LIST makes a line of some 300 bytes a connection, while the server does nothing else. */
const mostListed = 5_000;
const mostAddresses = 20;
const mostIdle = 1_000;

/** The connections of a server by address, from CLIENT LIST; what may not be read is told. */
export async function readClients(
  session: RedisSession,
  info: Record<string, string>,
): Promise<Pick<RedisSnapshot, 'clients' | 'clientsMissing'>> {
  const connected = infoNumber(info, 'connected_clients') ?? 0;
  if (connected > mostListed)
    return { clients: null, clientsMissing: `${connected} connections are more than Ratchet lists` };
  const { value, refused } = await permitted(() => session.redis.call('client', 'list'));
  return value === null
    ? { clients: null, clientsMissing: refused }
    : { clients: clientsOf(String(value)), clientsMissing: null };
}

/** Reads the lines of CLIENT LIST. Source of fields and flags: https://redis.io/docs/latest/commands/client-list/ */
export function clientsOf(list: string): RedisClients {
  const addresses = new Map<string, number>();
  const idleSeconds: number[] = [];
  let connections = 0;
  for (const line of list.split('\n')) {
    if (line.trim() === '') continue;
    const field = (name: string) => new RegExp(`(?:^| )${name}=(\\S*)`).exec(line)?.[1] ?? '';
    if (/^ratchet(-|$)/.test(field('name'))) continue;
    connections += 1;
    const address = field('addr').replace(/:\d+$/, '');
    addresses.set(address, (addresses.get(address) ?? 0) + 1);
    // S replica, M primary, O monitor, P subscriber, b waiting in a blocking command: idle as they should be.
    if (!/[SMOPb]/.test(field('flags'))) idleSeconds.push(Number(field('idle')) || 0);
  }
  return {
    connections,
    addresses: [...addresses]
      .map(([address, count]) => ({ address, connections: count }))
      .sort((a, b) => b.connections - a.connections || a.address.localeCompare(b.address))
      .slice(0, mostAddresses),
    idleSeconds: idleSeconds.sort((a, b) => b - a).slice(0, mostIdle),
  };
}
