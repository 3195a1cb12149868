import { AppError } from '@/lib/contracts/error';
import type { Optimization } from '../types';
import { analyze } from './postgres/analyze';
import { createIndex } from './postgres/create-index';
import { dropIndex } from './postgres/drop-index';
import { vacuum } from './postgres/vacuum';

/** All kinds of remedy, in the order in which they are offered for one finding. */
export const catalogue: readonly Optimization[] = [createIndex, dropIndex, analyze, vacuum];

/** The optimization with this id. Throws AppError('not-found') when this version has none. */
export function optimizationById(id: string): Optimization {
  const found = catalogue.find((o) => o.meta.id === id);
  if (!found) throw new AppError('not-found', `This version of Ratchet has no optimization "${id}".`);
  return found;
}
