import { z } from 'zod';

export const targetKinds = ['postgres', 'redis', 'docker', 'http'] as const;
export const TargetKind = z.enum(targetKinds);
export type TargetKind = z.infer<typeof TargetKind>;

/**
 * Which certificate of a server is accepted in place of one that an authority known to the system vouches for: one signed by
 * the authority in `pem` (a self-signed certificate is its own), or any at all. The name is checked in the first case too.
 */
export const TlsTrust = z.discriminatedUnion('certificate', [
  z.object({
    certificate: z.literal('authority'),
    pem: z
      .string()
      .max(200_000)
      .regex(/-----BEGIN CERTIFICATE-----/, 'a certificate begins with -----BEGIN CERTIFICATE-----'),
  }),
  z.object({ certificate: z.literal('unchecked') }),
]);
export type TlsTrust = z.infer<typeof TlsTrust>;

/** How to reach a target. Secret: sealed at rest, never sent to a browser. */
export const Connection = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('postgres'),
    /** Observer role: reads only. */
    url: z.string().min(1),
    /** Role for changes, where it differs from the observer. */
    operatorUrl: z.string().optional(),
  }),
  z.object({ kind: z.literal('redis'), url: z.string().min(1) }),
  z.object({ kind: z.literal('docker'), socket: z.string().min(1) }),
  z.object({
    kind: z.literal('http'),
    baseUrl: z.url(),
    headers: z.record(z.string(), z.string()).default({}),
    /** Bearer token for the knobs of the service, where it offers them. */
    knobsToken: z.string().min(1).optional(),
    /** For https; without it the certificate is checked as the system does. */
    tls: TlsTrust.optional(),
  }),
]);
export type Connection = z.infer<typeof Connection>;

/**
 * New parts of a connection, for a target that has one: what is left out stays as it is stored, secrets included; null
 * removes what may be absent.
 */
export const ConnectionPatch = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('postgres'),
    url: z.string().min(1).optional(),
    operatorUrl: z.string().min(1).nullable().optional(),
  }),
  z.object({ kind: z.literal('redis'), url: z.string().min(1).optional() }),
  z.object({ kind: z.literal('docker'), socket: z.string().min(1).optional() }),
  z.object({
    kind: z.literal('http'),
    baseUrl: z.url().optional(),
    headers: z.record(z.string(), z.string()).optional(),
    knobsToken: z.string().min(1).nullable().optional(),
    tls: TlsTrust.nullable().optional(),
  }),
]);
export type ConnectionPatch = z.infer<typeof ConnectionPatch>;

/** Values for `{name}` placeholders of a request: given as a list, or read from a Postgres target of the stack. */
export const ParameterSource = z.union([
  z.object({ values: z.array(z.string()).min(1) }),
  z.object({ target: z.string(), sql: z.string() }),
]);
export type ParameterSource = z.infer<typeof ParameterSource>;

export const MixRequest = z.object({
  /** Shown and compared under this name, for example `GET /api/v1/models/`. */
  name: z.string().min(1),
  method: z.enum(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']).default('GET'),
  /** Path and query; `{name}` is replaced by a parameter, percent-encoded. */
  path: z.string().startsWith('/'),
  headers: z.record(z.string(), z.string()).default({}),
  /** Request body; `{name}` is replaced by a JSON-escaped parameter. */
  body: z.string().optional(),
  weight: z.number().positive().default(1),
});
export type MixRequest = z.infer<typeof MixRequest>;

/** What is sent to an HTTP target to measure it. */
export const Mix = z.object({
  requests: z.array(MixRequest).min(1),
  parameters: z.record(z.string(), ParameterSource).default({}),
});
export type Mix = z.infer<typeof Mix>;

export const TargetOptions = z.object({
  /** HTTP: path of a Prometheus page, if the service has one. */
  metricsPath: z.string().optional(),
  /** HTTP: path probed every few seconds. */
  probePath: z.string().optional(),
  /** HTTP: origins that may be called for this target. Default: the origin of its base URL. */
  allowedOrigins: z.array(z.string()).optional(),
  mix: Mix.optional(),
  /** Writes may be probed. Postgres: inside a transaction that is rolled back. Redis: to keys of Ratchet's own, deleted afterwards. */
  allowWriteProbes: z.boolean().optional(),
  /** Postgres and Redis: memory that the server may use, bytes; Postgres: kind of its storage. Where Ratchet cannot see them. */
  memoryBytes: z.number().int().positive().optional(),
  storage: z.enum(['ssd', 'disk']).optional(),
  /**
   * Postgres: who restarts the server when a change of settings is told to. `ratchet`: it is one of its own; `container`:
   * Ratchet may restart the container that the server runs in, through a Docker target of the stack.
   */
  restartedBy: z.enum(['ratchet', 'container']).optional(),
  /** Docker: only containers whose name starts so. */
  containerPrefix: z.string().optional(),
});
export type TargetOptions = z.infer<typeof TargetOptions>;

/**
 * `waiting`: no sample has come yet; `stale`: the last one is old and nobody found the target unreachable, so nothing reads
 * it (the worker does not run, or has just been started).
 */
export const TargetStatus = z.enum(['waiting', 'ok', 'stale', 'unreachable', 'paused']);
export type TargetStatus = z.infer<typeof TargetStatus>;

/** A target as the browser may see it. */
export const TargetView = z.object({
  id: z.number().int(),
  stack: z.string(),
  kind: TargetKind,
  name: z.string(),
  address: z.string(),
  status: TargetStatus,
  lastSampleAt: z.iso.datetime().nullable(),
  unreachableSince: z.iso.datetime().nullable(),
  unreachableWhy: z.string().nullable(),
  /** For example "PostgreSQL 18.0"; null until first reached. */
  version: z.string().nullable(),
});
export type TargetView = z.infer<typeof TargetView>;

/** A target as its admin edits it: options, and which secrets are kept, without the secrets. */
export const TargetDetail = TargetView.extend({
  options: TargetOptions,
  kept: z.object({
    operatorUrl: z.boolean(),
    knobsToken: z.boolean(),
    /** Names of the headers sent with each request. */
    headers: z.array(z.string()),
    /** How a certificate is checked: against what the system trusts, a given authority, or not at all. */
    certificate: z.enum(['system', 'authority', 'unchecked']),
  }),
});
export type TargetDetail = z.infer<typeof TargetDetail>;

/** What a target can do, found by testing it. */
export const Capabilities = z.object({
  version: z.string(),
  checks: z.array(
    z.object({
      name: z.string(),
      ok: z.boolean(),
      detail: z.string(),
      /** The exact statement or step that would enable it. */
      enable: z.string().optional(),
    }),
  ),
  /** What sets up roles with the least privileges, to be run by an administrator of the target. */
  setup: z.string().optional(),
});
export type Capabilities = z.infer<typeof Capabilities>;
