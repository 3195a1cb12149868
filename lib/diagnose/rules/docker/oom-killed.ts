import { finding } from '../../finding';
import type { Rule } from '../../types';
import type { DockerContext } from './types';

const id = 'docker/oom-killed';

/** Containers that ran out of memory. */
export const oomKilled: Rule<DockerContext> = {
  meta: {
    id,
    title: 'Containers killed for want of memory',
    kind: 'docker',
    needs: [],
    thresholds: [{ name: 'OOM kills', value: 0, unit: '', source: 'Coroot' }],
  },
  check({ target, snapshot }) {
    return {
      findings: snapshot.containers
        .filter((c) => c.oomKilled)
        .map((c) =>
          finding({
            id,
            severity: 'high',
            target,
            subject: c.name,
            title: `The container ${c.name} was killed because it ran out of memory`,
            detail: 'The engine reports its last end as an OOM kill. Its limit is too low, or it leaks.',
            evidence: [
              { label: 'limit', value: c.memoryLimit, unit: 'bytes' },
              { label: 'restarts', value: c.restartCount, unit: '' },
              ...(c.finishedAt === null ? [] : [{ label: 'ended at', value: c.finishedAt, unit: '' }]),
            ],
          }),
        ),
    };
  },
};
