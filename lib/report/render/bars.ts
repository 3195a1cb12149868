import type { LeadBar } from '@/lib/contracts/lead';
import { amount } from '../lead/gain';

/** Lengths of the two bars, as shares of the longer one: each pair has a scale of its own. */
export function barShares({ before, after }: Pick<LeadBar, 'before' | 'after'>): {
  before: number;
  after: number;
} {
  const most = Math.max(before, after) || 1;
  return { before: before / most, after: after / most };
}

/** "711 ms before". */
export function barText(bar: LeadBar, arm: 'before' | 'after'): string {
  return `${amount(bar[arm], bar.unit === 'ms' ? 'p50' : 'throughput')} ${arm}`;
}
