import { finding } from '../../finding';
import type { Rule } from '../../types';
import { type DockerContext, running } from './types';

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
  check({ target, snapshot }) {
    return {
      findings: running(snapshot).flatMap((c) => {
        const share = c.memoryLimit > 0 && c.workingSet !== null ? c.workingSet / c.memoryLimit : 0;
        if (c.workingSet === null || share <= most) return [];
        return finding({
          id,
          severity: share > 0.95 ? 'high' : 'medium',
          target,
          subject: c.name,
          title: `The container ${c.name} uses ${(share * 100).toFixed(0)} % of its memory limit`,
          detail: 'At the limit the kernel ends a process in it.',
          evidence: [
            { label: 'working set now', value: c.workingSet, unit: 'bytes' },
            { label: 'limit', value: c.memoryLimit, unit: 'bytes' },
          ],
          weight: share,
        });
      }),
    };
  },
};
