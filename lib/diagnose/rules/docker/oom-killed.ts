import { bytes, finding } from '../../finding';
import type { Rule } from '../../types';
import { memoryFacts } from './memory-proposal';
import { type DockerContext, limitOf } from './types';

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
        .map((c) => {
          const limit = limitOf(c, snapshot);
          const more = limit !== null && 2 * limit < snapshot.hostMemory ? 2 * limit : null;
          return finding({
            id,
            severity: 'high',
            target,
            subject: c.name,
            title: `The container ${c.name} was killed because it ran out of memory`,
            detail: `The engine reports its last end as an OOM kill. Its limit is too low, or it leaks.${more === null ? '' : ` What it needs cannot be seen past the limit: ${bytes(more)}, twice the limit, is a step to look from.`}`,
            evidence: [
              ...(limit === null ? [] : [{ label: 'limit', value: limit, unit: 'bytes' }]),
              { label: 'restarts', value: c.restartCount, unit: '' },
              ...(c.finishedAt === null ? [] : [{ label: 'ended at', value: c.finishedAt, unit: '' }]),
            ],
            ...(more === null
              ? {}
              : { optimizations: ['docker/update-container'], facts: memoryFacts(c, more) }),
          });
        }),
    };
  },
};
