import { z } from 'zod';
import type { Envelope } from './envelope';

/** The value as it travels; null when its type does not allow it. `expiresAt` in ms since 1970. */
export function seal<Value>(
  schema: z.ZodType<Value>,
  value: Value,
  expiresAt: number,
  loadMs: number,
): Envelope | null {
  const encoded = z.safeEncode(schema, value);
  return encoded.success ? { json: JSON.stringify(encoded.data) ?? 'null', expiresAt, loadMs } : null;
}

/** The value of an envelope; null when it is not of the type, as after a change of the schema. */
export function open<Value>(schema: z.ZodType<Value>, json: string): { value: Value } | null {
  try {
    const decoded = z.safeDecode(schema, JSON.parse(json));
    return decoded.success ? { value: decoded.data } : null;
  } catch {
    return null;
  }
}
