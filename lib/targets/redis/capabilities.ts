import type { Capabilities } from '@/lib/contracts/target';
import { type RedisConnection, type RedisSession, withRedis } from './connect';
import { parseInfo } from './info';

type Check = Capabilities['checks'][number];

/**
 * What Ratchet can do on this Redis server. Reads only: whether CONFIG SET is allowed is asked of ACL DRYRUN
 * (Redis 7), or told as unknown.
 * @throws AppError unreachable | timeout | privilege-missing | bad-input
 */
export function testRedis(connection: RedisConnection): Promise<Capabilities> {
  return withRedis(connection, async (session) => {
    const info = parseInfo(await session.redis.info());
    const name = info.server_name === 'valkey' || info.valkey_version ? 'Valkey' : 'Redis';
    return {
      version: `${name} ${info.valkey_version ?? info.redis_version ?? '?'}`,
      checks: [
        await allowed(session, 'read settings', ['config', 'get', 'maxmemory'], 'allow CONFIG GET'),
        await allowed(session, 'read slow log', ['slowlog', 'len'], 'allow SLOWLOG'),
        await allowed(
          session,
          'sample keys',
          ['scan', '0', 'count', '1'],
          'allow SCAN, TTL, TYPE, MEMORY USAGE',
        ),
        await mayChange(session),
        role(info.role),
        ...(info.cluster_enabled === '1' ? [await clusterNode(session)] : []),
      ],
    };
  });
}

async function allowed(
  session: RedisSession,
  name: string,
  command: string[],
  enable: string,
): Promise<Check> {
  try {
    await session.redis.call(command[0] ?? '', ...command.slice(1));
    return { name, ok: true, detail: `${command.slice(0, 2).join(' ').toUpperCase()} answers` };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return {
      name,
      ok: false,
      detail,
      enable: `As an admin of the server ${enable} for this user (ACL SETUSER).`,
    };
  }
}

async function mayChange(session: RedisSession): Promise<Check> {
  const name = 'change settings';
  try {
    const user = await session.redis.call('acl', 'whoami');
    const answer = await session.redis.call('acl', 'dryrun', String(user), 'config', 'set', 'maxmemory', '0');
    if (answer === 'OK') return { name, ok: true, detail: 'CONFIG SET is allowed' };
    return {
      name,
      ok: false,
      detail: String(answer),
      enable: `ACL SETUSER ${String(user)} +config|set +config|rewrite`,
    };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name, ok: true, detail: `not known before it is tried (${detail})` };
  }
}

function role(found: string | undefined): Check {
  const ok = found === 'master';
  return {
    name: 'primary server',
    ok,
    detail: `role ${found ?? 'unknown'}`,
    ...(ok ? {} : { enable: 'Give the address of the primary server for changes.' }),
  };
}

/** A node is watched like a server; the keys of the others are not in it. */
async function clusterNode({ redis }: RedisSession): Promise<Check> {
  const name = 'whole cluster';
  const enable = 'Add each node of the cluster as a target of its own, in one stack.';
  try {
    const found = parseInfo(String(await redis.cluster('INFO')));
    const [nodes, slots] = [found.cluster_known_nodes ?? '?', found.cluster_slots_assigned ?? '?'];
    const detail = `one node of ${nodes}, cluster ${found.cluster_state ?? '?'}, ${slots} of 16384 slots assigned: only what this node holds is seen`;
    return { name, ok: nodes === '1', detail, ...(nodes === '1' ? {} : { enable }) };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name, ok: false, detail: `a node of a cluster (${detail})`, enable };
  }
}
