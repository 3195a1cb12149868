import { AppError } from '@/lib/contracts/error';
import type { Optimization } from '../types';
import { analyze } from './postgres/analyze';
import { autovacuumSettings } from './postgres/autovacuum-settings';
import { cancelSession } from './postgres/cancel-session';
import { changeSettings } from './postgres/change-settings';
import { createIndex } from './postgres/create-index';
import { createMaterializedView } from './postgres/create-materialized-view';
import { dropIndex } from './postgres/drop-index';
import { enableStatements } from './postgres/enable-statements';
import { reindex } from './postgres/reindex';
import { terminateSession } from './postgres/terminate-session';
import { vacuum } from './postgres/vacuum';
import { validateConstraint } from './postgres/validate-constraint';

/** All kinds of remedy, in the order in which they are offered for one finding. */
export const catalogue: readonly Optimization[] = [
  createIndex,
  dropIndex,
  reindex,
  analyze,
  vacuum,
  autovacuumSettings,
  validateConstraint,
  changeSettings,
  enableStatements,
  createMaterializedView,
  cancelSession,
  terminateSession,
];

/** The optimization with this id. Throws AppError('not-found') when this version has none. */
export function optimizationById(id: string): Optimization {
  const found = catalogue.find((o) => o.meta.id === id);
  if (!found) throw new AppError('not-found', `This version of Ratchet has no optimization "${id}".`);
  return found;
}
