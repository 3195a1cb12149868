import { z } from 'zod';

const common = {
  stack: z.string().min(1),
  title: z.string().trim().min(1).max(120).optional(),
};
const ids = (most: number) =>
  z
    .array(z.number().int().positive())
    .max(most, `at most ${most}`)
    .transform((list) => [...new Set(list)])
    .default([]);

/** What a report may be written of beside a pass: trials and load tests picked by hand, one change, or a time. */
export const CreateReportInput = z.discriminatedUnion('about', [
  z.object({ about: z.literal('picked'), ...common, trialIds: ids(100), loadTestIds: ids(30) }),
  z.object({ about: z.literal('change'), ...common, changeId: z.number().int().positive() }),
  z.object({ about: z.literal('period'), ...common, from: z.coerce.date(), to: z.coerce.date() }),
]);
export type CreateReportInput = z.input<typeof CreateReportInput>;

export const ReportCreated = z.object({ reportId: z.number().int() });
export type ReportCreated = z.infer<typeof ReportCreated>;
