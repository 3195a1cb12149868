import { finding } from '../../finding';
import type { PostgresContext, Rule } from '../../types';
import { statementsMissing } from './statements-missing';

const id = 'postgres/statements-disabled';

/** The statistics that most other rules live on are off. */
export const statementsDisabled: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Statement statistics are off',
    kind: 'postgres',
    needs: [],
    thresholds: [
      { name: 'pg_stat_statements or track_io_timing off', value: 0, unit: '', source: 'all advisors' },
    ],
  },
  check({ target, snapshot }) {
    const timing = snapshot.settings.find((s) => s.name === 'track_io_timing');
    const missing = snapshot.statementsMissing;
    const findings = [];
    // Loaded and on the server, but not created in this database: one statement. Loading it needs a restart.
    const preloaded = snapshot.settings.find((s) => s.name === 'shared_preload_libraries')?.value ?? '';
    const creatable =
      preloaded.split(',').some((l) => l.trim() === 'pg_stat_statements') &&
      snapshot.availableExtensions.includes('pg_stat_statements') &&
      snapshot.extensions.pg_stat_statements === undefined;
    if (missing !== null)
      findings.push(
        finding({
          id,
          severity: 'medium',
          target,
          subject: 'pg_stat_statements',
          title: 'It is not known which statements run: pg_stat_statements does not show them',
          detail: missing,
          evidence: [{ label: 'pg_stat_statements', value: 'not readable', unit: '' }],
          optimizations: creatable ? ['postgres/enable-statements'] : [],
        }),
      );
    if (timing?.value === 'off')
      findings.push(
        finding({
          id,
          severity: 'low',
          target,
          subject: 'track_io_timing',
          title: 'Time spent on reading and writing blocks is not measured: track_io_timing is off',
          detail:
            'ALTER SYSTEM SET track_io_timing = on; SELECT pg_reload_conf(); On hardware with a slow clock check its cost with pg_test_timing first.',
          evidence: [{ label: 'track_io_timing', value: 'off', unit: '' }],
          optimizations: timing.source === 'command line' ? [] : ['postgres/change-settings'],
          facts: {
            change: 'track_io_timing',
            settings: [
              {
                name: 'track_io_timing',
                current: 'off',
                proposed: 'on',
                why: 'time spent on blocks is measured',
                takesEffect: 'reload',
              },
            ],
          },
        }),
      );
    return missing === null
      ? { findings }
      : { findings, cannotCheck: [statementsMissing(id, target, snapshot)] };
  },
};
