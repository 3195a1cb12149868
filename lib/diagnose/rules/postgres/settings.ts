import type { CannotCheck, Finding } from '@/lib/contracts/finding';
import { finding } from '../../finding';
import { adviseSettings, farFactor, type SettingAdvice } from '../../server-settings/formulas';
import { configurationFragment } from '../../server-settings/fragment';
import type { PostgresContext, Rule } from '../../types';

const id = 'postgres/settings';
/** Calls from which the mean time says something of the workload, and below which it is one of short statements. */
const fewestCalls = 1_000;
const shortMs = 50;

/** Settings that must be on, and what being off risks. */
const mustBeOn: Record<string, string> = {
  fsync: 'After a crash of the machine the database may be corrupt beyond repair.',
  full_page_writes: 'After a crash of the machine pages may be torn and data lost.',
  autovacuum: 'Dead rows pile up, statistics grow old, and in the end transaction ids run out.',
};

const ofMemory = [
  'shared_buffers',
  'effective_cache_size',
  'maintenance_work_mem',
  'work_mem',
  'wal_buffers',
];
const ofStorage = ['random_page_cost', 'effective_io_concurrency'];
/**
 * What the planner takes the machine to be: it decides which indexes are worth it. Not work_mem, which also changes
 * what execution does: it alone made one of the 22 queries of `npm run bench -- advise` slower, and the others would have to go
 * back with it.
 */
const ofPlanner = ['random_page_cost', 'effective_cache_size', 'effective_io_concurrency', 'jit'];

/** Server settings that put the data at risk, and those far from what the machine calls for. */
export const settings: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Server settings',
    kind: 'postgres',
    needs: ['memory and storage of the server: seen on this machine, or stated for the target'],
    thresholds: [
      { name: 'fsync, full_page_writes or autovacuum off', value: 0, unit: '', source: 'pgtune, pganalyze' },
      {
        name: 'times away from the formulas',
        value: farFactor,
        unit: '',
        source: 'formulas: pgtune, web profile; the factor: Ratchet',
      },
      { name: 'mean time below which jit is in the way', value: shortMs, unit: 'ms', source: 'Ratchet' },
    ],
  },
  check(context) {
    const { target, snapshot, machine, live } = context;
    const off = snapshot.settings.filter((s) => s.name in mustBeOn && s.value === 'off');
    const advice = adviseSettings(snapshot, machine, {
      oltp: live?.jitAvailable === true && isShort(context),
      connectionsUsed: live?.connections.used ?? null,
    });
    const settable = advice.filter((a) => a.fixedBy === null);
    const byReload = settable.filter((a) => a.takesEffect === 'reload');
    const isOfPlanner = (a: SettingAdvice) => ofPlanner.includes(a.name);
    const change = 'postgres/change-settings';
    const carried: CarriedChange[] = [
      { optimization: change, change: 'planner', settings: byReload.filter(isOfPlanner) },
      { optimization: change, change: 'tuned', settings: byReload.filter((a) => !isOfPlanner(a)) },
      ...(context.restartable
        ? [
            {
              optimization: 'postgres/restart-settings',
              change: 'tuned-restart',
              settings: settable.filter((a) => a.takesEffect === 'restart'),
            },
          ]
        : []),
    ];
    return {
      findings: [
        ...off.map((s) => dangerous(target, s.name, s.value, s.source, mustBeOn[s.name] ?? '')),
        ...advice.map((a) => tuned(context, a, carried.find((c) => c.settings.includes(a)) ?? null)),
      ],
      cannotCheck: unknown(context),
    };
  },
};

function dangerous(target: string, name: string, value: string, source: string, risk: string): Finding {
  const fixed = source === 'command line';
  return finding({
    id,
    severity: 'critical',
    target,
    subject: name,
    title: `${name} is off`,
    detail: fixed
      ? `${risk} It is given on the command line of the server: take it out there and restart.`
      : `${risk} ALTER SYSTEM SET ${name} = on; SELECT pg_reload_conf();`,
    evidence: [
      { label: name, value, unit: '' },
      { label: 'set by', value: source, unit: '' },
    ],
    optimizations: fixed ? [] : ['postgres/change-settings'],
    facts: {
      change: name,
      settings: [{ name, current: 'off', proposed: 'on', why: risk, takesEffect: 'reload' }],
    },
  });
}

/** The change that sets some of the advised settings; the finding of the first of them carries it. */
interface CarriedChange {
  optimization: string;
  change: string;
  settings: SettingAdvice[];
}

function tuned(
  { target, snapshot, machine }: PostgresContext,
  a: SettingAdvice,
  change: CarriedChange | null,
): Finding {
  const carrier = change?.settings[0]?.name;
  const how =
    a.fixedBy !== null
      ? `It is given by the ${a.fixedBy} of the server, where ALTER SYSTEM does not reach: change it there and restart.`
      : a.takesEffect === 'restart' && change !== null
        ? 'It takes effect at a restart of the server, which Ratchet runs: the button sets all such settings as one change and restarts it, once that is confirmed.'
        : a.takesEffect === 'restart'
          ? 'It takes effect at a restart of the server, so there is no button for it: add the lines below to postgresql.conf, or ALTER SYSTEM SET it, and restart when that suits.'
          : change?.change === 'planner'
            ? 'It takes effect at a reload, without a restart. The settings that say what the machine is like are one change, with one way back; a pass tries it first, since it decides which indexes are worth it.'
            : 'It takes effect at a reload, without a restart. All such settings are one change, with one way back.';
  const stored = snapshot.settings.find((s) => s.name === a.name);
  return finding({
    id,
    severity: a.name === 'shared_buffers' || a.name === 'work_mem' ? 'medium' : 'low',
    target,
    subject: a.name,
    title: `${a.name} is ${a.current}; this server calls for ${a.proposed}`,
    detail: `${a.effect} ${how}`,
    evidence: [
      { label: 'current', value: a.current, unit: '' },
      { label: 'proposed', value: a.proposed, unit: '' },
      { label: 'formula', value: a.why, unit: '' },
      { label: 'takes effect at a', value: a.takesEffect, unit: '' },
      { label: 'set by', value: stored?.source ?? 'not known', unit: '' },
      ...(ofMemory.includes(a.name) && machine?.memory
        ? [
            { label: 'memory of the server', value: machine.memory.bytes, unit: 'bytes' },
            { label: 'which is the', value: machine.memory.source, unit: '' },
          ]
        : []),
      { label: 'postgresql.conf', value: configurationFragment([a]), unit: '' },
    ],
    ...(change !== null && a.name === carrier
      ? {
          optimizations: [change.optimization],
          facts: {
            change: change.change,
            settings: change.settings,
            // What restarts the server is no arm of a trial, and no step of Optimize all.
            statements: a.takesEffect === 'restart' ? [] : heaviest(snapshot),
            ...(change.change === 'planner'
              ? { first: true, purpose: 'so that plans are chosen for this machine' }
              : {}),
          },
        }
      : {}),
    ...(a.name !== carrier && carrier !== undefined ? { related: [`${id}:${target}:${carrier}`] } : {}),
  });
}

/** Statements by which a trial of the settings is judged: those that spill, then those with most time. */
function heaviest(snapshot: PostgresContext['snapshot']): string[] {
  const statements = snapshot.statements ?? [];
  const spilling = statements.filter((s) => s.tempBlksWritten > 0 && s.calls >= 10);
  return [...new Set([...spilling, ...statements].map((s) => s.queryId))].slice(0, 3);
}

/** The workload is one of short statements, by the mean over all calls. */
function isShort({ snapshot }: PostgresContext): boolean {
  const calls = (snapshot.statements ?? []).reduce((sum, s) => sum + s.calls, 0);
  return calls >= fewestCalls && snapshot.statementsTotalMs / calls < shortMs;
}

function unknown({ target, machine }: PostgresContext): CannotCheck[] {
  const missing: CannotCheck[] = [];
  const state = (option: string, flag: string) =>
    `State it: ratchet targets add … ${flag}, or "${option}" in the target's options; for one diagnosis: ratchet diagnose --pg URL ${flag}.`;
  if (!machine?.memory)
    missing.push({
      id,
      target,
      reason: `Memory of the server is not known: it does not run in sight of Ratchet. ${ofMemory.join(', ')} were not judged.`,
      enable: state('memoryBytes', '--pg-memory 8GB'),
      subjects: ofMemory,
    });
  if (!machine?.storage)
    missing.push({
      id,
      target,
      reason: `The kind of storage of the server is not known. ${ofStorage.join(' and ')} were not judged.`,
      enable: state('storage', '--pg-storage ssd|disk'),
      subjects: ofStorage,
    });
  return missing;
}
