import { AppError } from '@/lib/contracts/error';
import { type Config, Environment } from './schema';

export type { Config } from './schema';

let read: Config | undefined;

/** The settings of this process: the environment, checked, read at the first call. */
export function config(): Config {
  read ??= parseConfig(process.env);
  return read;
}

/**
 * Settings out of an environment. Throws AppError('bad-input') that names each wrong variable and what
 * would be right.
 */
export function parseConfig(env: Record<string, string | undefined>): Config {
  const parsed = Environment.safeParse(env);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new AppError('bad-input', `The environment has a wrong value. ${lines.join('. ')}`, {
    field: String(parsed.error.issues[0]?.path[0] ?? ''),
  });
}

/** The whole environment, to hand to a child process. */
export function environment(): NodeJS.ProcessEnv {
  return { ...process.env };
}
