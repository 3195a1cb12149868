import { bytes, finding } from '../../finding';
import type { Rule } from '../../types';
import { memoryFacts, memoryOf } from './memory-proposal';
import { type DockerContext, limitOf, running } from './types';

const id = 'docker/near-memory-limit';
const most = 0.8;

/** Containers whose working set comes near their memory limit. */
export const nearMemoryLimit: Rule<DockerContext> = {
  meta: {
    id,
    title: 'Containers near their memory limit',
    kind: 'docker',
    needs: [],
    thresholds: [{ name: 'working set by limit', value: most, unit: 'ratio', source: 'Coroot' }],
  },
  check(context) {
    const { target, snapshot } = context;
    return {
      findings: running(snapshot).flatMap((c) => {
        const limit = limitOf(c, snapshot);
        if (limit === null || c.workingSet === null || c.workingSet / limit <= most) return [];
        const share = c.workingSet / limit;
        const seen = memoryOf(context, c);
        const more = seen && seen.limit > limit && seen.limit < snapshot.hostMemory ? seen.limit : null;
        return finding({
          id,
          severity: share > 0.95 ? 'high' : 'medium',
          target,
          subject: c.name,
          title: `The container ${c.name} uses ${(share * 100).toFixed(0)} % of its memory limit`,
          detail: `At the limit the kernel ends a process in it.${more === null ? '' : ` ${bytes(more)} would leave room.`}`,
          evidence: [
            { label: 'working set now', value: c.workingSet, unit: 'bytes' },
            ...(seen?.evidence ?? []),
            { label: 'limit', value: limit, unit: 'bytes' },
          ],
          weight: share,
          ...(more === null
            ? {}
            : { optimizations: ['docker/update-container'], facts: memoryFacts(c, more) }),
        });
      }),
    };
  },
};
