import type { CacheView } from '@/lib/contracts/cache';
import { infoNumber } from '@/lib/targets/redis/info';

type Facts = CacheView['persistence'];
type Info = Record<string, string>;

const moment = (seconds: number | null) =>
  seconds === null || seconds <= 0 ? 'never' : new Date(seconds * 1000).toISOString();

/**
 * What INFO tells of snapshots (RDB) and the append-only file. Times are ISO text.
 * @param startedAt when the server started, s since the epoch, where it is known
 */
export function persistenceFacts(
  info: Info,
  config: Record<string, string> | null,
  startedAt: number | null,
): Facts {
  const facts: Facts = [];
  const add = (label: string, value: string | undefined, bad = false) => {
    if (value !== undefined) facts.push({ label, value, bad });
  };
  add('Snapshots are taken', config?.save === undefined ? undefined : saveRules(config.save));
  const saved = infoNumber(info, 'rdb_last_save_time');
  // A server that never saved gives the time of its own start.
  const never = saved !== null && startedAt !== null && saved <= startedAt + 2;
  add('Last snapshot', saved === null ? undefined : never ? 'none since its start' : moment(saved));
  const status = info.rdb_last_bgsave_status;
  if (!never || status !== 'ok') add('It went', status, status !== undefined && status !== 'ok');
  const changes = infoNumber(info, 'rdb_changes_since_last_save');
  add('Changes since', changes === null ? undefined : new Intl.NumberFormat('en').format(changes));
  add(
    'Append-only file',
    info.aof_enabled === undefined ? undefined : info.aof_enabled === '1' ? 'on' : 'off',
  );
  if (info.aof_enabled === '1') {
    const rewrite = info.aof_last_bgrewrite_status;
    const write = info.aof_last_write_status;
    add('Synced to disk', config?.appendfsync);
    add('Last rewrite went', rewrite, rewrite !== undefined && rewrite !== 'ok');
    add('Last write went', write, write !== undefined && write !== 'ok');
  }
  return facts;
}

/** `save` is pairs of seconds and changes; empty means never. */
function saveRules(save: string): string {
  const numbers = save.trim().split(/\s+/).filter(Boolean);
  if (numbers.length === 0) return 'never';
  const rules: string[] = [];
  for (let i = 0; i + 1 < numbers.length; i += 2) {
    rules.push(`after ${numbers[i]} s with ${numbers[i + 1]} changes`);
  }
  return rules.join(', ');
}

/** What INFO tells of replication, as this server sees it. */
export function replicationFacts(info: Info): Facts {
  const facts: Facts = [];
  const role = info.role;
  if (role === undefined) return facts;
  facts.push({ label: 'Role', value: role === 'slave' ? 'replica' : role, bad: false });
  if (role === 'slave') {
    const link = info.master_link_status ?? 'unknown';
    facts.push({
      label: 'Primary',
      value: `${info.master_host ?? '?'}:${info.master_port ?? '?'}`,
      bad: false,
    });
    facts.push({ label: 'Link to it', value: link, bad: link !== 'up' });
    const behind = info.master_last_io_seconds_ago;
    if (behind !== undefined) facts.push({ label: 'Heard of it', value: `${behind} s ago`, bad: false });
  } else {
    facts.push({ label: 'Replicas', value: info.connected_slaves ?? '0', bad: false });
    for (const [name, value] of Object.entries(info)) {
      if (!/^slave\d+$/.test(name)) continue;
      const fields = Object.fromEntries(value.split(',').map((pair) => pair.split('=', 2)));
      const state = String(fields.state ?? 'unknown');
      facts.push({
        label: `${fields.ip ?? '?'}:${fields.port ?? '?'}`,
        value: `${state}, ${fields.lag ?? '?'} s behind`,
        bad: state !== 'online',
      });
    }
  }
  return facts;
}
