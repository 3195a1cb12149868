import path from 'node:path';
import { z } from 'zod';

/** An unset variable and an empty one mean the same. */
const text = z
  .string()
  .optional()
  .transform((v) => (v === undefined || v.trim() === '' ? undefined : v.trim()));

const isOn = (v: string) => !['0', 'false', 'no', 'off'].includes(v.toLowerCase());
const flag = (fallback: boolean) => text.transform((v) => (v === undefined ? fallback : isOn(v)));

const portOr = (fallback: number) =>
  text.transform((v, ctx) => {
    if (v === undefined) return fallback;
    const n = Number(v);
    if (Number.isInteger(n) && n >= 0 && n <= 65_535) return n;
    ctx.addIssue({ code: 'custom', message: `"${v}" is not a port; give a whole number from 0 to 65535` });
    return z.NEVER;
  });

const shareOr = (fallback: number) =>
  text.transform((v, ctx) => {
    if (v === undefined) return fallback;
    const n = Number(v);
    if (n > 0 && n <= 1) return n;
    ctx.addIssue({ code: 'custom', message: `"${v}" is not a share; give a number above 0, at most 1` });
    return z.NEVER;
  });

const oneOf = <const T extends string>(values: readonly T[], fallback: T) =>
  text.transform((v, ctx): T => {
    if (v === undefined) return fallback;
    const found = values.find((x) => x === v.toLowerCase());
    if (found) return found;
    ctx.addIssue({ code: 'custom', message: `"${v}" is not one of ${values.join(', ')}` });
    return z.NEVER;
  });

const urlOf = (...schemes: string[]) =>
  text.transform((v, ctx) => {
    if (v === undefined || schemes.some((s) => v.startsWith(`${s}://`))) return v;
    ctx.addIssue({
      code: 'custom',
      message: `must start with ${schemes.map((s) => `${s}://`).join(' or ')}`,
    });
    return z.NEVER;
  });

/** The environment variables that Ratchet knows, and what it makes of them. */
export const Environment = z
  .object({
    PORT: portOr(3000),
    HOST: text,
    RATCHET_DATA_DIR: text,
    DATABASE_URL: urlOf('postgres', 'postgresql'),
    RATCHET_STORE_URL: urlOf('postgres', 'postgresql'),
    REDIS_URL: urlOf('redis', 'rediss'),
    RATCHET_PUBLIC_URL: urlOf('http', 'https'),
    RATCHET_SECRET_KEY: text,
    RATCHET_DEMO: flag(true),
    RATCHET_DEMO_SCALE: shareOr(1),
    RATCHET_LOG_LEVEL: oneOf(['debug', 'info', 'warn', 'error', 'silent'], 'info'),
    RATCHET_PARENT_PID: text.transform((v) => (v === undefined ? undefined : Number(v))),
    DOCKER_HOST: urlOf('unix', 'tcp'),
    CI: flag(false),
  })
  .transform((e) => ({
    /** Preferred port of the web process. */
    port: e.PORT,
    /** Address the web process binds to; loopback unless told otherwise. */
    host: e.HOST ?? '127.0.0.1',
    /** Where the store, logs and the installation key live; absolute. */
    dataDir: path.resolve(e.RATCHET_DATA_DIR ?? '.ratchet'),
    /** A PostgreSQL server to use as the store instead of the embedded one. */
    databaseUrl: e.DATABASE_URL,
    /** Set by the supervisor for its children. */
    storeUrl: e.RATCHET_STORE_URL,
    redisUrl: e.REDIS_URL,
    /** How people reach the web process, where a proxy stands before it. */
    publicUrl: e.RATCHET_PUBLIC_URL?.replace(/\/+$/, ''),
    /** Key of the installation in place of `<dataDir>/secret.key`: 32 bytes in hex or base64. */
    secretKey: e.RATCHET_SECRET_KEY,
    /** Whether `npm start` brings the demo stack. */
    demo: e.RATCHET_DEMO,
    /** Share of the demo's full data volume, in (0, 1]. */
    demoScale: e.RATCHET_DEMO_SCALE,
    /** Process id of the supervisor, which sets it for its children. */
    parentPid: e.RATCHET_PARENT_PID,
    logLevel: e.RATCHET_LOG_LEVEL,
    /** Docker engine, where it is not at the usual socket. */
    dockerHost: e.DOCKER_HOST,
    ci: e.CI,
  }));

export type Config = z.infer<typeof Environment>;
