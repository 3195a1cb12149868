import type { Threshold } from '@/lib/contracts/finding';
import { dockerRules } from './rules/docker';
import { httpRules } from './rules/http';
import { postgresRules } from './rules/postgres';
import { redisRules } from './rules/redis';

const byRule = new Map(
  [postgresRules, redisRules, dockerRules, httpRules].flatMap((rules) =>
    rules.map(({ meta }): [string, Threshold[]] => [meta.id, meta.thresholds]),
  ),
);

/** What the rule of this id compares with; none for an id that no rule has. */
export const thresholdsOf = (rule: string): Threshold[] => byRule.get(rule) ?? [];
