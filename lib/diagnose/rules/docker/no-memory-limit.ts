import { bytes, finding } from '../../finding';
import type { Rule } from '../../types';
import { memoryFacts, memoryOf, shortestWindow } from './memory-proposal';
import { type DockerContext, limitOf, running } from './types';

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
  check(context) {
    const { target, snapshot } = context;
    return {
      findings: running(snapshot)
        .filter((c) => limitOf(c, snapshot) === null)
        .map((c) => {
          const seen = memoryOf(context, c);
          const proposal = seen
            ? `What it was seen to use asks for a limit of ${bytes(seen.limit)}.`
            : `A limit is proposed once its working set has been watched for ${shortestWindow / 60} minutes.`;
          return finding({
            id,
            severity: 'medium',
            target,
            subject: c.name,
            title: `The container ${c.name} has no memory limit`,
            detail: `A leak in it takes memory from everything else on the machine (${bytes(snapshot.hostMemory)}). ${proposal}`,
            evidence: [
              ...(c.workingSet === null
                ? []
                : [{ label: 'working set now', value: c.workingSet, unit: 'bytes' }]),
              ...(seen?.evidence ?? []),
              { label: 'memory of the machine', value: snapshot.hostMemory, unit: 'bytes' },
            ],
            weight: (c.workingSet ?? 0) / Math.max(1, snapshot.hostMemory),
            ...(seen
              ? { optimizations: ['docker/update-container'], facts: memoryFacts(c, seen.limit) }
              : {}),
          });
        }),
    };
  },
};
