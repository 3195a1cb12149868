import { finding } from '../../finding';
import type { PostgresContext, Rule } from '../../types';

const id = 'postgres/settings';

/** Settings that must be on, and what being off risks. */
const mustBeOn: Record<string, string> = {
  fsync: 'After a crash of the machine the database may be corrupt beyond repair.',
  full_page_writes: 'After a crash of the machine pages may be torn and data lost.',
  autovacuum: 'Dead rows pile up, statistics grow old, and in the end transaction ids run out.',
};

/** Server settings that put the data at risk. */
export const settings: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Dangerous settings',
    kind: 'postgres',
    needs: [],
    thresholds: [
      { name: 'fsync, full_page_writes or autovacuum off', value: 0, unit: '', source: 'pgtune, pganalyze' },
    ],
  },
  check({ target, snapshot }) {
    const off = snapshot.settings.filter((s) => s.name in mustBeOn && s.value === 'off');
    return {
      findings: off.map((s) =>
        finding({
          id,
          severity: 'critical',
          target,
          subject: s.name,
          title: `${s.name} is off`,
          detail: `${mustBeOn[s.name]} ALTER SYSTEM SET ${s.name} = on; SELECT pg_reload_conf();`,
          evidence: [
            { label: s.name, value: s.value, unit: '' },
            { label: 'set by', value: s.source, unit: '' },
          ],
        }),
      ),
    };
  },
};
