import { maintenance } from '../../postgres/maintenance';

/** Refreshes the planner's statistics of a table. Harmless; has no inverse. */
export const analyze = maintenance(
  {
    id: 'postgres/analyze',
    title: 'Refresh the planner statistics of a table',
    kind: 'postgres',
    risk: 'low',
    locks:
      'SHARE UPDATE EXCLUSIVE on the table: reads and writes go on. Harmless; there is nothing to roll back.',
    reversible: false,
    needsRestart: false,
  },
  'ANALYZE',
  'Analyze',
);
