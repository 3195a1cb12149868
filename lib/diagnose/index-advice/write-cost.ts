import type { IndexShape } from '@/lib/contracts/index-shape';
import type { WorkloadStatement } from '../types';
import type { Facts } from './facts';

/** What an index costs on writes. */
export interface WriteCost {
  /** Share of the table's row writes since its statistics began that must maintain the index, 0..1; null without writes. */
  share: number | null;
  /** Row writes that the share is of. */
  writes: number;
  /** The same in words. */
  words: string;
}

/**
 * Which of a table's writes must maintain an index, from its counters: every inserted row, every update that
 * moved the row (was not heap-only), and all updates when a statement of the workload assigns a column of the
 * index, since those can be heap-only no more. Deletes leave index entries to VACUUM.
 */
export function writeCost(
  index: IndexShape,
  workload: readonly WorkloadStatement[],
  facts: Facts,
): WriteCost {
  const table = facts.table(index.schema, index.table);
  const writes = table ? table.inserted + table.updated + table.deleted : 0;
  if (!table || writes === 0)
    return { share: null, writes: 0, words: 'no write of the table was counted since its statistics began' };
  const assigned = isAssigned(index, workload);
  const updates = assigned ? table.updated : Math.max(0, table.updated - table.hotUpdated);
  const maintained = table.inserted + updates;
  const share = maintained / writes;
  const what = [
    table.inserted > 0 ? 'every inserted row' : null,
    updates > 0 ? (assigned ? 'every update' : 'updates that move the row') : null,
  ].filter((w) => w !== null);
  const words =
    what.length === 0
      ? `none of the ${shown(writes)} row writes counted would maintain it`
      : `${(share * 100).toFixed(0)} % of the ${shown(writes)} row writes counted maintain it: ${what.join(' and ')}`;
  return { share, writes, words };
}

const shown = (n: number) => Math.round(n).toLocaleString('en-US');

/** Whether an UPDATE of the workload assigns a column that the index holds. */
export function isAssigned(index: IndexShape, workload: readonly WorkloadStatement[]): boolean {
  return workload.some(
    ({ analysis }) =>
      analysis?.verb === 'update' &&
      analysis.parameters.some(
        (p) =>
          p.role === 'assignment' &&
          p.column?.schema === index.schema &&
          p.column.table === index.table &&
          (index.columns.includes(p.column.column) || index.include.includes(p.column.column)),
      ),
  );
}

/** Part of a statement's time that one more index to maintain is taken to add: a descent and an entry beside the row. */
const burdenOfIndex = 0.05;

/** Share of database time that maintaining the index would add, 0..1, over the workload's own writes of the table. */
export function burdenOf(
  index: IndexShape,
  workload: readonly WorkloadStatement[],
  shareOf: (item: WorkloadStatement) => number,
): number {
  let burden = 0;
  const assigned = isAssigned(index, workload);
  for (const item of workload) {
    const { analysis } = item;
    const target = analysis?.tables[0];
    if (target?.schema !== index.schema || target.name !== index.table) continue;
    const maintains = analysis?.verb === 'insert' || (analysis?.verb === 'update' && assigned);
    if (maintains) burden += shareOf(item) * burdenOfIndex;
  }
  return burden;
}
