import { bytes, finding } from '../../finding';
import type { Rule } from '../../types';
import { configMissing } from './config-missing';
import { infoNumber, type RedisContext } from './types';

const id = 'redis/no-maxmemory';
const mebibyte = 1024 * 1024;
/** Room above the most that was ever used. */
const roomAbovePeak = 1.5;
/** The rest is for the system, the copy during a save, and fragmentation. */
const mostOfMachine = 0.5;

/**
 * A limit with room above the peak, rounded up to 16 MiB and at least 64 MiB; null when that is more than half of
 * the machine. Redis tells the memory of the machine, not the limit of its container.
 */
function limitFor(peak: number | null, machine: number | null): number | null {
  if (peak === null || machine === null) return null;
  const wanted = Math.max(64 * mebibyte, Math.ceil((peak * roomAbovePeak) / (16 * mebibyte)) * 16 * mebibyte);
  return wanted <= machine * mostOfMachine ? wanted : null;
}

/** Redis may take all the memory of its host. */
export const noMaxmemory: Rule<RedisContext> = {
  meta: {
    id,
    title: 'No memory limit',
    kind: 'redis',
    needs: ['CONFIG GET'],
    thresholds: [
      { name: 'maxmemory', value: 0, unit: 'bytes', source: 'Redis docs, administration' },
      { name: 'proposed, times the peak', value: roomAbovePeak, unit: '', source: 'Ratchet' },
      { name: 'proposed, at most of the machine', value: mostOfMachine, unit: 'ratio', source: 'Ratchet' },
    ],
  },
  check(context) {
    const { target, snapshot } = context;
    if (snapshot.config === null) return { findings: [], cannotCheck: [configMissing(id, context)] };
    if (Number(snapshot.config.maxmemory) !== 0) return { findings: [] };
    const used = infoNumber(snapshot, 'used_memory');
    const host = infoNumber(snapshot, 'total_system_memory');
    const limit = limitFor(infoNumber(snapshot, 'used_memory_peak'), host);
    return {
      findings: [
        finding({
          id,
          severity: 'medium',
          target,
          subject: 'maxmemory',
          title: 'Redis has no memory limit',
          detail: `It grows until the system has no memory left${host === null ? '' : ` (${bytes(host)} for everything on the machine)`}, and is then killed with all it holds.`,
          evidence: [
            { label: 'maxmemory', value: 0, unit: 'bytes' },
            ...(used === null ? [] : [{ label: 'memory used', value: used, unit: 'bytes' }]),
            ...(host === null ? [] : [{ label: 'memory of the machine', value: host, unit: 'bytes' }]),
          ],
          ...(limit === null
            ? {}
            : {
                optimizations: ['redis/set-config'],
                facts: { setting: 'maxmemory', value: String(limit) },
              }),
        }),
      ],
    };
  },
};
