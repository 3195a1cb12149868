import { z } from 'zod';
import { MixRequest } from './target';

/** One SQL statement run again and again with sampled parameters. */
export const SqlProbe = z.object({
  kind: z.literal('sql'),
  /** Shown and compared under this name; stable for the same statement. */
  name: z.string(),
  weight: z.number().positive(),
  target: z.string(),
  /** With $1, $2 … placeholders. */
  sql: z.string(),
  /** One row of parameter values per execution, taken in turn. Text form; null is SQL NULL. */
  rows: z.array(z.array(z.string().nullable())).min(1),
  /** `read`: in a read-only transaction. `rollback`: in a transaction that is rolled back. */
  mode: z.enum(['read', 'rollback']),
  /** queryid of pg_stat_statements, as text. */
  queryId: z.string().optional(),
  /** Sent in its place while the changes of the trial are applied; takes the same parameters. */
  instead: z.string().optional(),
  /** What the probe stands for, when it is not the statement itself (a write probed by its search condition). */
  standsFor: z.string().optional(),
});
export type SqlProbe = z.infer<typeof SqlProbe>;

export const HttpProbe = MixRequest.extend({
  kind: z.literal('http'),
  target: z.string(),
  /** One set of placeholder values per request, taken in turn; empty when the request has none. */
  rows: z.array(z.record(z.string(), z.string())),
});
export type HttpProbe = z.infer<typeof HttpProbe>;

/** One Redis command run again and again with sampled arguments. */
export const RedisProbe = z.object({
  kind: z.literal('redis'),
  /** Shown and compared under this name: the command. */
  name: z.string(),
  weight: z.number().positive(),
  target: z.string(),
  command: z.string(),
  /** Arguments of one call each, taken in turn. */
  rows: z.array(z.array(z.string())).min(1),
  /** `read`: changes nothing. `own`: writes keys of Ratchet's own namespace, which are deleted afterwards. */
  mode: z.enum(['read', 'own']),
});
export type RedisProbe = z.infer<typeof RedisProbe>;

export const Probe = z.discriminatedUnion('kind', [SqlProbe, HttpProbe, RedisProbe]);
export type Probe = z.infer<typeof Probe>;

/** What is run to measure: probes by weight, by a fixed number of clients (closed model). */
export const Workload = z.object({
  clients: z.number().int().min(1).max(256),
  seed: z.number().int(),
  probes: z.array(Probe).min(1),
});
export type Workload = z.infer<typeof Workload>;
