import type { MetricName } from '@/lib/contracts/metrics';
import type { Target } from '@/lib/targets/target';
import type { Collector } from './collector-types';
import { openDocker } from './collectors/docker/collector';
import { openHttp } from './collectors/http/collector';
import { openPostgres } from './collectors/postgres/collector';
import { openRedis } from './collectors/redis/collector';

export type { Collector, Value, Vitals } from './collector-types';
export type { MetricName };

/**
 * Connects the collector of a target.
 * @throws AppError unreachable | timeout | privilege-missing | bad-input
 */
export function openCollector(
  target: Pick<Target, 'connection' | 'options'>,
  signal: AbortSignal,
): Promise<Collector> {
  const { connection } = target;
  switch (connection.kind) {
    case 'postgres':
      return openPostgres(connection);
    case 'redis':
      return openRedis(connection, signal);
    case 'docker':
      return openDocker(connection, target.options, signal);
    case 'http':
      return openHttp(connection, target.options);
  }
}
