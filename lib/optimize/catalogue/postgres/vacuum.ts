import { maintenance } from '../../postgres/maintenance';

/** Removes dead rows of a table and refreshes its statistics. Harmless; has no inverse. */
export const vacuum = maintenance(
  {
    id: 'postgres/vacuum',
    title: 'Vacuum a table',
    kind: 'postgres',
    risk: 'low',
    locks:
      'SHARE UPDATE EXCLUSIVE on the table: reads and writes go on; it reads the table and writes what it cleans. Harmless; there is nothing to roll back.',
    reversible: false,
    needsRestart: false,
  },
  'VACUUM (ANALYZE, TRUNCATE FALSE)',
  'Vacuum',
);
