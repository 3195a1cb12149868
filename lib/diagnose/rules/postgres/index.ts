import type { PostgresContext, Rule } from '../../types';
import { missingIndex } from './missing-index';

/** All Postgres rules, in the order in which they are shown. */
export const postgresRules: readonly Rule<PostgresContext>[] = [missingIndex];
