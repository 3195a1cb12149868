import type { PostgresSnapshot } from '@/lib/contracts/postgres-snapshot';
import type { ServerMachine } from '@/lib/targets/postgres/server-machine';
import { settingOf, sizeOf, sizeText, valueText } from './values';

const MB = 2 ** 20;
const GB = 2 ** 30;

/** A setting that is far from what a formula gives. */
export interface SettingAdvice {
  name: string;
  /** As postgresql.conf writes it. */
  current: string;
  proposed: string;
  /** The formula, in words and figures. */
  why: string;
  takesEffect: 'reload' | 'restart';
  /** What the present value costs, in words. */
  effect: string;
  /** Given on the command line or the like, where ALTER SYSTEM does not reach. */
  fixedBy: string | null;
}

/** Farther from the formula than this factor is worth saying; below it the difference does not show. */
export const farFactor = 2;

type Draft = Omit<SettingAdvice, 'current' | 'takesEffect' | 'fixedBy'>;

/**
 * Settings against the formulas of pgtune's web profile (https://pgtune.leopard.in.ua, its published source):
 * shared_buffers = RAM/4, effective_cache_size = 3/4 RAM, maintenance_work_mem = RAM/16 up to 2 GB,
 * work_mem = (RAM − shared_buffers) ÷ ((max_connections + workers) × 3) from 4 MB on, wal_buffers = 3 % of shared_buffers
 * up to 16 MB, min/max_wal_size 1/4 GB, checkpoint_completion_target 0.9, max_connections 200;
 * random_page_cost 1.1 on SSD and 4 on disk; effective_io_concurrency 200 on SSD and 2 on disk, from PostgreSQL 18
 * on its own default of 16. Only settings that are a factor of two away are named. Without memory or storage known
 * the settings that hang on them are left out.
 */
export function adviseSettings(
  snapshot: PostgresSnapshot,
  machine: ServerMachine | null,
  o: { oltp: boolean; connectionsUsed: number | null },
): SettingAdvice[] {
  const drafts = [
    ...(machine?.memory ? ofMemory(snapshot, machine.memory.bytes) : []),
    ...(machine?.storage ? ofStorage(snapshot, machine.storage) : []),
    ...ofWal(snapshot, machine?.freeBytes ?? null),
    ...ofConnections(snapshot, o.connectionsUsed),
    ...(o.oltp && settingOf(snapshot, 'jit')?.value === 'on' ? [jit] : []),
  ];
  return drafts.flatMap((d) => {
    const setting = settingOf(snapshot, d.name);
    if (!setting || setting.pendingRestart) return [];
    const fixedBy = ['command line', 'environment variable', 'override'].includes(setting.source)
      ? setting.source
      : null;
    const takesEffect = setting.context === 'postmaster' ? 'restart' : 'reload';
    return [{ ...d, current: valueText(setting), takesEffect, fixedBy }];
  });
}

function ofMemory(snapshot: PostgresSnapshot, memory: number): Draft[] {
  const drafts: Draft[] = [];
  const size = (name: string) => sizeOf(settingOf(snapshot, name));
  const number = (name: string, fallback: number) => Number(settingOf(snapshot, name)?.value ?? fallback);
  const propose = (name: string, wanted: number, most: number, why: string, effect: string) => {
    const current = size(name);
    const target = floorTo(wanted, wanted >= GB ? 64 * MB : wanted >= 16 * MB ? MB : 64 * 1024);
    if (current === null || current < 0 || (current * farFactor > target && current <= most)) return;
    drafts.push({ name, proposed: sizeText(target), why, effect });
  };
  const buffers = memory / 4;
  propose(
    'shared_buffers',
    buffers,
    memory / 2,
    `memory ÷ 4 = ${human(memory)} ÷ 4`,
    'The cache that the server itself keeps.',
  );
  propose(
    'effective_cache_size',
    (memory * 3) / 4,
    memory,
    `3/4 of memory = 3/4 × ${human(memory)}`,
    'What the planner takes to be cached: too little makes index scans look dear. It takes no memory.',
  );
  propose(
    'maintenance_work_mem',
    Math.min(2 * GB, memory / 16),
    Math.max(2 * GB, memory / 4),
    `memory ÷ 16, at most 2 GiB = ${human(memory)} ÷ 16`,
    'Memory of VACUUM and of index builds.',
  );
  const connections = number('max_connections', 100);
  const workers = number('max_worker_processes', 8);
  const divisor = (connections + workers) * 3;
  const work = Math.max(4 * MB, (memory - buffers) / divisor);
  propose(
    'work_mem',
    work,
    // A statement may take it several times over: four times the formula can use up the memory.
    work * 4,
    `(memory − shared_buffers) ÷ ((max_connections + workers) × 3), at least 4 MiB = (${human(memory)} − ${human(buffers)}) ÷ ${divisor}`,
    'Memory of one sort or hash table before it goes to temporary files.',
  );
  const present = size('shared_buffers') ?? 0;
  propose(
    'wal_buffers',
    Math.min(16 * MB, present * 0.03),
    Number.POSITIVE_INFINITY,
    `3 % of shared_buffers, at most 16 MiB = 3 % × ${human(present)}`,
    'WAL that is gathered before it is written.',
  );
  return drafts;
}

function ofStorage(snapshot: PostgresSnapshot, storage: 'ssd' | 'disk'): Draft[] {
  const drafts: Draft[] = [];
  const cost = Number(settingOf(snapshot, 'random_page_cost')?.value ?? Number.NaN);
  const wanted = storage === 'ssd' ? 1.1 : 4;
  if (Number.isFinite(cost) && (cost >= wanted * farFactor || cost * farFactor <= wanted))
    drafts.push({
      name: 'random_page_cost',
      proposed: String(wanted),
      why: `${wanted} on ${storage === 'ssd' ? 'SSD' : 'rotating disks'}`,
      effect:
        'What the planner takes a random read to cost, in sequential reads: it decides between index and table scans.',
    });
  const io = Number(settingOf(snapshot, 'effective_io_concurrency')?.value ?? Number.NaN);
  // From 18 on the server's own default, 16, is made for asynchronous reads, and more is not said to help.
  const reads = storage === 'disk' ? 2 : snapshot.versionNumber >= 180000 ? 16 : 200;
  const far =
    storage === 'disk' && snapshot.versionNumber < 180000 ? io > 16 * reads : io * farFactor <= reads;
  if (Number.isFinite(io) && far)
    drafts.push({
      name: 'effective_io_concurrency',
      proposed: String(reads),
      why: `${reads} on ${storage === 'ssd' ? 'SSD' : 'rotating disks'}${snapshot.versionNumber >= 180000 ? ' (default of PostgreSQL 18)' : ''}`,
      effect: 'Reads that a bitmap scan has under way at once.',
    });
  return drafts;
}

function ofWal(snapshot: PostgresSnapshot, freeBytes: number | null): Draft[] {
  const drafts: Draft[] = [];
  const most = sizeOf(settingOf(snapshot, 'max_wal_size'));
  const least = sizeOf(settingOf(snapshot, 'min_wal_size'));
  // WAL may take that much of the disk: only where four times as much is free, or the disk is not in sight.
  const room = freeBytes === null || freeBytes >= 16 * GB;
  if (most !== null && most * farFactor <= 4 * GB && room)
    drafts.push({
      name: 'max_wal_size',
      proposed: '4GB',
      why: '4 GiB',
      effect:
        'WAL between two checkpoints: too little makes checkpoints come often, and pages are written whole after each.',
    });
  if (least !== null && least * farFactor <= GB && room)
    drafts.push({
      name: 'min_wal_size',
      proposed: '1GB',
      why: '1 GiB',
      effect: 'WAL files kept for reuse in place of being made anew.',
    });
  const target = Number(settingOf(snapshot, 'checkpoint_completion_target')?.value ?? Number.NaN);
  if (target < 0.85)
    drafts.push({
      name: 'checkpoint_completion_target',
      proposed: '0.9',
      why: '0.9, the default from PostgreSQL 14 on',
      effect: 'The part of the time between checkpoints over which their writes are spread.',
    });
  return drafts;
}

function ofConnections(snapshot: PostgresSnapshot, used: number | null): Draft[] {
  const most = Number(settingOf(snapshot, 'max_connections')?.value ?? Number.NaN);
  if (!(most > 200 * farFactor) || used === null || used > 200) return [];
  return [
    {
      name: 'max_connections',
      proposed: '200',
      why: '200, with a pool before the server',
      effect:
        'Each connection is a process, and work_mem is for each: hundreds at work at once are slower than a pool of few.',
    },
  ];
}

const jit: Draft = {
  name: 'jit',
  proposed: 'off',
  why: 'off where statements are short',
  effect: 'Compiling a short statement takes longer than it saves.',
};

const floorTo = (bytes: number, step: number) => Math.max(step, Math.floor(bytes / step) * step);

/** Binary units, as the settings themselves count. */
function human(bytes: number): string {
  return bytes >= GB ? `${(bytes / GB).toFixed(1)} GiB` : `${(bytes / MB).toFixed(0)} MiB`;
}
