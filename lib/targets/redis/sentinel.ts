import { z } from 'zod';
import { AppError } from '@/lib/contracts/error';
import { type Dial, dial } from './dial';
import type { RedisEndpoint, Sentinel } from './endpoint';

const Address = z.tuple([z.string().min(1), z.coerce.number().int().positive()]);

/**
 * Asks the sentinels, one after another, where the primary is, and returns its endpoint. The first that knows it is
 * believed; whether it is the primary is seen when it is connected to.
 * @throws AppError unreachable when none answers or knows the name; bad-input when it is none
 */
export async function primaryOf(
  endpoint: RedisEndpoint,
  sentinel: Sentinel,
  signal: AbortSignal,
): Promise<RedisEndpoint> {
  const failures: string[] = [];
  for (const { host, port } of sentinel.hosts) {
    signal.throwIfAborted();
    const { username, password } = sentinel;
    const { redis, failure, close }: Dial = dial({ ...endpoint, host, port, username, password, db: 0 });
    try {
      await redis.connect();
      const answer = await redis.call('sentinel', 'get-master-addr-by-name', sentinel.name);
      if (answer === null) {
        failures.push(`${host}:${port} knows no primary of this name`);
        continue;
      }
      const [primaryHost, primaryPort] = Address.parse(answer);
      const { sentinel: _, ...rest } = endpoint;
      return { ...rest, host: primaryHost, port: primaryPort };
    } catch (error) {
      failures.push(`${host}:${port}: ${reason(failure() ?? error)}`);
    } finally {
      close();
    }
  }
  throw new AppError(
    'unreachable',
    `No sentinel says where the primary "${sentinel.name}" is (${failures.join('; ')}). Check the addresses and the name.`,
  );
}

function reason(error: unknown): string {
  if (error instanceof z.ZodError) return 'its answer is no address';
  return error instanceof Error ? error.message : String(error);
}
