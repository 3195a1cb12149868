import { bytes, finding } from '../../finding';
import type { Rule } from '../../types';
import { memoryFacts, memoryOf, shortestWindow } from './memory-proposal';
import { type DockerContext, limitOf, running } from './types';

const id = 'docker/over-provisioned';
const least = 0.5;

/** Containers whose memory limit is far above what they were seen to use. */
export const overProvisioned: Rule<DockerContext> = {
  meta: {
    id,
    title: 'Containers with far more memory reserved than they use',
    kind: 'docker',
    needs: ['samples of the working set, kept by a running Ratchet'],
    thresholds: [
      { name: 'p99 of the working set by limit', value: least, unit: 'ratio', source: 'Ratchet' },
      { name: 'window of samples', value: shortestWindow, unit: 's', source: 'Ratchet' },
    ],
  },
  check(context) {
    const { target, snapshot, memory } = context;
    const limited = running(snapshot).flatMap((c) => {
      const limit = limitOf(c, snapshot);
      return limit === null ? [] : [{ c, limit, seen: memoryOf(context, c) }];
    });
    const unseen = limited.filter(({ seen }) => seen === null).map(({ c }) => c.name);
    const findings = limited.flatMap(({ c, limit, seen }) => {
      if (!seen || seen.window.p99 >= limit * least || seen.limit >= limit) return [];
      return finding({
        id,
        severity: 'low',
        target,
        subject: c.name,
        title: `The container ${c.name} has ${bytes(limit)} reserved and uses ${bytes(seen.window.p99)}`,
        detail: `Its working set stayed below half of its limit. ${bytes(seen.limit)} would do, and leaves ${bytes(limit - seen.limit)} to others.`,
        evidence: [...seen.evidence, { label: 'limit', value: limit, unit: 'bytes' }],
        weight: (limit - seen.limit) / Math.max(1, snapshot.hostMemory),
        optimizations: ['docker/update-container'],
        facts: memoryFacts(c, seen.limit),
      });
    });
    if (unseen.length === 0) return { findings };
    const reason =
      memory === null
        ? 'no samples of the working set are kept here'
        : `the working set was watched for less than ${shortestWindow / 60} minutes`;
    return {
      findings,
      cannotCheck: [
        {
          id,
          target,
          reason,
          enable: 'Let Ratchet watch this engine for a while (npm start), then diagnose again.',
          subjects: unseen,
        },
      ],
    };
  },
};
