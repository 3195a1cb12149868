import { z } from 'zod';
import type { ConfigEntry, ConfigFile } from '@/lib/contracts/configuration';
import type { Finding } from '@/lib/contracts/finding';
import type { RedisSnapshot } from '@/lib/contracts/redis-snapshot';
import { commented, inFileName } from './text';

/** What the redis.conf of a server is made from. */
export interface RedisFacts {
  target: string;
  snapshot: RedisSnapshot;
  /** Its open findings, with their facts. */
  findings: readonly Finding[];
  /** Settings that an applied change has set, which a restart forgets. */
  applied: readonly { setting: string; value: string }[];
}

const One = z.object({ setting: z.string().regex(/^[a-z][a-z0-9-]*$/), value: z.string().min(1) });
const Wanted = z.union([z.object({ settings: z.array(One) }), One.transform((one) => ({ settings: [one] }))]);

/** Connections that arrive in so long must find room while the server is busy with one command, s. Ours. */
const busySeconds = 1;
/** Shorter windows do not tell a rate, s. As in redis/client-churn. */
const shortestWindow = 10;

/**
 * What the findings of a server propose as lines of redis.conf: also what can only be given at its start, and what a
 * change has set in the running server alone.
 */
export function redisFile({ target, snapshot, findings, applied }: RedisFacts): ConfigFile {
  const { config } = snapshot;
  const entries: ConfigEntry[] = [];
  const put = (entry: ConfigEntry) => {
    if (!entries.some((e) => e.name === entry.name)) entries.push(entry);
  };
  for (const finding of findings) {
    const wanted = finding.optimizations.includes('redis/set-config')
      ? Wanted.safeParse(finding.facts).data
      : undefined;
    for (const { setting, value } of wanted?.settings ?? []) {
      const runs = config?.[setting];
      if (runs === undefined || runs === value) continue;
      put({ name: setting, runs, proposed: value, source: finding.id, why: finding.title });
    }
  }
  const backlog = backlogEntry(snapshot);
  if (backlog) put(backlog);
  for (const { setting, value } of applied) {
    if (config?.[setting] !== value) continue;
    put({
      name: setting,
      runs: value,
      proposed: value,
      source: 'redis/set-config',
      why: 'a change that is applied holds until the server restarts; this line keeps it',
    });
  }
  const file = snapshot.info.config_file;
  const isEmpty = entries.length === 0;
  return {
    name: `${inFileName(target)}.redis.conf`,
    title: `Lines for redis.conf of ${target}`,
    target,
    comparedAt: snapshot.takenAt,
    entries,
    text: isEmpty
      ? null
      : `${entries.flatMap((e) => [...commented('#', e), `${e.name} ${confValue(e.proposed)}`, '']).join('\n')}`,
    nothing: !isEmpty
      ? null
      : config === null
        ? `The settings of the server may not be read: ${snapshot.configMissing ?? 'CONFIG GET is refused'}.`
        : 'No open finding proposes a setting of Redis, and no applied change needs to be kept.',
    inverse: null,
    notes: isEmpty
      ? []
      : [
          file
            ? `The server was started with ${file}.`
            : 'The server was started without a configuration file: start it as redis-server FILE.',
        ],
  };
}

/** redis.conf takes quoted values with C escapes; plain words stay as they are. */
const confValue = (value: string) => (/^[\w.:/@*+-]+$/.test(value) ? value : JSON.stringify(value));

/**
 * tcp-backlog (only at start) against the rate of new connections: what arrives within a second is to fit. Redis's own
 * redis.conf asks for a high backlog where connections come fast, and for net.core.somaxconn to be as high.
 */
function backlogEntry({ config, recent }: RedisSnapshot): ConfigEntry | null {
  const present = Number(config?.['tcp-backlog'] ?? Number.NaN);
  if (recent === null || recent.seconds < shortestWindow || !(present > 0)) return null;
  const rate = recent.newConnections / recent.seconds;
  const wanted = 2 ** Math.ceil(Math.log2(Math.max(1, rate * busySeconds)));
  if (rate * busySeconds <= present) return null;
  return {
    name: 'tcp-backlog',
    runs: String(present),
    proposed: String(wanted),
    source: 'new connections, measured',
    why: `${rate.toFixed(0)} new connections a second over ${recent.seconds.toFixed(0)} s; those of one second are to fit; only at start, and net.core.somaxconn must be as high`,
  };
}
