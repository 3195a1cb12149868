import type { CannotCheck, Finding } from '@/lib/contracts/finding';
import { infoFields } from '@/lib/targets/redis/info';
import { count, finding } from '../../finding';
import type { Rule } from '../../types';
import type { RedisContext } from './types';

const id = 'redis/slow-commands';
const slowMs = 10;
/** Entries older than this tell nothing of now, ms. */
const recentMs = 60 * 60_000;
/** Calls of KEYS from which it is part of a program and not someone looking. */
const fewestCalls = 10;
/** Mean time of SMEMBERS and HGETALL from which they read large keys whole, µs. */
const unboundedMicros = 1_000;
const unbounded = ['SMEMBERS', 'HGETALL'];

/** Commands during which nobody else is served. */
export const slowCommands: Rule<RedisContext> = {
  meta: {
    id,
    title: 'Slow commands',
    kind: 'redis',
    needs: ['SLOWLOG'],
    thresholds: [
      { name: 'one command', value: slowMs, unit: 'ms', source: 'RedisInsight' },
      { name: 'calls of KEYS', value: fewestCalls, unit: '', source: 'Ratchet' },
      { name: 'mean of SMEMBERS, HGETALL', value: unboundedMicros / 1000, unit: 'ms', source: 'Ratchet' },
    ],
  },
  check(context) {
    const missing = logMissing(context);
    const slow = inLog(context);
    const seen = new Set(slow.map((f) => f.subject));
    return {
      findings: [...slow, ...inStatistics(context).filter((f) => !seen.has(f.subject))],
      ...(missing ? { cannotCheck: [missing] } : {}),
    };
  },
};

function logMissing({ target, snapshot }: RedisContext): CannotCheck | null {
  if (snapshot.slowLogLength === null)
    return {
      id,
      target,
      reason:
        'The slow log may not be read; only KEYS, SMEMBERS and HGETALL are looked at, by their statistics.',
      enable: 'ACL SETUSER <user> +slowlog|get +slowlog|len',
    };
  const from = snapshot.config?.['slowlog-log-slower-than'];
  if (from === undefined || (Number(from) >= 0 && Number(from) <= slowMs * 1000)) return null;
  return {
    id,
    target,
    reason: `The server logs ${Number(from) < 0 ? 'no slow commands' : `commands from ${Number(from) / 1000} ms on only`}.`,
    enable: `CONFIG SET slowlog-log-slower-than ${slowMs * 1000}`,
  };
}

function inLog({ target, snapshot }: RedisContext): Finding[] {
  const now = Date.parse(snapshot.takenAt);
  const byCommand = new Map<string, number[]>();
  for (const { command, ms, at, own } of snapshot.slowLog) {
    if (own || ms < slowMs || now - Date.parse(at) > recentMs) continue;
    byCommand.set(command, [...(byCommand.get(command) ?? []), ms]);
  }
  return [...byCommand].map(([command, times]) => {
    const longest = Math.max(...times);
    return finding({
      id,
      severity: longest >= 10 * slowMs ? 'high' : 'medium',
      target,
      subject: command,
      title: `${command} held up the server for ${longest.toFixed(0)} ms`,
      detail: `While one command runs, no other is served. ${advice(command)}`,
      evidence: [
        { label: 'longest', value: longest, unit: 'ms' },
        { label: 'entries in the slow log of the last hour', value: times.length, unit: '' },
      ],
      weight: Math.min(1, times.reduce((sum, ms) => sum + ms, 0) / recentMs),
    });
  });
}

function inStatistics({ target, snapshot }: RedisContext): Finding[] {
  return ['KEYS', ...unbounded].flatMap((command) => {
    const text = snapshot.info[`cmdstat_${command.toLowerCase()}`];
    if (text === undefined) return [];
    const { calls = 0, usec = 0, usec_per_call: mean = 0 } = infoFields(text);
    const bad = calls >= fewestCalls && (command === 'KEYS' || mean >= unboundedMicros);
    if (!bad) return [];
    const uptime = Number(snapshot.info.uptime_in_seconds) || 0;
    return [
      finding({
        id,
        severity: 'medium',
        target,
        subject: command,
        title: `${command} was called ${count(calls)} times, ${(mean / 1000).toFixed(2)} ms each`,
        detail: `Counted since the server started or its statistics were reset. ${advice(command)}`,
        evidence: [
          { label: 'calls', value: calls, unit: '' },
          { label: 'mean', value: mean / 1000, unit: 'ms' },
        ],
        weight: uptime === 0 ? 0 : Math.min(1, usec / 1e6 / uptime),
      }),
    ];
  });
}

function advice(command: string): string {
  if (command === 'KEYS')
    return 'KEYS looks at every key of the database: use SCAN, or keep a set of the names.';
  if (command === 'SMEMBERS')
    return 'Read a large set in parts with SSCAN, or ask for what is needed: SISMEMBER.';
  if (command === 'HGETALL')
    return 'Read a large hash in parts with HSCAN, or only the fields needed: HMGET.';
  if (command === 'DEL') return 'UNLINK frees the memory in the background.';
  return 'Let it do less at a time.';
}
