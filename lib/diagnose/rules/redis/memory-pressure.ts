import { finding } from '../../finding';
import type { Rule } from '../../types';
import { infoNumber, type RedisContext } from './types';

const id = 'redis/memory-pressure';
const most = 0.8;

/** Memory in use comes near maxmemory. */
export const memoryPressure: Rule<RedisContext> = {
  meta: {
    id,
    title: 'Memory near its limit',
    kind: 'redis',
    needs: [],
    thresholds: [{ name: 'share of maxmemory', value: most, unit: 'ratio', source: 'redis_exporter' }],
  },
  check({ target, snapshot }) {
    const used = infoNumber(snapshot, 'used_memory');
    const max = infoNumber(snapshot, 'maxmemory');
    if (used === null || max === null || max === 0 || used / max <= most) return { findings: [] };
    return {
      findings: [
        finding({
          id,
          severity: used / max > 0.95 ? 'high' : 'medium',
          target,
          subject: 'maxmemory',
          title: `Redis uses ${((used / max) * 100).toFixed(0)} % of its maxmemory`,
          detail: `At the limit it acts by its policy: ${snapshot.config?.['maxmemory-policy'] ?? 'unknown, as the settings may not be read'}.`,
          evidence: [
            { label: 'memory used', value: used, unit: 'bytes' },
            { label: 'maxmemory', value: max, unit: 'bytes' },
          ],
          weight: used / max,
        }),
      ],
    };
  },
};
