import { z } from 'zod';

/** One line of a configuration file: what runs, what is proposed, and what was found or measured that asks for it. */
export const ConfigEntry = z.object({
  /** As the file spells it, with what it stands under (`services.api.mem_limit`). */
  name: z.string(),
  /** What runs now, as the file would spell it; null where nothing of the kind is seen. */
  runs: z.string().nullable(),
  proposed: z.string(),
  /** Id of the rule, or the measurement. */
  source: z.string(),
  /** The figure and the formula, in words. */
  why: z.string(),
});
export type ConfigEntry = z.infer<typeof ConfigEntry>;

/** A configuration file, generated from what was found and measured; nothing is written anywhere. */
export const ConfigFile = z.object({
  /** File name, unique in its stack. */
  name: z.string(),
  title: z.string(),
  /** Target that it is for; null for the whole stack. */
  target: z.string().nullable(),
  /** When what runs was read; null where nothing of the kind is seen running. */
  comparedAt: z.iso.datetime().nullable(),
  entries: z.array(ConfigEntry),
  /** The file; null where nothing is proposed, and `nothing` says why. */
  text: z.string().nullable(),
  nothing: z.string().nullable(),
  /** What undoes it, where that is a file of its own. */
  inverse: z.object({ name: z.string(), text: z.string() }).nullable(),
  notes: z.array(z.string()),
});
export type ConfigFile = z.infer<typeof ConfigFile>;

export const ConfigDashboard = z.object({
  name: z.string(),
  title: z.string(),
  /** Path below the address of this product. */
  path: z.string(),
});

/** All configuration files of a stack. */
export const Configuration = z.object({
  stack: z.string(),
  files: z.array(ConfigFile),
  /** Grafana dashboards for the kinds of target that the stack has. */
  dashboards: z.array(ConfigDashboard),
});
export type Configuration = z.infer<typeof Configuration>;

export const ConfigurationQuery = z.object({ stack: z.string() });
export const ConfigFileQuery = z.object({ stack: z.string(), file: z.string() });
