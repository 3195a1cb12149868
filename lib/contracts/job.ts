import { z } from 'zod';

export const JobState = z.enum(['queued', 'running', 'succeeded', 'failed', 'cancelled', 'interrupted']);
export type JobState = z.infer<typeof JobState>;

export const JobProgress = z.object({
  done: z.number(),
  total: z.number(),
  message: z.string(),
  secondsLeft: z.number().nullable(),
});
export type JobProgress = z.infer<typeof JobProgress>;

export const JobView = z.object({
  id: z.number().int(),
  kind: z.string(),
  state: JobState,
  progress: JobProgress.nullable(),
  result: z.unknown(),
  error: z.string().nullable(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
});
export type JobView = z.infer<typeof JobView>;

export const JobEventView = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  level: z.enum(['info', 'warn', 'error']),
  message: z.string(),
});
export type JobEventView = z.infer<typeof JobEventView>;

/** What a running job is given: how to say where it is, and how to learn that it should stop. */
export interface JobContext {
  jobId: number;
  /** Aborted when a person cancels the job or the worker shuts down. */
  signal: AbortSignal;
  progress(p: JobProgress): Promise<void>;
  /** One line for the log that a person follows. */
  say(message: string, level?: 'info' | 'warn' | 'error'): Promise<void>;
}

export const PassInput = z.object({
  stack: z.string(),
  settings: z.unknown().optional(),
  /** Most changes tried. */
  maxChanges: z.number().int().min(0).max(100).default(10),
});
export type PassInput = z.infer<typeof PassInput>;
