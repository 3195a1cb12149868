import type { RedisSession } from '@/lib/targets/redis/connect';
import { permitted } from './permitted';

/**
 * Whether the default user signs in without a password: proven by a connection that gave none, else asked of the ACL
 * (Redis 6). Null when that may not be read. Passwords are not looked at.
 */
export async function isPasswordless({ redis }: RedisSession): Promise<boolean | null> {
  if (!redis.options.password) return true;
  const { value } = await permitted(() => redis.call('acl', 'getuser', 'default'));
  if (!Array.isArray(value)) return null;
  const at = value.indexOf('flags');
  const flags: unknown = at === -1 ? undefined : value[at + 1];
  return Array.isArray(flags) ? flags.includes('on') && flags.includes('nopass') : null;
}
