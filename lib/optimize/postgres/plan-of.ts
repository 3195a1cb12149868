import type { ChangePlan, Step } from '@/lib/contracts/change';
import type { Finding } from '@/lib/contracts/finding';
import type { OptimizationMeta } from '../types';

/** What tells one plan of an optimization from another; the rest comes from its meta and the finding. */
interface Given extends Pick<ChangePlan, 'title' | 'subject' | 'facts'> {
  /** What of the key is behind the optimization's id. */
  key: string;
  steps: string[];
  inverse: string[];
  estimates?: ChangePlan['estimates'];
  settings?: ChangePlan['settings'];
  snippets?: ChangePlan['snippets'];
  purpose?: string;
}

/** A plan of statements that each run outside of a transaction block. */
export function planOf(meta: OptimizationMeta, finding: Finding, given: Given): ChangePlan {
  const { key, steps, inverse, estimates = [], settings, snippets, ...rest } = given;
  return {
    ...rest,
    optimization: meta.id,
    key: `${meta.id}:${key}`,
    why: finding.title,
    steps: steps.map(alone),
    inverse: inverse.map(alone),
    risk: meta.risk,
    locks: meta.locks,
    reversible: meta.reversible,
    needsRestart: meta.needsRestart,
    estimates,
    affects: [],
    ...(settings ? { settings } : {}),
    ...(snippets ? { snippets } : {}),
  };
}

/** One statement on its own, outside of a transaction block. */
export const alone = (statement: string): Step => ({ kind: 'sql', statement, concurrent: true });
