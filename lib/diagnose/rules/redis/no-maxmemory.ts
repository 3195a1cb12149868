import { bytes, finding } from '../../finding';
import type { Rule } from '../../types';
import { configMissing } from './config-missing';
import { maxmemoryFor, mostOfMachine, mostOfOwn, roomAbovePeak, trueLimit } from './memory-limit';
import { infoNumber, type RedisContext } from './types';

const id = 'redis/no-maxmemory';
/** From this share of what it may use, a spike is enough. */
const near = 0.5;

/** Redis may take more memory than it has. */
export const noMaxmemory: Rule<RedisContext> = {
  meta: {
    id,
    title: 'No memory limit',
    kind: 'redis',
    needs: ['CONFIG GET'],
    thresholds: [
      { name: 'maxmemory', value: 0, unit: 'bytes', source: 'Redis docs, administration' },
      { name: 'or above what the server may use', value: 1, unit: 'ratio', source: 'Ratchet' },
      { name: 'high severity from a use of', value: near, unit: 'ratio', source: 'Ratchet' },
      { name: 'proposed, times the peak', value: roomAbovePeak, unit: '', source: 'Ratchet' },
      {
        name: 'proposed, at most of a shared machine',
        value: mostOfMachine,
        unit: 'ratio',
        source: 'Ratchet',
      },
      { name: 'proposed, at most of its own limit', value: mostOfOwn, unit: 'ratio', source: 'Ratchet' },
    ],
  },
  check(context) {
    const { target, snapshot } = context;
    if (snapshot.config === null) return { findings: [], cannotCheck: [configMissing(id, context)] };
    const max = Number(snapshot.config.maxmemory);
    const limit = trueLimit(context);
    const aboveLimit = max > 0 && limit !== null && max > limit.bytes;
    if (max !== 0 && !aboveLimit) return { findings: [] };
    const used = infoNumber(snapshot, 'used_memory');
    const proposed = maxmemoryFor(infoNumber(snapshot, 'used_memory_peak'), limit);
    const full = used !== null && limit !== null && used > limit.bytes * near;
    return {
      findings: [
        finding({
          id,
          severity: full ? 'high' : 'medium',
          target,
          subject: 'maxmemory',
          title: aboveLimit
            ? `maxmemory (${bytes(max)}) is more than Redis may use (${bytes(limit.bytes)})`
            : 'Redis has no memory limit',
          detail: `It grows until the system has no memory left${limit === null ? '' : ` (${bytes(limit.bytes)}: ${limit.source})`}, and is then killed with all it holds.`,
          evidence: [
            { label: 'maxmemory', value: max, unit: 'bytes' },
            ...(used === null ? [] : [{ label: 'memory used', value: used, unit: 'bytes' }]),
            ...(limit === null ? [] : [{ label: limit.source, value: limit.bytes, unit: 'bytes' }]),
          ],
          weight: used === null || limit === null ? 0 : used / limit.bytes,
          ...(proposed === null
            ? {}
            : {
                optimizations: ['redis/set-config'],
                facts: { setting: 'maxmemory', value: String(proposed) },
              }),
        }),
      ],
    };
  },
};
