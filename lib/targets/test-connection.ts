import type { Capabilities, Connection, TargetOptions } from '@/lib/contracts/target';
import { testDocker } from './docker/capabilities';
import { testHttp } from './http/capabilities';
import { testPostgres } from './postgres/capabilities';
import { testRedis } from './redis/capabilities';

/**
 * Connects, and tells what can be done there: version, and each check with how to enable what lacks. Reads only.
 * @throws AppError unreachable | privilege-missing | bad-input | timeout
 */
export function testConnection(connection: Connection, options: TargetOptions = {}): Promise<Capabilities> {
  switch (connection.kind) {
    case 'postgres':
      return testPostgres(connection);
    case 'redis':
      return testRedis(connection);
    case 'docker':
      return testDocker(connection);
    case 'http':
      return testHttp(connection, options);
  }
}
