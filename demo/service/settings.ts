import { z } from 'zod';
import type { Knob } from './knobs';
import { taskCountsView } from './queries';

/** What the knobs set. */
export const Settings = z.object({
  pooling: z.boolean(),
  pool_size: z.number(),
  prepared_statements: z.boolean(),
  cache: z.boolean(),
  local_level: z.boolean(),
  warming: z.boolean(),
  compression_threshold: z.number(),
  task_counts_view: z.boolean(),
});
export type Settings = z.infer<typeof Settings>;

/** The knobs of the service, in the state in which a team finds itself: no pool, no cache. */
export const knobs: readonly Knob[] = [
  {
    name: 'pooling',
    type: 'boolean',
    value: false,
    description: 'Keep database connections open between requests.',
  },
  {
    name: 'pool_size',
    type: 'integer',
    value: 50,
    minimum: 1,
    maximum: 200,
    unit: 'connections',
    description: 'Most connections of the pool; up to 10 are opened beforehand.',
  },
  {
    name: 'prepared_statements',
    type: 'boolean',
    value: false,
    description: 'Plan each statement once for each connection. Counts with pooling only.',
  },
  {
    name: 'cache',
    type: 'boolean',
    value: false,
    description: 'Keep sessions, users, models and task lists in a two-level cache for 10 to 300 seconds.',
    routes: ['GET /api/v1/models/', 'POST /api/v1/chat/'],
  },
  {
    name: 'local_level',
    type: 'boolean',
    value: true,
    description: 'Keep cached values in the memory of the process too, in front of Redis.',
  },
  {
    name: 'warming',
    type: 'boolean',
    value: false,
    description: 'Load the models and the newest sessions when the cache is switched on.',
  },
  {
    name: 'compression_threshold',
    type: 'integer',
    value: 1024,
    minimum: 0,
    maximum: 1_048_576,
    unit: 'bytes',
    description: 'Cached values of at least this size are compressed in Redis.',
  },
  {
    name: 'task_counts_view',
    type: 'boolean',
    value: false,
    description: 'Read the counts of the metrics page from a materialized view, refreshed every minute.',
    routes: ['GET /metrics'],
    view: taskCountsView,
  },
];
