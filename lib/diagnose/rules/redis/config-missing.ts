import type { CannotCheck } from '@/lib/contracts/finding';
import type { RedisContext } from './types';

/** What a rule says that needs settings which may not be read. */
export function configMissing(id: string, { target, snapshot }: RedisContext): CannotCheck {
  return {
    id,
    target,
    reason: `The settings may not be read: ${snapshot.configMissing ?? 'unknown reason'}`,
    enable: 'ACL SETUSER <user> +config|get',
  };
}
