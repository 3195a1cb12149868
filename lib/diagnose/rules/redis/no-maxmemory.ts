import { bytes, finding } from '../../finding';
import type { Rule } from '../../types';
import { configMissing } from './config-missing';
import { infoNumber, type RedisContext } from './types';

const id = 'redis/no-maxmemory';

/** Redis may take all the memory of its host. */
export const noMaxmemory: Rule<RedisContext> = {
  meta: {
    id,
    title: 'No memory limit',
    kind: 'redis',
    needs: ['CONFIG GET'],
    thresholds: [{ name: 'maxmemory', value: 0, unit: 'bytes', source: 'Redis docs, administration' }],
  },
  check(context) {
    const { target, snapshot } = context;
    if (snapshot.config === null) return { findings: [], cannotCheck: [configMissing(id, context)] };
    if (Number(snapshot.config.maxmemory) !== 0) return { findings: [] };
    const used = infoNumber(snapshot, 'used_memory');
    const host = infoNumber(snapshot, 'total_system_memory');
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
        }),
      ],
    };
  },
};
