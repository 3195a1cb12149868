import { z } from 'zod';
import { TargetKind, TargetStatus } from './target';

export const Health = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  targets: z.array(
    z.object({
      name: z.string(),
      kind: TargetKind,
      status: TargetStatus,
      lastSampleAt: z.iso.datetime().nullable(),
    }),
  ),
});
export type Health = z.infer<typeof Health>;
