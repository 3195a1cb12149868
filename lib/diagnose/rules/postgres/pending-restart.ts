import { finding } from '../../finding';
import type { PostgresContext, Rule } from '../../types';

const id = 'postgres/pending-restart';

/** Settings that were changed and wait for a restart of the server. */
export const pendingRestart: Rule<PostgresContext> = {
  meta: {
    id,
    title: 'Settings that wait for a restart',
    kind: 'postgres',
    needs: [],
    thresholds: [{ name: 'such settings', value: 0, unit: '', source: 'PMM' }],
  },
  check({ target, snapshot }) {
    return {
      findings: snapshot.settings
        // A value given on the server's command line is kept over a restart, whatever the file says.
        .filter((s) => s.pendingRestart && s.source !== 'command line')
        .map((s) =>
          finding({
            id,
            severity: 'low',
            target,
            subject: s.name,
            title: `${s.name} was changed and takes effect at the next restart`,
            detail: 'The server runs with the old value still.',
            evidence: [{ label: 'value in force', value: s.value, unit: s.unit ?? '' }],
          }),
        ),
    };
  },
};
