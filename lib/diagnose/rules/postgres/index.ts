import type { PostgresContext, Rule } from '../../types';
import { bloat } from './bloat';
import { blockingSessions } from './blocking-sessions';
import { checkpoints } from './checkpoints';
import { connectionChurn } from './connection-churn';
import { connectionSaturation } from './connection-saturation';
import { duplicateIndex } from './duplicate-index';
import { idleInTransaction } from './idle-in-transaction';
import { invalidIndex } from './invalid-index';
import { lowCacheHitRatio } from './low-cache-hit-ratio';
import { materializedViewCandidate } from './materialized-view-candidate';
import { missingIndex } from './missing-index';
import { noPrimaryKey } from './no-primary-key';
import { pendingRestart } from './pending-restart';
import { replication } from './replication';
import { sequenceExhaustion } from './sequence-exhaustion';
import { sequentialScans } from './sequential-scans';
import { settings } from './settings';
import { slowStatement } from './slow-statement';
import { staleStatistics } from './stale-statistics';
import { statementsDisabled } from './statements-disabled';
import { tempSpill } from './temp-spill';
import { transactionIdAge } from './transaction-id-age';
import { unindexedForeignKey } from './unindexed-foreign-key';
import { unusedIndex } from './unused-index';
import { vacuumNeeded } from './vacuum-needed';

/** All Postgres rules, in the order in which they are documented. */
export const postgresRules: readonly Rule<PostgresContext>[] = [
  slowStatement,
  missingIndex,
  unindexedForeignKey,
  noPrimaryKey,
  unusedIndex,
  duplicateIndex,
  invalidIndex,
  vacuumNeeded,
  staleStatistics,
  bloat,
  transactionIdAge,
  sequenceExhaustion,
  lowCacheHitRatio,
  sequentialScans,
  tempSpill,
  connectionSaturation,
  idleInTransaction,
  connectionChurn,
  blockingSessions,
  replication,
  checkpoints,
  settings,
  statementsDisabled,
  materializedViewCandidate,
  pendingRestart,
];
