import type { CannotCheck } from '@/lib/contracts/finding';
import type { RedisContext } from './types';

/** What a rule says that needs the key sample, where keys may not be sampled; null where they may. */
export function keysNotSampled(id: string, { target, snapshot }: RedisContext): CannotCheck | null {
  const { missing } = snapshot.keyspace;
  return missing === null
    ? null
    : {
        id,
        target,
        reason: `The keys may not be sampled: ${missing}`,
        enable: 'ACL SETUSER <user> +scan +ttl +type',
      };
}

/** Likewise for rules that need the lengths of keys. */
export function lengthsNotRead(id: string, context: RedisContext): CannotCheck | null {
  const { lengthsMissing } = context.snapshot.keyspace;
  const unsampled = keysNotSampled(id, context);
  if (unsampled !== null || lengthsMissing === null) return unsampled;
  return {
    id,
    target: context.target,
    reason: `The lengths of keys may not be read: ${lengthsMissing}`,
    enable: 'ACL SETUSER <user> +strlen +hlen +scard +llen +zcard',
  };
}
