import { AppError } from '@/lib/contracts/error';
import type { CommandOptimization, Optimization } from '../types';
import { removeUnused } from './docker/remove-unused';
import { updateContainer } from './docker/update-container';
import { analyze } from './postgres/analyze';
import { autovacuumSettings } from './postgres/autovacuum-settings';
import { cancelSession } from './postgres/cancel-session';
import { changeSettings } from './postgres/change-settings';
import { createIndex } from './postgres/create-index';
import { createMaterializedView } from './postgres/create-materialized-view';
import { dropIndex } from './postgres/drop-index';
import { enableStatements } from './postgres/enable-statements';
import { reindex } from './postgres/reindex';
import { restartSettings } from './postgres/restart-settings';
import { terminateSession } from './postgres/terminate-session';
import { vacuum } from './postgres/vacuum';
import { validateConstraint } from './postgres/validate-constraint';
import { setConfig } from './redis/set-config';
import { setTtl } from './redis/set-ttl';
import { touchKeys } from './redis/touch-keys';
import { setKnobs, tryKnobs } from './service/set-knobs';
import { warmRoutes } from './service/warm-routes';

/** All kinds of remedy for Postgres, in the order in which they are offered for one finding. */
export const catalogue: readonly Optimization[] = [
  createIndex,
  dropIndex,
  reindex,
  analyze,
  vacuum,
  autovacuumSettings,
  validateConstraint,
  changeSettings,
  restartSettings,
  enableStatements,
  createMaterializedView,
  cancelSession,
  terminateSession,
];

/** All kinds of remedy that are requests or commands, likewise. */
export const commandCatalogue: readonly CommandOptimization[] = [
  setKnobs,
  tryKnobs,
  warmRoutes,
  setConfig,
  setTtl,
  touchKeys,
  updateContainer,
  removeUnused,
];

/** Ids of those that a person plans: a diagnosis leaves their changes alone. */
export const plannedByHand: readonly string[] = commandCatalogue.flatMap(({ meta }) =>
  meta.byHand ? meta.id : [],
);

/** The optimization with this id. Throws AppError('not-found') when this version has none. */
export function optimizationById(id: string): Optimization | CommandOptimization {
  const found = [...catalogue, ...commandCatalogue].find((o) => o.meta.id === id);
  if (!found) throw new AppError('not-found', `This version of Ratchet has no optimization "${id}".`);
  return found;
}
