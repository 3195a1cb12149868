import { bytes, finding } from '../../finding';
import type { Rule } from '../../types';
import { type DockerContext, running } from './types';

const id = 'docker/no-memory-limit';

/** Running containers that may take all memory of their host. */
export const noMemoryLimit: Rule<DockerContext> = {
  meta: {
    id,
    title: 'Containers without a memory limit',
    kind: 'docker',
    needs: [],
    thresholds: [
      { name: 'memory limit', value: 0, unit: 'bytes', source: 'Docker docs, resource constraints' },
    ],
  },
  check({ target, snapshot }) {
    return {
      findings: running(snapshot)
        .filter((c) => c.memoryLimit === 0)
        .map((c) =>
          finding({
            id,
            severity: 'medium',
            target,
            subject: c.name,
            title: `The container ${c.name} has no memory limit`,
            detail: `A leak in it takes memory from everything else on the machine (${bytes(snapshot.hostMemory)}).`,
            evidence: [
              ...(c.workingSet === null
                ? []
                : [{ label: 'working set now', value: c.workingSet, unit: 'bytes' }]),
              { label: 'memory of the machine', value: snapshot.hostMemory, unit: 'bytes' },
            ],
            weight: (c.workingSet ?? 0) / Math.max(1, snapshot.hostMemory),
          }),
        ),
    };
  },
};
