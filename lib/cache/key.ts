import { createHash } from 'node:crypto';
import type { z } from 'zod';

/** One kind of cached value: its name, what tells two values apart, its type, and what makes it invalid. */
export interface CacheKey<Params, Value> {
  /** Part of the Redis key; change it when the meaning of the value changes. */
  name: string;
  /** What tells one value of this kind from another, as text. */
  id: (params: Params) => string;
  /** Checks what comes back from Redis; a `z.codec` also turns values such as dates into JSON and back. */
  schema: z.ZodType<Value>;
  /** How long a value may be served, ms. */
  ttlMs: number;
  /** `invalidate` of any of these makes the value invalid. At most 255. */
  tags: (params: Params) => string[];
}

/** Declares a kind of cached value; its types follow from the schema and from `id`. */
export function defineKey<Params, Value>(key: CacheKey<Params, Value>): CacheKey<Params, Value> {
  return key;
}

/** Longer ids are hashed: Redis compares and stores keys whole. */
const longestId = 200;

/** The key of one value inside the namespace. */
export function keyText<Params>(key: CacheKey<Params, unknown>, params: Params): string {
  const id = key.id(params);
  return `${key.name}:${id.length <= longestId ? id : createHash('sha256').update(id).digest('hex')}`;
}
