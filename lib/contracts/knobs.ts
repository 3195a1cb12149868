import { z } from 'zod';

/** Where a service offers its knobs, under its base URL. */
export const knobsPath = '/.well-known/ratchet/knobs';

const Described = z.object({
  name: z.string().min(1),
  description: z.string().default(''),
  /** Routes it changes something for, as `METHOD route`; left out: any. */
  routes: z.array(z.string()).optional(),
  /** A materialized view of the service's database, `schema.name`, that it reads when the knob is on. */
  view: z.string().optional(),
});

/** A setting of a service that can be changed while it runs. docs/knobs.md is the description for services. */
export const Knob = z.discriminatedUnion('type', [
  Described.extend({ type: z.literal('boolean'), value: z.boolean() }),
  Described.extend({
    type: z.literal('integer'),
    value: z.number().int(),
    minimum: z.number().int(),
    maximum: z.number().int(),
    unit: z.string().optional(),
  }),
]);
export type Knob = z.infer<typeof Knob>;

/** The answer to GET and PUT. */
export const KnobList = z.object({ knobs: z.array(Knob) });

/** The body of PUT: some knobs with the values that they should have. */
export const KnobValues = z.record(z.string(), z.union([z.boolean(), z.number().int()]));
export type KnobValues = z.infer<typeof KnobValues>;

/** A knob that a person wants to try another value of. */
export const KnobInput = z.object({
  stack: z.string().min(1),
  target: z.string().min(1),
  name: z.string().min(1),
  value: z.union([z.boolean(), z.number().int()]),
});
export type KnobInput = z.infer<typeof KnobInput>;

/** The change that was planned; nothing has been set yet. */
export const KnobPlanned = z.object({ changeId: z.number().int() });
