import type { Finding } from '@/lib/contracts/finding';
import { count, finding } from '../../finding';
import type { Rule, RuleResult } from '../../types';
import { configMissing } from './config-missing';
import type { RedisContext } from './types';

const id = 'redis/client-churn';
const mostFromOne = 100;
/** New connections a second; as for Postgres. */
const mostNew = 1;
/** New connections for each that is open: with fewer they stay. */
const shortLived = 2;
/** Shorter windows have too few connections to tell a rate, s. */
const leastSeconds = 1;
const fewestNew = 20;
const idleSeconds = 300;
/** A few idle connections are the rest of a pool. */
const fewestIdle = 10;
/** Longer than a pool keeps a connection unused, s. */
const timeoutSeconds = 600;

/** Too many connections, too short ones, or ones that are never closed. */
export const clientChurn: Rule<RedisContext> = {
  meta: {
    id,
    title: 'Connections of clients',
    kind: 'redis',
    needs: ['CLIENT LIST', 'CONFIG GET'],
    thresholds: [
      { name: 'connections from one address', value: mostFromOne, unit: '', source: 'Ratchet' },
      { name: 'new connections', value: mostNew, unit: '/s', source: 'Ratchet, as for Postgres' },
      { name: 'new connections for one open', value: shortLived, unit: '', source: 'Ratchet' },
      { name: 'idle with timeout 0', value: idleSeconds, unit: 's', source: 'Ratchet' },
      { name: 'idle connections', value: fewestIdle, unit: '', source: 'Ratchet' },
    ],
  },
  check(context) {
    const { target, snapshot } = context;
    const findings = [...churning(context), ...crowded(context), ...idling(context)];
    const cannotCheck: RuleResult['cannotCheck'] = [];
    if (snapshot.clients === null)
      cannotCheck.push({
        id,
        target,
        reason: `The connections cannot be listed: ${snapshot.clientsMissing ?? 'unknown reason'}`,
        enable: 'ACL SETUSER <user> +client|list',
      });
    else if (snapshot.config === null)
      cannotCheck.push({ ...configMissing(id, context), subjects: ['timeout'] });
    return { findings, cannotCheck };
  },
};

function crowded({ target, snapshot }: RedisContext): Finding[] {
  return (snapshot.clients?.addresses ?? [])
    .filter((a) => a.connections > mostFromOne)
    .map(({ address, connections }) =>
      finding({
        id,
        severity: 'medium',
        target,
        subject: address,
        title: `${count(connections)} connections come from ${address}`,
        detail:
          'One connection with pipelining, or a pool of a few, serves a process. Each connection costs memory and takes one of maxclients.',
        evidence: [{ label: 'connections', value: connections, unit: '' }],
        weight: Math.min(1, connections / 10_000),
      }),
    );
}

function churning({ target, snapshot }: RedisContext): Finding[] {
  const { recent } = snapshot;
  const open = Number(snapshot.info.connected_clients) || 0;
  if (recent === null || recent.seconds < leastSeconds || recent.newConnections < fewestNew) return [];
  const rate = recent.newConnections / recent.seconds;
  if (rate <= mostNew || recent.newConnections < shortLived * open) return [];
  return [
    finding({
      id,
      severity: rate > 10 ? 'medium' : 'low',
      target,
      subject: 'connections',
      title: `${rate.toFixed(1)} connections a second are opened and soon closed`,
      detail:
        'Connecting takes several round trips, more with TLS and a password, before the first command. Keep connections open, in a pool.',
      evidence: [
        { label: 'new connections', value: rate, unit: '/s' },
        { label: 'observed for', value: recent.seconds, unit: 's' },
        { label: 'connections open', value: open, unit: '' },
      ],
      weight: Math.min(1, rate / 100),
    }),
  ];
}

function idling({ target, snapshot }: RedisContext): Finding[] {
  if (snapshot.config?.timeout !== '0' || snapshot.clients === null) return [];
  const idle = snapshot.clients.idleSeconds.filter((s) => s >= idleSeconds);
  const longest = idle[0];
  if (longest === undefined || idle.length < fewestIdle) return [];
  return [
    finding({
      id,
      severity: 'low',
      target,
      subject: 'timeout',
      title: `${count(idle.length)} connections have been idle for ${idleSeconds / 60} minutes or more and are never closed`,
      detail: `With timeout 0 a connection that its client has forgotten stays for ever. After ${timeoutSeconds} s a client that comes back has to connect anew; subscribers and replicas are left alone.`,
      evidence: [
        { label: 'timeout', value: 0, unit: 's' },
        { label: 'idle connections', value: idle.length, unit: '' },
        { label: 'longest idle', value: longest, unit: 's' },
      ],
      weight: idle.length / Math.max(1, snapshot.clients.connections),
      optimizations: ['redis/set-config'],
      facts: { setting: 'timeout', value: String(timeoutSeconds) },
    }),
  ];
}
