import { bytes, finding } from '../../finding';
import type { Rule } from '../../types';
import { infoNumber, type RedisContext } from './types';

const id = 'redis/fragmentation';
const mebibyte = 1024 * 1024;
/** MEMORY DOCTOR (object.c, getMemoryDoctorReport) asks for both the ratio and the bytes. */
const doctor = 'MEMORY DOCTOR';
const mostResident = 1.4;
const mostAllocator = 1.1;
const fewestBytes = 10 * mebibyte;
/** Below this, the program itself weighs more than its data. */
const fewestUsed = 5 * mebibyte;

/** The process holds much more memory than its data needs. */
export const fragmentation: Rule<RedisContext> = {
  meta: {
    id,
    title: 'Fragmented memory',
    kind: 'redis',
    needs: [],
    thresholds: [
      { name: 'resident ÷ used', value: mostResident, unit: 'ratio', source: doctor },
      { name: 'allocator: active ÷ allocated', value: mostAllocator, unit: 'ratio', source: doctor },
      { name: 'and so much of it', value: fewestBytes, unit: 'bytes', source: doctor },
      { name: 'memory used', value: fewestUsed, unit: 'bytes', source: doctor },
    ],
  },
  check({ target, snapshot }) {
    const used = infoNumber(snapshot, 'used_memory');
    const resident = infoNumber(snapshot, 'used_memory_rss');
    if (used === null || resident === null || used < fewestUsed) return { findings: [] };
    const ratio = infoNumber(snapshot, 'allocator_frag_ratio');
    const inAllocator = infoNumber(snapshot, 'allocator_frag_bytes');
    const wholly = resident / used > mostResident && resident - used > fewestBytes;
    const within =
      ratio !== null && inAllocator !== null && ratio > mostAllocator && inAllocator > fewestBytes;
    if (!wholly && !within) return { findings: [] };
    const wasted = Math.max(wholly ? resident - used : 0, within ? inAllocator : 0);
    const off = snapshot.config?.activedefrag === 'no';
    return {
      findings: [
        finding({
          id,
          severity: wasted > used ? 'medium' : 'low',
          target,
          subject: 'memory',
          title: `Redis holds ${bytes(wasted)} that its data does not need`,
          detail: within
            ? 'Free space lies scattered between values. Active defragmentation moves values together, where the build of the server has it; else a restart does.'
            : 'The memory was in use once and has not gone back to the system. MEMORY PURGE returns what lies free in whole pages; a restart returns the rest.',
          evidence: [
            { label: 'resident ÷ used', value: resident / used, unit: 'ratio' },
            { label: 'resident memory', value: resident, unit: 'bytes' },
            { label: 'memory used', value: used, unit: 'bytes' },
            ...(ratio === null ? [] : [{ label: 'active ÷ allocated', value: ratio, unit: 'ratio' }]),
          ],
          weight: Math.min(1, wasted / Math.max(used, resident)),
          ...(within && off
            ? { optimizations: ['redis/set-config'], facts: { setting: 'activedefrag', value: 'yes' } }
            : {}),
        }),
      ],
    };
  },
};
